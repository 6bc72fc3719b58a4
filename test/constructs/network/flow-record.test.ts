import {
  describeFlow,
  flowRecordFields,
  parseFlowRecord,
  whyNotLogged,
  type FlowRecord,
} from '../../../lib/constructs/network/flow-record';
import { flowLine as line, noData } from '../../support/flow-lines';

describe('flow records', () => {
  test('a record has fourteen fields, source before destination, the verdict before the status [network-flow-log-record]', () => {
    expect(flowRecordFields).toHaveLength(14);
    expect(parseFlowRecord(line())).toEqual({
      version: 2,
      accountId: '111122223333',
      interfaceId: 'eni-0a1b2c3d',
      source: '203.0.113.5',
      destination: '10.16.48.10',
      sourcePort: 40_022,
      destinationPort: 22,
      protocol: 6,
      packets: 20,
      bytes: 4249,
      start: 1_418_530_010,
      end: 1_418_530_070,
      action: 'REJECT',
      status: 'OK',
    });
    expect((parseFlowRecord(line({ action: 'ACCEPT' })) as FlowRecord).action).toBe('ACCEPT');
  });

  test.each([
    ['1', 'ICMP 203.0.113.5 to 10.16.48.10, REJECT, 20 packets'],
    ['6', 'TCP 203.0.113.5:40022 to 10.16.48.10:22, REJECT, 20 packets'],
    ['17', 'UDP 203.0.113.5:40022 to 10.16.48.10:22, REJECT, 20 packets'],
    ['50', 'protocol 50 203.0.113.5:40022 to 10.16.48.10:22, REJECT, 20 packets'],
  ])('protocol %s reads %s [network-flow-log-record]', (protocol, words) => {
    expect(describeFlow(parseFlowRecord(line({ protocol })))).toBe(words);
  });

  test('an IPv6 record is read like any other [network-flow-log-record]', () => {
    const six = { srcaddr: '2001:db8::5', dstaddr: '2001:db8:28ac::a', packets: '1', action: 'ACCEPT' };
    expect(describeFlow(parseFlowRecord(line(six)))).toBe(
      'TCP [2001:db8::5]:40022 to [2001:db8:28ac::a]:22, ACCEPT, 1 packet',
    );
  });

  test.each([
    ['NODATA', 'nothing seen on eni-0a1b2c3d'],
    ['SKIPDATA', 'records lost on eni-0a1b2c3d'],
  ])('a line of dashes with %s is a gap, not a record [network-flow-log-record]', (status, words) => {
    const gap = parseFlowRecord(noData.replace('NODATA', status));
    expect(gap).toEqual({
      version: 2,
      accountId: '111122223333',
      interfaceId: 'eni-0a1b2c3d',
      start: 1_418_530_010,
      end: 1_418_530_070,
      status,
    });
    expect(describeFlow(gap)).toBe(words);
  });

  test.each([
    [line().replace(/ OK$/, ''), 'The line has 13 fields; a default flow log record has 14'],
    [line({ srcport: 'ssh' }), 'srcport is ssh, not a number'],
    [line({ action: 'DROP' }), 'action is DROP; it is ACCEPT or REJECT in a record'],
    [line({ 'log-status': 'FINE' }), 'log-status is FINE; it is OK or NODATA or SKIPDATA in a record'],
    [line({ packets: '-' }), 'packets is -, not a number'],
  ])('fails when a line is malformed: %s [network-flow-log-record]', (malformed, fault) => {
    expect(() => parseFlowRecord(malformed)).toThrow(fault);
  });

  test.each([
    ['169.254.169.254', 'the instance metadata service'],
    ['169.254.169.123', 'the time service'],
    ['169.254.169.253', 'the Amazon resolver'],
    ['10.16.0.2', 'the Amazon resolver'],
    ['169.254.169.250', 'Windows licence activation'],
    ['169.254.169.251', 'Windows licence activation'],
  ])('traffic with %s is missing because it is %s [network-flow-log-record]', (address, service) => {
    expect(whyNotLogged(address, '10.16.0.2')).toBe(`${address} is ${service}, and flow logs leave that out`);
  });

  test('any other address would be there [network-flow-log-record]', () => {
    expect(whyNotLogged('10.16.0.2')).toBeUndefined();
    expect(whyNotLogged('203.0.113.5', '10.16.0.2')).toBeUndefined();
  });
});
