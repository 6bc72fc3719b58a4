import { GetHostedZoneCommand, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetDomainDetailCommand, Route53DomainsClient } from '@aws-sdk/client-route-53-domains';
import { mockClient } from 'aws-sdk-client-mock';
import { audit, type DomainAudit } from '../../../tools/dns/audit';
import { listening } from '../../support/console';

const zones = mockClient(Route53Client);
const domains = mockClient(Route53DomainsClient);
const said = listening();
const four = ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.net', 'ns-3.awsdns-03.org', 'ns-4.awsdns-04.co.uk'];
const others = ['a.example.net', 'b.example.net'];
const named = (servers: readonly string[]) => servers.map((Name) => ({ Name: `${Name}.` }));

let delegated: readonly string[] | Error;
const asked = async (...args: string[]) => {
  said.length = 0;
  const code = await audit(args, {
    zones: () => new Route53Client({ region: 'us-east-1' }),
    domains: () => new Route53DomainsClient({ region: 'us-east-1' }),
    resolver: () => ({
      resolveNs: () => (delegated instanceof Error ? Promise.reject(delegated) : Promise.resolve([...delegated])),
      resolveTxt: () => Promise.resolve([]),
    }),
  });
  return { code, out: said.join('\n') };
};
const hosted = (...servers: string[]) => {
  const HostedZones = [
    { Id: '/hostedzone/Z1', Name: 'example.com.', CallerReference: '1', Config: { PrivateZone: false } },
  ];
  zones.on(ListHostedZonesByNameCommand).resolves({ HostedZones });
  zones.on(GetHostedZoneCommand, { Id: '/hostedzone/Z1' }).resolves({ DelegationSet: { NameServers: servers } });
};
const code = (name: string) => Object.assign(new Error(name), { code: name });

beforeEach(() => {
  zones.reset();
  domains.reset();
  zones.on(ListHostedZonesByNameCommand).resolves({ HostedZones: [] });
  domains
    .on(GetDomainDetailCommand)
    .rejects(Object.assign(new Error('not found in account'), { name: 'InvalidInput' }));
  delegated = code('ENOTFOUND');
});

describe('both in Route 53', () => {
  test('agree, in whatever order and spelling [edge-registrar-and-hosting]', async () => {
    hosted(...four);
    domains.on(GetDomainDetailCommand).resolves({ Nameservers: named([...four].reverse()) });
    const { code: exit, out } = await asked('example.com');
    expect(exit).toBe(0);
    expect(out).toContain('example.com is registered by Route 53, and hosted in Route 53');
    expect(out).toContain('they agree');
  });

  test('differ, and the call that mends it is told [edge-registrar-and-hosting]', async () => {
    hosted(...four);
    domains.on(GetDomainDetailCommand).resolves({ Nameservers: named([...four.slice(1), 'ns-9.awsdns-09.com']) });
    const { code: exit, out } = await asked('example.com');
    expect(exit).toBe(1);
    expect(out).toContain(
      `1. aws route53domains update-domain-nameservers --region us-east-1 --domain-name example.com --nameservers ${four.map((one) => `Name=${one}`).join(' ')}\n2. Resolvers keep the old ones for up to two days`,
    );
  });
});

test('the registrar is Route 53 and somebody else answers: that is right as it is, and how to change it is told [edge-registrar-and-hosting]', async () => {
  domains.on(GetDomainDetailCommand).resolves({ Nameservers: named(others) });
  const { code: exit, out } = await asked('example.com', '--json');
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toEqual({
    domain: 'example.com',
    registrar: 'Route 53',
    hosting: 'elsewhere',
    delegated: others,
    zone: [],
    isRight: true,
    next: ['To host it in Route 53: make a zone, copy the records, lower their TTL, and run this again.'],
  } satisfies DomainAudit);
});

describe('the registrar is somebody else and Route 53 answers', () => {
  test('agree, as the DNS of the world says [edge-registrar-and-hosting]', async () => {
    hosted(...four);
    delegated = four.map((one) => one.toUpperCase());
    const { code: exit, out } = await asked('example.com');
    expect(exit).toBe(0);
    expect(out).toContain('example.com is registered elsewhere, and hosted in Route 53');
  });

  test('differ, and what to write at the registrar is told [edge-registrar-and-hosting]', async () => {
    hosted(...four);
    delegated = others;
    const { code: exit, out } = await asked('example.com');
    expect(exit).toBe(1);
    expect(out).toContain(`1. At the registrar of example.com, replace all name servers by ${four.join(', ')}`);
  });
});

test('nobody answers at all', async () => {
  const { code: exit, out } = await asked('example.com');
  expect(exit).toBe(1);
  expect(out).toContain('the parent names  nobody\n1. Nobody answers for example.com: make a PublicZone for it');
});

test('private zones, and zones of other names, are not taken for it', async () => {
  zones.on(ListHostedZonesByNameCommand).resolves({
    HostedZones: [
      { Id: 'Z1', Name: 'example.com.', CallerReference: '1', Config: { PrivateZone: true } },
      { Id: 'Z2', Name: 'example.com.au.', CallerReference: '2' },
    ],
  });
  delegated = others;
  expect((await asked('example.com')).out).toContain('hosted elsewhere');
});

test('two public zones of one name are a fault, and it is said which', async () => {
  const zone = { Name: 'example.com.', CallerReference: '1' };
  zones.on(ListHostedZonesByNameCommand).resolves({
    HostedZones: [
      { Id: 'Z1', ...zone },
      { Id: 'Z2', ...zone },
    ],
  });
  const { code: exit, out } = await asked('example.com');
  expect([exit, out]).toEqual([
    1,
    'there are 2 public zones of example.com: Z1, Z2; one answers, each is billed, so delete the others',
  ]);
});

test.each([
  [
    'Route 53 cannot be asked',
    () => domains.on(GetDomainDetailCommand).rejects(new Error('no credentials')),
    'no credentials',
  ],
  ['the DNS cannot be asked', () => (delegated = code('ETIMEOUT')), 'nobody could be asked for example.com: ETIMEOUT'],
])('answers 1 when %s', async (_, prepare, message) => {
  prepare();
  expect(await asked('example.com')).toEqual({ code: 1, out: message });
});

test.each([
  [[], 'the domain is missing'],
  [['Example.com'], 'the domain is Example.com; write example.com, in lower case'],
  [['com'], 'the domain is com, a top-level domain; give one below it'],
])('%j cannot be understood: %s', async (args, message) => {
  const { code: exit, out } = await asked(...args);
  expect(exit).toBe(2);
  expect(out).toContain(message);
});
