import { describeQuery, parseQueryRecord } from '../../../lib/constructs/network/query-record';

const answered = {
  version: '1.100000',
  account_id: '111122223333',
  region: 'eu-west-1',
  vpc_id: 'vpc-0123456789abcdef0',
  query_timestamp: '2026-11-28T06:15:00Z',
  query_name: 'accounting.groundplan.internal.',
  query_type: 'A',
  query_class: 'IN',
  rcode: 'NOERROR',
  answers: [{ Rdata: '10.18.0.10', Type: 'A', Class: 'IN' }],
  srcaddr: '10.18.0.4',
  srcport: '41067',
  transport: 'UDP',
  srcids: { instance: 'i-0123456789abcdef0' },
};
const { answers, srcids, ...unanswered } = answered;
const blocked = {
  ...unanswered,
  query_name: 'example.net.',
  rcode: 'NXDOMAIN',
  firewall_rule_action: 'BLOCK',
  firewall_rule_group_id: 'rslvr-frg-0123456789abcdef',
  firewall_domain_list_id: 'rslvr-fdl-0123456789abcdef',
};
const read = (record: object) => parseQueryRecord(JSON.stringify(record));

test('a record says who asked for what, when, and the answer [network-dns-query-log]', () => {
  const record = read(answered);
  expect(record).toEqual({
    accountId: '111122223333',
    region: 'eu-west-1',
    vpcId: 'vpc-0123456789abcdef0',
    time: '2026-11-28T06:15:00Z',
    name: 'accounting.groundplan.internal',
    type: 'A',
    code: 'NOERROR',
    answers: [{ type: 'A', value: '10.18.0.10' }],
    address: '10.18.0.4',
    port: 41067,
    transport: 'UDP',
    instanceId: 'i-0123456789abcdef0',
  });
  expect(describeQuery(record)).toBe('10.18.0.4 asked for A accounting.groundplan.internal: NOERROR 10.18.0.10');
});

test('a blocked query names the rule group and the list that blocked it [network-dns-query-log]', () => {
  const record = read(blocked);
  expect(record.firewall).toEqual({
    action: 'BLOCK',
    ruleGroupId: 'rslvr-frg-0123456789abcdef',
    domainListId: 'rslvr-fdl-0123456789abcdef',
  });
  expect([record.answers, record.instanceId]).toEqual([[], undefined]);
  expect(describeQuery(record)).toBe('10.18.0.4 asked for A example.net: blocked by rslvr-frg-0123456789abcdef');
});

test('a name that exists nowhere is told from a blocked one, and an alert from a block [network-dns-query-log]', () => {
  expect(describeQuery(read({ ...unanswered, rcode: 'NXDOMAIN' }))).toBe(
    '10.18.0.4 asked for A accounting.groundplan.internal: NXDOMAIN',
  );
  expect(describeQuery(read({ ...blocked, rcode: 'NOERROR', firewall_rule_action: 'ALERT' }))).toBe(
    '10.18.0.4 asked for A example.net: NOERROR, ALERT',
  );
});

test.each([
  ['no JSON', 'not json', 'A resolver query log holds one JSON object a line, not: not json'],
  ['a list', '[1]', 'A resolver query log holds one JSON object a line, not: [1]'],
  ['another version', JSON.stringify({ ...answered, version: '2.0' }), 'version is 2.0; this reads 1.x: {'],
  ['no name', JSON.stringify({ ...answered, query_name: undefined }), 'query_name is missing, not text: {'],
  ['a number for a text', JSON.stringify({ ...answered, rcode: 0 }), 'rcode is 0, not text: {'],
  ['no port', JSON.stringify({ ...answered, srcport: '70000' }), 'srcport is 70000, not a port: {'],
  ['answers that are no list', JSON.stringify({ ...answered, answers: 'x' }), 'answers is "x", not a list: {'],
  [
    'a firewall without its group',
    JSON.stringify({ ...blocked, firewall_rule_group_id: '' }),
    'firewall_rule_group_id is "", not text: {',
  ],
])('fails on %s [network-dns-query-log]', (_, line, fault) => expect(() => parseQueryRecord(line)).toThrow(fault));
