import { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../lib/app';
import {
  PeeredNetworks,
  type PeeredNetworksProps,
} from '../../lib/architectures/peered-networks/peered-networks-stack';
import { members, ranges, register } from '../../lib/architectures/peered-networks/ranges';
import { profiles } from '../../lib/profile';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf, tcp, type Line } from '../support/reachability';

const name = 'peered-networks';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const paths = { shop: 'Shop', billing: 'Billing', reports: 'Reports' } as const;

/** The stack with other props, as a test app would make it. */
const changed = (props: Partial<PeeredNetworksProps>) => () => {
  const app = createApp({ only: [] }, { gates: false, context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new PeeredNetworks(app, name, { profile: profiles.sandbox, settings: {}, ...props }));
};

describe('addresses', () => {
  test('come from the register, a /16 each, and one more is kept for each [network-range-registry]', () => {
    expect(ranges).toEqual({ shop: '10.64.0.0/16', billing: '10.66.0.0/16', reports: '10.68.0.0/16' });
    expect(members.map((one) => register.ranges(one, 'home')).flat()).toHaveLength(6);
    const blocks = Object.values(sandbox.findResources('AWS::EC2::VPC')).map(({ Properties }) => Properties.CidrBlock);
    expect(blocks).toEqual(Object.values(ranges));
  });

  test('fails when two networks have the same range [network-peering-overlap]', () => {
    expect(changed({ ranges: { ...ranges, reports: ranges.shop } })).toThrow(
      'peered-networks/Mesh:\n  shop has 10.64.0.0/16 and reports has 10.64.0.0/16, which overlap, so they cannot be peered; take ranges from a RangeRegistry, or offer what is needed by a PrivateService, to which addresses do not matter',
    );
  });
});

/** The whole table of the mesh. */
const all = Object.values(paths).flatMap((from) =>
  Object.values(paths).map((to): Line => [`${from}/Probe`, `${to}/Files`, tcp(2049)]),
);
const toS3: Line = ['Reports/Probe', 's3', tcp(443)];

describe('who reaches whom', () => {
  test.each(['sandbox', 'production'] as const)(
    'in %s each probe reaches each file system, and only reports reaches S3 [network-peering, network-peering-mesh, network-peering-no-edge]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([...all, toS3]);
      for (const from of ['Shop/Probe', 'Billing/Probe']) expect(network).not.toReach(from, 's3', tcp(443));
      for (const from of Object.values(paths)) expect(network).not.toReach('internet', `${from}/Files`);
    },
  );

  test('without their own connection shop and reports do not reach each other, though both reach billing [network-peering-mesh]', () => {
    const network = networkOf(name, { variant: ['peering-chain'] });
    const between = (from: unknown, to: unknown) => `${String(from)} ${String(to)}`;
    const gone = ['Shop/Probe Reports/Files', 'Reports/Probe Shop/Files'];
    expect(network).toHaveReachability([...all.filter(([from, to]) => !gone.includes(between(from, to))), toS3]);
  });

  test('files answer groups of the peers, and no address [network-peering-sg, network-sg-same-vpc]', () => {
    const rules = Object.values(sandbox.findResources('AWS::EC2::SecurityGroupIngress')).map(
      ({ Properties }) => Properties,
    );
    expect(rules).toHaveLength(9);
    for (const { SourceSecurityGroupId, CidrIp, FromPort, ToPort } of rules)
      expect([SourceSecurityGroupId['Fn::GetAtt'][0], CidrIp, FromPort, ToPort]).toEqual([
        expect.stringMatching(/ProbeAccessGroup/),
        undefined,
        2049,
        2049,
      ]);
  });
});

describe('connections', () => {
  test.each([
    ['sandbox', sandbox],
    ['production', production],
  ] as const)('in %s three, with a route to each peer in every table [network-peering-mesh]', (_, template) => {
    template.resourceCountIs('AWS::EC2::VPCPeeringConnection', 3);
    const routes = Object.values(template.findResources('AWS::EC2::Route')).map(({ Properties }) => Properties);
    expect(routes).toHaveLength(3 * 2 * 2);
    for (const { DestinationCidrBlock } of routes) expect(Object.values(ranges)).toContain(DestinationCidrBlock);
  });

  test('names are resolved privately in both directions, for each [network-peering-dns]', () => {
    const asked = Object.values(sandbox.findResources('Custom::VpcPeeringOptions'));
    expect(asked).toHaveLength(3);
    for (const { Properties } of asked) {
      const text = JSON.stringify(Properties.Create);
      expect(text.match(/AllowDnsResolutionFromRemoteVpc\\":true/g)).toHaveLength(2);
    }
  });

  test('nobody can mount a file system', () => {
    for (const { Properties } of Object.values(sandbox.findResources('AWS::EFS::FileSystem')))
      // A denial wins over what the CDK allows besides.
      expect(Properties.FileSystemPolicy.Statement).toContainEqual({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['ClientMount', 'ClientRootAccess', 'ClientWrite'].map((action) => `elasticfilesystem:${action}`),
      });
  });

  test('nothing of the internet is there', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'EIP', 'EgressOnlyInternetGateway'])
      sandbox.resourceCountIs(`AWS::EC2::${type}`, 0);
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
