import { resolveName, type NameView, type NameZone } from '../../../lib/constructs/network/resolve-name';

const a = (name: string, ...values: string[]) => ({ name, type: 'A', values });
const publicZones: NameZone[] = [
  {
    name: 'example.com',
    records: [
      a('www.example.com', '203.0.113.10'),
      a('shop.example.com', '203.0.113.11'),
      a('example.com', '203.0.113.1'),
    ],
  },
  { name: 'example.net', records: [a('example.net', '198.51.100.1')] },
];
const privateZones: NameZone[] = [
  {
    name: 'example.com',
    records: [
      a('www.example.com', '10.0.0.10'),
      { name: 'www.example.com', type: 'TXT', values: ['inside'] },
      a('*.apps.example.com', '10.0.0.20'),
      a('one.apps.example.com', '10.0.0.21'),
      { name: 'alias.example.com', type: 'CNAME', values: ['www.example.com'] },
      { name: 'away.example.com', type: 'CNAME', values: ['example.net'] },
      { name: 'round.example.com', type: 'CNAME', values: ['about.example.com'] },
      { name: 'about.example.com', type: 'CNAME', values: ['round.example.com'] },
    ],
  },
  { name: 'accounting.example.com', records: [a('accounting.example.com', '10.0.0.30')] },
];
const inside: NameView = { privateZones, publicZones };
const brief = (name: string, view: NameView, type?: string) => {
  const { by, of, code, values } = resolveName(name, view, type);
  return [by, of, code, ...values].filter((part) => part !== undefined);
};

describe('who answers a name inside a VPC', () => {
  test.each([
    [
      'a private zone shadows the public one of its name',
      'www.example.com',
      ['private zone', 'example.com', 'NOERROR', '10.0.0.10'],
    ],
    [
      'what the private zone lacks does not exist, whatever the public one holds',
      'shop.example.com',
      ['private zone', 'example.com', 'NXDOMAIN'],
    ],
    ['the own name of a zone exists without a record', 'example.com', ['private zone', 'example.com', 'NODATA']],
    [
      'the longest zone that holds the name answers',
      'accounting.example.com',
      ['private zone', 'accounting.example.com', 'NOERROR', '10.0.0.30'],
    ],
    ['and it alone', 'ledger.accounting.example.com', ['private zone', 'accounting.example.com', 'NXDOMAIN']],
    [
      'where no private zone matches, public DNS answers',
      'example.net',
      ['public DNS', 'example.net', 'NOERROR', '198.51.100.1'],
    ],
    ['and what nobody holds does not exist', 'example.org', ['public DNS', 'NXDOMAIN']],
  ])('%s [network-dns-answer-order]', (_, name, answer) => expect(brief(name, inside)).toEqual(answer));

  test.each<[string, NameView['rules'], string[]]>([
    [
      'of the same domain wins over the zone',
      [{ domain: 'accounting.example.com', kind: 'forward' }],
      ['rule', 'accounting.example.com', 'FORWARDED'],
    ],
    [
      'of a wider domain loses',
      [{ domain: 'example.com', kind: 'forward' }],
      ['private zone', 'accounting.example.com', 'NOERROR', '10.0.0.30'],
    ],
    [
      'for everything loses',
      [{ domain: '.', kind: 'forward' }],
      ['private zone', 'accounting.example.com', 'NOERROR', '10.0.0.30'],
    ],
    [
      'of a longer domain that is SYSTEM gives the name back',
      [
        { domain: 'accounting.example.com', kind: 'forward' },
        { domain: 'accounting.example.com', kind: 'system' },
      ].reverse() as NameView['rules'],
      ['private zone', 'accounting.example.com', 'NOERROR', '10.0.0.30'],
    ],
  ])('a resolver rule %s [network-dns-answer-order]', (_, rules, answer) => {
    expect(brief('accounting.example.com', { ...inside, rules })).toEqual(answer);
  });

  test('a rule for everything takes what no private zone holds, before public DNS [network-dns-answer-order]', () => {
    const rules = [{ domain: '.', kind: 'forward' }] as const;
    expect(brief('example.net', { ...inside, rules })).toEqual(['rule', '.', 'FORWARDED']);
    const back = [...rules, { domain: 'example.net', kind: 'system' }] as const;
    expect(brief('example.net', { ...inside, rules: back })).toEqual([
      'public DNS',
      'example.net',
      'NOERROR',
      '198.51.100.1',
    ]);
  });

  test('outside nothing private is seen [network-dns-answer-order, network-private-zone]', () => {
    expect(brief('www.example.com', { publicZones })).toEqual(['public DNS', 'example.com', 'NOERROR', '203.0.113.10']);
    expect(brief('accounting.example.com', { publicZones })).toEqual(['public DNS', 'example.com', 'NXDOMAIN']);
  });
});

describe('what a zone answers', () => {
  test.each([
    ['another type of a name that exists', 'www.example.com', 'AAAA', ['private zone', 'example.com', 'NODATA']],
    ['a type that is there', 'www.example.com', 'TXT', ['private zone', 'example.com', 'NOERROR', 'inside']],
    ['a name between a zone and a record', 'apps.example.com', 'A', ['private zone', 'example.com', 'NODATA']],
    [
      'a name that a * stands for',
      'two.apps.example.com',
      'A',
      ['private zone', 'example.com', 'NOERROR', '10.0.0.20'],
    ],
    ['a name beside the *', 'one.apps.example.com', 'A', ['private zone', 'example.com', 'NOERROR', '10.0.0.21']],
    [
      'a name below one that exists, which no * stands for',
      'x.one.apps.example.com',
      'A',
      ['private zone', 'example.com', 'NXDOMAIN'],
    ],
    ['an alias', 'alias.example.com', 'A', ['private zone', 'example.com', 'NOERROR', '10.0.0.10']],
    ['the alias itself', 'alias.example.com', 'CNAME', ['private zone', 'example.com', 'NOERROR', 'www.example.com']],
    ['an alias of a public name', 'away.example.com', 'A', ['public DNS', 'example.net', 'NOERROR', '198.51.100.1']],
  ])('%s', (_, name, type, answer) => expect(brief(name, inside, type)).toEqual(answer));

  test('aliases that go round end', () => expect(resolveName('round.example.com', inside).code).toBe('NOERROR'));
});

describe('a DNS firewall', () => {
  const view = (rules: NonNullable<NameView['firewall']>[number]['rules']): NameView => ({
    ...inside,
    firewall: [{ priority: 101, rules }],
  });
  const allowOnly = (trustRedirection: boolean, ...domains: string[]) =>
    view([
      { priority: 200, domains: ['*'], action: 'BLOCK', response: 'NXDOMAIN' },
      { priority: 100, domains, action: 'ALLOW', trustRedirection },
    ]);

  test('an allow-list admits its names and blocks every other, private ones too [network-dns-firewall-allow-list]', () => {
    const firewall = allowOnly(false, 'example.net', '*.apps.example.com');
    expect(brief('example.net', firewall)).toEqual(['public DNS', 'example.net', 'NOERROR', '198.51.100.1']);
    expect(brief('www.example.com', firewall)).toEqual(['firewall', 'NXDOMAIN']);
    expect(brief('unlisted.example', firewall)).toEqual(['firewall', 'NXDOMAIN']);
  });

  test('a * of an allow-list admits sub-domains at any depth, and not the domain itself [network-dns-firewall-allow-list]', () => {
    const firewall = allowOnly(false, '*.apps.example.com');
    expect(brief('deep.two.apps.example.com', firewall)).toEqual([
      'private zone',
      'example.com',
      'NOERROR',
      '10.0.0.20',
    ]);
    expect(brief('apps.example.com', firewall)).toEqual(['firewall', 'NXDOMAIN']);
  });

  test('an alias is followed only to names that may be asked for, unless the rule trusts where it leads [network-dns-firewall-allow-list]', () => {
    expect(brief('away.example.com', allowOnly(false, 'away.example.com'))).toEqual(['firewall', 'NXDOMAIN']);
    expect(brief('away.example.com', allowOnly(true, 'away.example.com'))).toEqual([
      'public DNS',
      'example.net',
      'NOERROR',
      '198.51.100.1',
    ]);
  });

  test.each([
    ['NXDOMAIN', ['firewall', 'NXDOMAIN']],
    ['NODATA', ['firewall', 'NODATA']],
    ['OVERRIDE', ['firewall', 'NOERROR', 'why.example.com']],
  ] as const)('a blocked name gets %s [network-dns-firewall]', (response, answer) => {
    const rule = {
      priority: 100,
      domains: ['example.net'],
      action: 'BLOCK',
      response,
      override: 'why.example.com',
    } as const;
    expect(brief('example.net', view([rule]))).toEqual(answer);
    expect(brief('example.org', view([rule]))).toEqual(['public DNS', 'NXDOMAIN']);
  });

  test('groups run from the lowest priority up, and the first rule that matches decides [network-dns-firewall]', () => {
    const block = { priority: 100, domains: ['*'], action: 'BLOCK' } as const;
    const allow = { priority: 100, domains: ['example.net'], action: 'ALLOW' } as const;
    const alert = { priority: 1, domains: ['*'], action: 'ALERT' } as const;
    const decide = (...firewall: NonNullable<NameView['firewall']>) =>
      resolveName('example.net', { ...inside, firewall }).by;
    expect(decide({ priority: 300, rules: [block] }, { priority: 200, rules: [allow] })).toBe('public DNS');
    expect(decide({ priority: 200, rules: [block] }, { priority: 300, rules: [allow] })).toBe('firewall');
    expect(decide({ priority: 200, rules: [block, alert] })).toBe('public DNS');
  });
});
