import type { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  SplitViewZone,
  type SplitViewZoneProps,
  type VisibleRecord,
} from '../../../lib/constructs/network/split-view-zone';
import { templateOf } from '../../support/app';

const records: VisibleRecord[] = [
  { name: 'accounting', type: 'A', values: ['10.0.0.10'], visibility: 'inside' },
  { name: 'www', type: 'A', values: ['10.0.0.20'], visibility: 'inside' },
  { name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'outside' },
  { name: 'about', type: 'TXT', values: ['the same for all'], visibility: 'everywhere' },
];
const templateWith = (props: Partial<SplitViewZoneProps> = {}) =>
  templateOf((stack) => {
    const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
    new SplitViewZone(stack, 'Names', { name: 'example.com', vpcs: [vpc], records, ...props });
  });

/** Name, type and values of the records of a zone. */
function held(template: Template, isPrivate: boolean): unknown[] {
  const zones = Object.entries(template.findResources('AWS::Route53::HostedZone'));
  const [id] = zones.find(([, { Properties }]) => 'VPCs' in Properties === isPrivate)!;
  return Object.values(template.findResources('AWS::Route53::RecordSet'))
    .filter(({ Properties }) => Properties.HostedZoneId.Ref === id)
    .map(({ Properties: p }) => [p.Name, p.Type, ...p.ResourceRecords]);
}

test('both halves share a name; every public record exists inside too, and accounting only there [network-split-view]', () => {
  const template = templateWith();
  template.resourcePropertiesCountIs('AWS::Route53::HostedZone', { Name: 'example.com.' }, 2);
  const [inside, outside] = [held(template, true), held(template, false)];
  expect(outside).toEqual([
    ['www.example.com.', 'A', '203.0.113.10'],
    ['about.example.com.', 'TXT', '"the same for all"'],
  ]);
  expect(inside).toEqual([
    ['accounting.example.com.', 'A', '10.0.0.10'],
    ['www.example.com.', 'A', '10.0.0.20'],
    ['about.example.com.', 'TXT', '"the same for all"'],
  ]);
});

test('the public half goes into a zone that is there already, which may begin further up [network-split-view]', () => {
  const template = templateOf((stack) => {
    const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
    const publicZone = PublicHostedZone.fromPublicHostedZoneId(stack, 'Owned', 'Z0123456789ABC');
    new SplitViewZone(stack, 'Names', { name: 'names.example.com', vpcs: [vpc], records, publicZone });
  });
  template.resourceCountIs('AWS::Route53::HostedZone', 1);
  template.hasResourceProperties('AWS::Route53::RecordSet', {
    HostedZoneId: 'Z0123456789ABC',
    Name: 'www.names.example.com.',
    ResourceRecords: ['203.0.113.10'],
  });
  template.resourcePropertiesCountIs('AWS::Route53::RecordSet', { HostedZoneId: 'Z0123456789ABC' }, 2);
});

test('fails when a public record is missing inside, where it would no longer be found [network-split-view]', () => {
  const only =
    (...list: VisibleRecord[]) =>
    () =>
      templateWith({ records: list });
  expect(only({ name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'outside' })).toThrow(
    'Stack/Names:\n  records has www A for the outside only, and inside the private zone would answer NXDOMAIN for it; add one with visibility inside, or make it everywhere',
  );
  expect(
    only(
      { name: 'www', type: 'TXT', values: ['x'], visibility: 'inside' },
      { name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'outside' },
    ),
  ).toThrow('inside the private zone would answer NODATA for it');
});

test('a wildcard inside stands for public names below it [network-split-view]', () => {
  expect(() =>
    templateWith({
      records: [
        { name: '*', type: 'A', values: ['10.0.0.1'], visibility: 'inside' },
        { name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'outside' },
      ],
    }),
  ).not.toThrow();
});

test('fails when nothing is public, or a side has a record twice [network-split-view]', () => {
  expect(() => templateWith({ records: records.slice(0, 2) })).toThrow(
    'Stack/Names:\n  records has none for the outside; add one, or use an InternalZone',
  );
  expect(() =>
    templateWith({ records: [...records, { name: 'about', type: 'TXT', values: ['more'], visibility: 'outside' }] }),
  ).toThrow('Stack/Names:\n  outside, records has about TXT twice; give one with all its values');
});
