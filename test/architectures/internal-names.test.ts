import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import type { DnsRuleGroup } from '../../lib/constructs/network/firewall-verdict';
import { resolveName, type NameView, type NameZone } from '../../lib/constructs/network/resolve-name';
import type { Settings } from '../../lib/settings';
import { matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'internal-names';
const owned: Settings = { domainName: 'names.example.com', hostedZoneId: 'Z0123456789ABC' };
const templateOf = (settings: Settings = {}): CfnTemplate => synthesised(name, settings)[name];
const sandbox = templateOf();

const ofType = (template: CfnTemplate, type: string) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === `AWS::${type}`);
const named = (text: string) => text.replace(/\.$/, '');
const vpcOf = (template: CfnTemplate, network: string) =>
  ofType(template, 'EC2::VPC').find(([id]) => id.startsWith(network))![0];

/** The zone of this id, with the records that the template puts into it. */
const zoneIn = (template: CfnTemplate, id: unknown, zone: string): NameZone => ({
  name: zone,
  records: ofType(template, 'Route53::RecordSet')
    .map(([, { Properties }]) => Properties!)
    .filter(({ HostedZoneId }) => JSON.stringify(HostedZoneId) === JSON.stringify(id))
    .map(({ Name, Type, ResourceRecords }) => ({ name: named(Name), type: Type, values: ResourceRecords })),
});

/** The rule groups on a network, as the template has them. */
const firewallOf = (template: CfnTemplate, vpc: string): DnsRuleGroup[] =>
  ofType(template, 'Route53Resolver::FirewallRuleGroupAssociation')
    .map(([, { Properties }]) => Properties!)
    .filter(({ VpcId }) => VpcId.Ref === vpc)
    .map(({ FirewallRuleGroupId, Priority }) => ({
      priority: Priority,
      rules: template.Resources[FirewallRuleGroupId['Fn::GetAtt'][0]].Properties!.FirewallRules.map((rule: any) => ({
        priority: rule.Priority,
        action: rule.Action,
        response: rule.BlockResponse,
        domains: template.Resources[rule.FirewallDomainListId['Fn::GetAtt'][0]].Properties!.Domains,
      })),
    }));

/** What the internet answers: three names of others, and what the template puts into the owner's zone. */
function worldOf(template: CfnTemplate, { domainName, hostedZoneId }: Settings): NameZone[] {
  const others = ['example.com', 'example.net', 'sts.amazonaws.com'];
  return [
    ...others.map((one) => ({ name: one, records: [{ name: one, type: 'A', values: ['an address'] }] })),
    ...(domainName === undefined ? [] : [zoneIn(template, hostedZoneId, domainName)]),
  ];
}

function viewOf(template: CfnTemplate, network: string, settings: Settings): NameView {
  const vpc = vpcOf(template, network);
  const zones = ofType(template, 'Route53::HostedZone').filter(([, { Properties }]) =>
    Properties!.VPCs.some(({ VPCId }: any) => VPCId.Ref === vpc),
  );
  return {
    privateZones: zones.map(([id, { Properties }]) => zoneIn(template, { Ref: id }, named(Properties!.Name))),
    publicZones: worldOf(template, settings),
    firewall: firewallOf(template, vpc),
  };
}

/** An answer in the words of the README. */
function inWords(asked: string, view: NameView): string {
  const { by, code, values } = resolveName(asked, view);
  if (by === 'firewall') return 'blocked';
  return code === 'NOERROR' ? values.join(' ') : 'no such name';
}

describe('who is told what', () => {
  const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
  const tables = [...readme.matchAll(/^\| asked for .*\n\|[ |-]+\n((?:\|.*\n)+)/gm)].map(([, body]) =>
    body
      .trim()
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      ),
  );

  test.each<[string, number, Settings]>([
    ['without a domain', 0, {}],
    ['with a domain of one own', 1, owned],
    ['in production', 0, { profile: 'production' }],
  ])(
    'each table of the README is what the template answers, cell by cell, %s [network-private-zone, network-dns-answer-order, network-split-view, network-dns-firewall, network-dns-firewall-allow-list]',
    (_, table, settings) => {
      const template = templateOf(settings);
      const views = [
        { publicZones: worldOf(template, settings) },
        viewOf(template, 'General', settings),
        viewOf(template, 'Strict', settings),
      ];
      expect(tables).toHaveLength(2);
      expect(tables[table].length).toBeGreaterThan(1);
      for (const [asked, ...cells] of tables[table])
        expect([asked, ...views.map((view) => inWords(asked, view))]).toEqual([asked, ...cells]);
    },
  );
});

describe('the zone', () => {
  test('is one, private, for both networks, in both of which names are on [network-private-zone, network-public-name-inside]', () => {
    const [[, zone], ...others] = ofType(sandbox, 'Route53::HostedZone');
    expect(others).toEqual([]);
    expect(zone.Properties).toMatchObject({ Name: 'groundplan.internal.' });
    expect(zone.Properties!.VPCs.map(({ VPCId }: any) => VPCId.Ref)).toEqual([
      vpcOf(sandbox, 'General'),
      vpcOf(sandbox, 'Strict'),
    ]);
    for (const [, vpc] of ofType(sandbox, 'EC2::VPC'))
      expect(vpc.Properties).toMatchObject({ EnableDnsSupport: true, EnableDnsHostnames: true });
  });

  test('with a domain, accounting stays inside and every public name is inside too [network-split-view]', () => {
    const template = templateOf(owned);
    const [[id]] = ofType(template, 'Route53::HostedZone');
    const names = (zone: unknown) =>
      zoneIn(template, zone, 'names.example.com').records.map((record) => `${record.name} ${record.type}`);
    expect(names('Z0123456789ABC')).toEqual(['www.names.example.com A', 'about.names.example.com TXT']);
    expect(names({ Ref: id })).toEqual(['accounting.names.example.com A', ...names('Z0123456789ABC')]);
  });

  test('fails when a domain comes without its zone', () => {
    expect(() => createApp({ only: [name], domainName: 'names.example.com' }, { gates: false })).toThrow(
      'internal-names:\n  domainName is names.example.com without hostedZoneId; give the public zone that holds it, or leave the name out',
    );
  });
});

describe('what surrounds it', () => {
  const one = (type: string) => ofType(sandbox, type)[0][1].Properties!;

  test('the general network lets names pass when its firewall fails, the strict one does not [network-dns-firewall-allow-list]', () => {
    const configs = ofType(sandbox, 'Route53Resolver::FirewallConfig').map(([, { Properties: p }]) => [
      p!.ResourceId.Ref,
      p!.FirewallFailOpen,
    ]);
    expect(configs).toEqual([
      [vpcOf(sandbox, 'General'), 'ENABLED'],
      [vpcOf(sandbox, 'Strict'), 'DISABLED'],
    ]);
  });

  test('every question of both networks is kept for a week, in production for a year [network-dns-query-log]', () => {
    for (const [template, days] of [
      [sandbox, 7],
      [templateOf({ profile: 'production' }), 365],
    ] as const) {
      const [[, config]] = ofType(template, 'Route53Resolver::ResolverQueryLoggingConfig');
      const group = template.Resources[config.Properties!.DestinationArn['Fn::GetAtt'][0]];
      expect(group.Properties!.RetentionInDays).toBe(days);
      const logged = ofType(template, 'Route53Resolver::ResolverQueryLoggingConfigAssociation');
      expect(logged.map(([, { Properties }]) => Properties!.ResourceId.Ref)).toEqual([
        vpcOf(template, 'General'),
        vpcOf(template, 'Strict'),
      ]);
    }
  });

  test('hosts are told of the Amazon resolver and of the domain, so that accounting is enough [network-dhcp-options]', () => {
    expect(one('EC2::DHCPOptions')).toMatchObject({
      DomainName: 'groundplan.internal',
      DomainNameServers: ['AmazonProvidedDNS'],
    });
    expect(
      ofType(sandbox, 'EC2::VPCDHCPOptionsAssociation').map(([, { Properties }]) => Properties!.VpcId.Ref),
    ).toEqual([vpcOf(sandbox, 'General'), vpcOf(sandbox, 'Strict')]);
  });

  test('the outputs name what the steps need, the resolvers at the block plus two among them [network-resolver-address]', () => {
    const values = Object.entries(sandbox.Outputs!).map(([key, { Value }]) => [key, Value] as const);
    expect(values.map(([key]) => key)).toEqual([
      'Domain',
      'ZoneId',
      'GeneralVpc',
      'GeneralResolver',
      'GeneralProbe',
      'StrictVpc',
      'StrictResolver',
      'StrictProbe',
      'QueryLog',
    ]);
    expect(Object.fromEntries(values)).toMatchObject({
      Domain: 'groundplan.internal',
      GeneralResolver: '10.19.0.2',
      StrictResolver: '10.19.1.2',
    });
  });
});

test.each(['sandbox', 'production'] as const)(
  'in %s nothing reaches anything; questions to a resolver pass beside groups and ACLs',
  (profile) => {
    const network = networkOf(name, { profile });
    expect(network).toHaveReachability([]);
    for (const probe of ['General/Probe/Function', 'Strict/Probe/Function'])
      expect(network).not.toReach(probe, 'internet');
    expect(network).not.toReach('General/Probe/Function', 'Strict/Probe/Function');
  },
);

describe('templates', () => {
  matchesItsSnapshots(name);
});
