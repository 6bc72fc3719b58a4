import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import { resolve } from '../../lib';
import type { Settings } from '../../lib/settings';
import { addressOf, clientAt, knownClients } from '../../tools/dns/clients';
import { zoneIn } from '../../tools/dns/zone-of-template';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';

const name = 'dns-routing-gallery';
const domain = 'gallery.groundplan.test';
const templateOf = (settings: Settings = {}): CfnTemplate => synthesised(name, settings)[name];
const sandbox = templateOf();
const ofType = (type: string, template = sandbox) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === `AWS::${type}`);

/** The tables of the README, by the first word of their head. */
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const table = (first: string): string[][] => {
  const [found] = [...readme.matchAll(/^((?:\|.*\n)+)/gm)]
    .map(([, all]) => all)
    .filter((all) => all.startsWith(`| ${first}`));
  const rows = found
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return [rows[0], ...rows.slice(2)];
};
/** The health checks of the template by the word the README has for them. */
const checks = Object.fromEntries(
  ['page', 'inside', 'application'].map((word) => [
    word,
    ofType('Route53::HealthCheck').find(([id]) => id.toLowerCase().startsWith(`health${word}`))![0],
  ]),
);
/** What fails where some checks do: a check of checks with them. */
const downWith = (words: string[]) =>
  new Set(words.length === 0 ? [] : [...words.map((word) => checks[word]), checks.application]);
/** The answer in the words of the README: the last numbers of the addresses. */
const answered = (
  label: string,
  template: CfnTemplate,
  of: string,
  address?: string,
  unhealthy = new Set<string>(),
  random = () => 0,
) =>
  resolve({ name: `${label}.${of}` }, zoneIn(template, of), clientAt(address), { unhealthy, random })
    .values.map((value) => value.replace('192.0.2.', ''))
    .sort()
    .join(' ');

describe('the answers', () => {
  test.each<[string, Settings, string]>([
    ['sandbox', {}, domain],
    ['production', { profile: 'production' }, domain],
    [
      'with a domain of one’s own',
      { domainName: 'lab.example.com', hostedZoneId: 'Z0123456789ABC' },
      'lab.example.com',
    ],
  ])(
    'are those of the README, whoever asks, %s [edge-routing-simulator, edge-routing-geolocation, edge-routing-latency, edge-routing-geoproximity, edge-routing-ip-based]',
    (_, settings, of) => {
      const template = templateOf(settings);
      const [[, ...labels], ...rows] = table('who asks');
      expect(rows.length).toBeGreaterThan(7);
      for (const [who, ...cells] of rows) {
        const address = addressOf(knownClients.find((client) => client.name === who)!);
        expect([who, ...labels.map((label) => answered(label, template, of, address))]).toEqual([who, ...cells]);
      }
    },
  );

  test('are those of the README, whatever is down [edge-routing-simulator, edge-routing-failover, edge-routing-multivalue, edge-health-calculated]', () => {
    const [[, ...labels], ...rows] = table('what is down');
    const berkeley = addressOf(knownClients.find((client) => client.name === 'berkeley')!);
    expect(rows).toHaveLength(4);
    for (const [what, ...cells] of rows) {
      const unhealthy = downWith(what === 'nothing' ? [] : what.split(' '));
      expect([what, ...labels.map((label) => answered(label, sandbox, domain, berkeley, unhealthy))]).toEqual([
        what,
        ...cells,
      ]);
    }
  });

  test('are shared as the README says, in a thousand questions [edge-routing-simulator, edge-routing-weighted]', () => {
    const [[, ...columns], ...rows] = table('name ');
    expect(rows).toHaveLength(2);
    for (const [label, ...cells] of rows) {
      const all = Array.from({ length: 1000 }, (_, at) =>
        answered(label, sandbox, domain, undefined, undefined, () => at / 1000),
      );
      const counted = columns.map((last) => all.filter((one) => one === last).length);
      expect([label, ...counted.map((count) => (count === 0 ? '' : String(count)))]).toEqual([label, ...cells]);
    }
  });

  test('are plain records of each type too, and below lab those of another zone [edge-record-types, edge-delegated-subzone, edge-mx-host-names]', () => {
    const zone = zoneIn(sandbox, domain);
    const values = (label: string, type: string) =>
      resolve({ name: label === '' ? domain : `${label}.${domain}`, type }, zone).values;
    expect(values('host', 'A')).toEqual(['192.0.2.1']);
    expect(values('host', 'AAAA')).toEqual(['2001:db8::1']);
    expect(values('alias', 'A')).toEqual(['host.example.net']);
    expect(values('', 'MX')).toEqual([`10 mail.${domain}.`, '20 mail.example.net.']);
    expect(values('', 'TXT')).toEqual(['"v=spf1 -all"']);
    expect(resolve({ name: `deep.lab.${domain}` }, zone)).toMatchObject({ code: 'REFERRAL' });
    expect(resolve({ name: `nobody.${domain}` }, zone).code).toBe('NXDOMAIN');
  });

  test('are kept for a minute, as before a change [edge-record-ttl]', () => {
    const { records } = zoneIn(sandbox, domain);
    const ttls = records.filter(({ Type, AliasTarget }) => Type !== 'NS' && !AliasTarget).map(({ TTL }) => Number(TTL));
    expect(new Set(ttls)).toEqual(new Set([60]));
  });
});

describe('health', () => {
  const config = (word: string) =>
    sandbox.Resources[checks[word]].Properties!.HealthCheckConfig as Record<string, unknown>;

  test('is a page that says so first, an alarm, and both together [edge-health-endpoint, edge-health-string, edge-health-alarm, edge-health-calculated]', () => {
    expect(config('page')).toMatchObject({
      Type: 'HTTPS_STR_MATCH',
      ResourcePath: '/health',
      SearchString: '{"status":"healthy"',
      RequestInterval: 30,
      FailureThreshold: 2,
    });
    const [[alarm]] = ofType('CloudWatch::Alarm');
    expect(config('inside')).toEqual({
      Type: 'CLOUDWATCH_METRIC',
      AlarmIdentifier: { Name: { Ref: alarm }, Region: { Ref: 'AWS::Region' } },
      InsufficientDataHealthStatus: 'Healthy',
    });
    expect(config('application')).toMatchObject({ Type: 'CALCULATED', HealthThreshold: 2 });
  });

  test('no check asks every ten seconds, and no traffic policy is there, as both cost extra', () => {
    expect(
      ofType('Route53::HealthCheck').filter(
        ([, { Properties }]) => Properties!.HealthCheckConfig.RequestInterval === 10,
      ),
    ).toEqual([]);
    expect(ofType('Route53::TrafficPolicyInstance')).toEqual([]);
  });
});

describe('the zone', () => {
  test('tells its four name servers, and is asked for by whoever asks them [edge-public-zone]', () => {
    const [, servers] = (sandbox.Outputs!.NameServers.Value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
    expect(servers).toHaveLength(4);
    for (const [, { Properties }] of ofType('Route53::HostedZone')) expect(Properties).not.toHaveProperty('VPCs');
  });

  test('is delegated by the zone of the owner where there is one [edge-delegated-subzone]', () => {
    const template = templateOf({ domainName: 'lab.example.com', hostedZoneId: 'Z0123456789ABC' });
    const delegation = ofType('Route53::RecordSet', template).find(
      ([, { Properties }]) => Properties!.HostedZoneId === 'Z0123456789ABC',
    );
    expect(delegation![1].Properties).toMatchObject({ Name: 'lab.example.com.', Type: 'NS', TTL: '172800' });
    expect(
      ofType('Route53::RecordSet').every(([, { Properties }]) => typeof Properties!.HostedZoneId === 'object'),
    ).toBe(true);
  });

  test('fails when a domain comes without the zone above it', () => {
    expect(() => createApp({ only: [name], domainName: 'lab.example.com' }, { gates: false })).toThrow(
      'dns-routing-gallery:\n  domainName is lab.example.com without hostedZoneId; give the zone above it, which shall delegate to this one, or leave the name out',
    );
  });

  test('is signed and its questions written down in the variant, whose stack is in us-east-1 [edge-dnssec, edge-public-zone]', () => {
    const template = templateOf({ variant: ['signed-zone'] });
    const [[zone]] = ofType('Route53::HostedZone', template);
    expect(ofType('Route53::DNSSEC', template)[0][1].Properties).toEqual({ HostedZoneId: { Ref: zone } });
    expect(ofType('KMS::Key', template).some(([, { Properties }]) => Properties!.KeySpec === 'ECC_NIST_P256')).toBe(
      true,
    );
    expect(template.Resources[zone].Properties).toHaveProperty('QueryLoggingConfig');
    expect(ofType('Route53::DNSSEC')).toEqual([]);
    const app = createApp(
      { only: [name], variant: ['signed-zone'] },
      { gates: false, context: { 'aws:cdk:bundling-stacks': [] } },
    );
    expect(app.synth().getStackByName(name).environment.region).toBe('us-east-1');
  });
});

describe('access', () => {
  test('anybody may ask the target, as checkers cannot sign', () => {
    const [[, { Properties: url }]] = ofType('Lambda::Url');
    expect(url!.AuthType).toBe('NONE');
  });
});

describe('the templates', () => {
  matchesItsSnapshots(name);
});
