import type { Stack } from 'aws-cdk-lib';
import { Continent, GeoLocation, HealthCheck } from 'aws-cdk-lib/aws-route53';
import {
  PublicZone,
  resolve,
  TrafficNode,
  TrafficPolicy,
  type DnsClient,
  type DnsZone,
  type RecordSetData,
} from '../../../lib';
import { trafficDocument, type TrafficDocument } from '../../../lib/constructs/edge/traffic-tree';
import { templateOf, testStack } from '../../support/app';

const name = 'www.example.com';
const check = (id: string) => HealthCheck.fromHealthCheckId(testStack(), id, id);
const { endpoint, failover, geolocation, latency, weighted } = TrafficNode;
/** Europe by latency, each Region with a stand-in; all others by weight. */
const tree = () => {
  const region = (own: string, other: string) =>
    failover({ to: endpoint(own), healthCheck: check(own) }, { to: endpoint(other) });
  return geolocation(
    [
      {
        place: GeoLocation.continent(Continent.EUROPE),
        to: latency([
          { region: 'eu-west-1', to: region('1.1.1.1', '9.9.9.9') },
          { region: 'eu-north-1', to: region('2.2.2.2', '9.9.9.9') },
        ]),
      },
    ],
    {
      to: weighted([
        { weight: 1, to: endpoint('3.3.3.3') },
        { weight: 0, to: endpoint('4.4.4.4') },
      ]),
    },
  );
};
const make = (node: TrafficNode, acceptMonthlyCost = true) =>
  templateOf((stack: Stack) => {
    const { hostedZone: zone } = new PublicZone(stack, 'Zone', { name: 'example.com' });
    new TrafficPolicy(stack, 'Traffic', { zone, name, tree: node, acceptMonthlyCost });
  });

/** Everything wrong with a document: each reference leads somewhere, each rule says what its kind must. */
function faultsOf({ Rules, Endpoints, StartRule, RecordType, AWSPolicyFormatVersion }: TrafficDocument): string[] {
  const lists = { failover: 'Primary', weighted: 'Items', latency: 'Regions', geo: 'Locations' } as const;
  const wants = { failover: [], weighted: ['Weight'], latency: ['Region'], geo: [] } as const;
  const used = new Set([StartRule]);
  const faults = Object.entries(Rules).flatMap(([id, rule]) => {
    const kind = rule.RuleType as keyof typeof lists;
    if (!(kind in lists)) return [`${id} is of no kind: ${kind}`];
    const branches =
      kind === 'failover' ? [rule.Primary, rule.Secondary] : (rule[lists[kind]] as Record<string, unknown>[]);
    return branches.flatMap((branch) => {
      const { RuleReference, EndpointReference } = branch as { RuleReference?: string; EndpointReference?: string };
      const to = RuleReference ?? EndpointReference ?? '';
      used.add(to);
      const known = RuleReference === undefined ? to in Endpoints : to in Rules;
      return [
        ...(known && (RuleReference === undefined) !== (EndpointReference === undefined)
          ? []
          : [`${id} leads to ${to}`]),
        ...wants[kind].filter((key) => !(key in branch!)).map((key) => `${id} has no ${key}`),
      ];
    });
  });
  const idle = [...Object.keys(Rules), ...Object.keys(Endpoints)].filter((id) => !used.has(id));
  return [
    ...faults,
    ...idle.map((id) => `nobody leads to ${id}`),
    ...(AWSPolicyFormatVersion === '2015-10-01' && RecordType === 'A' && StartRule in Rules
      ? []
      : ['the head is wrong']),
  ];
}

/** The records that Route 53 makes of a document: one name a rule, aliases between them. */
function zoneOf({ Rules, Endpoints, StartRule, RecordType }: TrafficDocument): DnsZone {
  const nameOf = (rule: string) => (rule === StartRule ? name : `${rule}.example.com`);
  const records = Object.entries(Rules).flatMap(([id, { RuleType, Primary, Secondary, Items, Regions, Locations }]) =>
    [...(Primary ? [Primary, Secondary!] : []), ...(Items ?? Regions ?? Locations ?? [])].map(
      (branch, at): RecordSetData => {
        const {
          RuleReference,
          EndpointReference,
          HealthCheck: HealthCheckId,
          Weight,
          Region,
          Continent: ContinentCode,
          Country,
        } = branch as Record<string, string>;
        return {
          Name: nameOf(id),
          Type: RecordType,
          SetIdentifier: `${id}/${at + 1}`,
          ...(RuleReference === undefined
            ? { ResourceRecords: [Endpoints[EndpointReference].Value], TTL: 60 }
            : {
                AliasTarget: {
                  DNSName: nameOf(RuleReference),
                  EvaluateTargetHealth: branch.EvaluateTargetHealth === true,
                },
              }),
          ...(HealthCheckId !== undefined && { HealthCheckId }),
          ...(RuleType === 'failover' && { Failover: at === 0 ? 'PRIMARY' : 'SECONDARY' }),
          ...(Weight !== undefined && { Weight: Number(Weight) }),
          ...(Region !== undefined && { Region }),
          ...(RuleType === 'geo' && {
            GeoLocation:
              branch.IsDefault === true
                ? { CountryCode: '*' }
                : { ...(ContinentCode && { ContinentCode }), ...(Country && { CountryCode: Country }) },
          }),
        };
      },
    ),
  );
  return { name: 'example.com', records };
}

test('a tree is written as one document, whose rules are numbered from the top and whose endpoints stand in it once [edge-traffic-policy]', () => {
  const document = trafficDocument(tree(), 'A');
  expect(faultsOf(document)).toEqual([]);
  expect(Object.values(document.Endpoints).map(({ Value }) => Value)).toEqual([
    '1.1.1.1',
    '9.9.9.9',
    '2.2.2.2',
    '3.3.3.3',
    '4.4.4.4',
  ]);
  expect(Object.entries(document.Rules).map(([id, { RuleType }]) => [id, RuleType])).toEqual([
    ['rule-1', 'geo'],
    ['rule-2', 'latency'],
    ['rule-3', 'failover'],
    ['rule-4', 'failover'],
    ['rule-5', 'weighted'],
  ]);
  expect(document.Rules['rule-1'].Locations).toEqual([
    { RuleReference: 'rule-2', Continent: 'EU', EvaluateTargetHealth: true },
    { RuleReference: 'rule-5', IsDefault: true, EvaluateTargetHealth: true },
  ]);
  expect(document.Rules['rule-3']).toEqual({
    RuleType: 'failover',
    Primary: { EndpointReference: 'endpoint-1', HealthCheck: '1.1.1.1' },
    Secondary: { EndpointReference: 'endpoint-2' },
  });
});

test.each<[string, DnsClient, string[], string]>([
  [
    'Europe gets the Region with the lowest latency',
    { place: { continent: 'EU' }, latencies: { 'eu-west-1': 20, 'eu-north-1': 40 } },
    [],
    '1.1.1.1',
  ],
  [
    'or its stand-in',
    { place: { continent: 'EU' }, latencies: { 'eu-west-1': 20, 'eu-north-1': 40 } },
    ['1.1.1.1'],
    '9.9.9.9',
  ],
  ['all others what has a weight', { place: { continent: 'AS' } }, ['1.1.1.1'], '3.3.3.3'],
])('a client goes down the tree: %s [edge-traffic-policy, edge-routing-simulator]', (_, client, unhealthy, address) => {
  const answer = resolve({ name }, zoneOf(trafficDocument(tree(), 'A')), client, { unhealthy: new Set(unhealthy) });
  expect(answer.values).toEqual([address]);
});

test('the template has the policy, and the name under its newest version [edge-traffic-policy]', () => {
  const template = make(tree());
  const [[id, policy]] = Object.entries(template.findResources('AWS::Route53::TrafficPolicy'));
  expect(faultsOf(JSON.parse(policy.Properties.Document as string) as TrafficDocument)).toEqual([]);
  template.hasResourceProperties('AWS::Route53::TrafficPolicyInstance', {
    Name: `${name}.`,
    TTL: 60,
    TrafficPolicyId: { 'Fn::GetAtt': [id, 'Id'] },
    TrafficPolicyVersion: { 'Fn::GetAtt': [id, 'Version'] },
  });
});

test('fails when nobody has accepted what a name under a policy costs [edge-traffic-policy]', () => {
  expect(() => make(tree(), false)).toThrow(
    'Stack/Traffic:\n  a name under a traffic policy costs 50 USD a month; set acceptMonthlyCost, or let RoutedRecords lead to each other',
  );
});

test.each<[string, () => TrafficNode]>([
  ['tree is an endpoint alone; give a rule, or a record', () => endpoint('1.1.1.1')],
  [
    'primary leads to an endpoint without healthCheck, so that the secondary would never answer; give one',
    () => failover({ to: endpoint('1.1.1.1') }, { to: endpoint('2.2.2.2') }),
  ],
  ['weight is 256; give a whole number from 0 to 255', () => weighted([{ weight: 256, to: endpoint('1.1.1.1') }])],
  [
    'region is eu-west-1 for two branches',
    () =>
      latency([
        { region: 'eu-west-1', to: endpoint('1.1.1.1') },
        { region: 'eu-west-1', to: endpoint('2.2.2.2') },
      ]),
  ],
])('fails when %s [edge-traffic-policy]', (message, node) => {
  expect(() => make(node())).toThrow(message);
});
