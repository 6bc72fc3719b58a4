import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { CfnVPC, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Stack } from 'aws-cdk-lib';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { InternalZone, type InternalZoneProps } from '../../../lib/constructs/network/internal-zone';
import { resolveName } from '../../../lib/constructs/network/resolve-name';
import type { ZoneRecord } from '../../../lib/constructs/network/zone-records';
import { templateOf, testStack } from '../../support/app';

const vpcIn = (stack: Stack, id = 'Vpc') => new Vpc(stack, id, { natGateways: 0, maxAzs: 2 });
const refusal = (props: Partial<InternalZoneProps>) => () =>
  templateOf(
    (stack) => new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [vpcIn(stack)], ...props }),
  );
const recordsOf = (template: Template) =>
  Object.entries(template.findResources('AWS::Route53::RecordSet')).map(([id, { Properties: p }]) => [
    id.replace(/[0-9A-F]{8}$/, ''),
    p.Name,
    p.Type,
    p.TTL,
    p.ResourceRecords,
  ]);

test.each([1, 2])('a zone answers in %d network(s) [network-private-zone]', (count) => {
  const template = templateOf((stack) => {
    const vpcs = Array.from({ length: count }, (_, at) => vpcIn(stack, `Vpc${at + 1}`));
    new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs });
  });
  template.resourceCountIs('AWS::Route53::HostedZone', 1);
  template.hasResourceProperties('AWS::Route53::HostedZone', {
    Name: 'internal.example.com.',
    VPCs: Array.from({ length: count }, (_, at) => ({
      VPCId: { Ref: Match.stringLikeRegexp(`^Vpc${at + 1}[0-9A-F]{8}$`) },
      VPCRegion: { Ref: 'AWS::Region' },
    })),
  });
});

test('its records are written by their full names, each type in its own form', () => {
  const records: ZoneRecord[] = [
    { name: 'accounting', type: 'A', values: ['10.0.0.10', '10.0.0.11'], ttl: Duration.minutes(1) },
    { type: 'TXT', values: ['a "word"', 'x'.repeat(300)] },
    { name: '*', type: 'AAAA', values: ['2001:db8::1'] },
    { name: 'files.store', type: 'CNAME', values: ['accounting.internal.example.com'] },
  ];
  let zone: InternalZone;
  const template = templateOf((stack) => {
    zone = new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [vpcIn(stack)], records });
  });
  expect(recordsOf(template)).toEqual([
    ['ZoneAccountingA', 'accounting.internal.example.com.', 'A', '60', ['10.0.0.10', '10.0.0.11']],
    [
      'ZoneOwnTXT',
      'internal.example.com.',
      'TXT',
      '300',
      ['"a \\"word\\""', `"${'x'.repeat(255)}" "${'x'.repeat(45)}"`],
    ],
    ['ZoneAnyAAAA', '*.internal.example.com.', 'AAAA', '300', ['2001:db8::1']],
    ['ZoneFilesStoreCNAME', 'files.store.internal.example.com.', 'CNAME', '300', ['accounting.internal.example.com']],
  ]);
  const asked = resolveName('accounting.internal.example.com', { privateZones: [zone!.names] });
  expect(asked).toMatchObject({ by: 'private zone', values: ['10.0.0.10', '10.0.0.11'] });
});

test('fails when a network is named twice, or none is [network-private-zone]', () => {
  expect(() => {
    const stack = testStack();
    const vpc = vpcIn(stack);
    new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [vpc, vpc] });
  }).toThrow('Stack/Zone:\n  vpcs lists Stack/Vpc twice; name each VPC once');
  expect(refusal({ vpcs: [] })).toThrow('Stack/Zone:\n  vpcs are none; give at least one');
});

test('fails when two zones of one name answer in one network [network-private-zone]', () => {
  expect(() =>
    templateOf((stack) => {
      const [one, other] = [vpcIn(stack, 'One'), vpcIn(stack, 'Other')];
      new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [one, other] });
      new InternalZone(stack, 'Again', { name: 'internal.example.com', vpcs: [other] });
    }),
  ).toThrow(
    'Stack/Zone/Zone/Resource:\n  name is internal.example.com, and Stack/Again/Zone/Resource answers for it in the same VPC already; a VPC takes one private zone of a name, so put the records into one zone',
  );
});

test('zones of one name in two networks, and zones within each other, are fine [network-private-zone]', () => {
  expect(() =>
    templateOf((stack) => {
      const [one, other] = [vpcIn(stack, 'One'), vpcIn(stack, 'Other')];
      new InternalZone(stack, 'Zone', { name: 'internal.example.com', vpcs: [one] });
      new InternalZone(stack, 'Further', { name: 'internal.example.com', vpcs: [other] });
      new InternalZone(stack, 'Within', { name: 'a.internal.example.com', vpcs: [one] });
    }),
  ).not.toThrow();
});

test('fails when resources made without the block do the same, in an app that guards its networks [network-private-zone]', () => {
  const guarded =
    (...zones: { name: string; vpcs: number }[]) =>
    () =>
      templateOf((stack) => {
        const vpc = new CfnVPC(stack, 'Vpc', {
          cidrBlock: '10.16.0.0/16',
          enableDnsHostnames: true,
          enableDnsSupport: true,
        });
        const entry = { vpcId: vpc.ref, vpcRegion: 'eu-west-1' };
        zones.forEach(
          ({ name, vpcs }, at) => new CfnHostedZone(stack, `Zone${at}`, { name, vpcs: Array(vpcs).fill(entry) }),
        );
        guardNetwork(stack);
      });
  expect(guarded({ name: 'internal.example.com', vpcs: 2 })).toThrow(
    'Stack/Zone0:\n  vpcs lists Vpc twice; name each VPC once',
  );
  expect(guarded({ name: 'internal.example.com', vpcs: 1 }, { name: 'Internal.example.com.', vpcs: 1 })).toThrow(
    'Stack/Zone0:\n  name is internal.example.com, and Stack/Zone1 answers for it in the same VPC already',
  );
});

test.each<[string, Partial<InternalZoneProps>, string]>([
  ['its name is none', { name: 'Internal.example.com.' }, 'name is Internal.example.com.; write internal.example.com'],
  [
    'a record is there twice',
    {
      records: [
        { name: 'a', type: 'A', values: ['10.0.0.1'] },
        { name: 'a', type: 'A', values: ['10.0.0.2'] },
      ],
    },
    'records has a A twice; give one with all its values',
  ],
  [
    'its own name is an alias',
    { records: [{ type: 'CNAME', values: ['example.com'] }] },
    "records has @ CNAME, but a zone's own name cannot be an alias by CNAME; use an AliasRecord, or addresses",
  ],
  [
    'an alias has company',
    {
      records: [
        { name: 'a', type: 'CNAME', values: ['b.example.com'] },
        { name: 'a', type: 'TXT', values: ['x'] },
      ],
    },
    'records has a CNAME beside another type; a CNAME stands alone, so leave one of them out',
  ],
  [
    'an alias has two ends',
    { records: [{ name: 'a', type: 'CNAME', values: ['b.com', 'c.com'] }] },
    'values of a CNAME are b.com, c.com; an alias has one',
  ],
  [
    'a record has no values',
    { records: [{ name: 'a', type: 'A', values: [] }] },
    'values of a A are none; give at least one',
  ],
  [
    'an address is none',
    { records: [{ name: 'a', type: 'A', values: ['10.0.0.256'] }] },
    'values of a A is 10.0.0.256; write octets from 0 to 255',
  ],
  [
    'an IPv6 address is none',
    { records: [{ name: 'a', type: 'AAAA', values: ['10.0.0.1'] }] },
    'values of a AAAA is 10.0.0.1; write hextets',
  ],
  [
    'a name is none',
    { records: [{ name: 'a b', type: 'A', values: ['10.0.0.1'] }] },
    'record a b A: name is a b; write labels',
  ],
  [
    'an answer is kept too long',
    { records: [{ name: 'a', type: 'A', values: ['10.0.0.1'], ttl: Duration.days(8) }] },
    'ttl of a A is 8 days; give at most 7 days',
  ],
])('fails when %s', (_, props, fault) => expect(refusal(props)).toThrow(`Stack/Zone:\n  ${fault}`));
