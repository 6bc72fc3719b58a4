import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { GatewayVpcEndpointAwsService, Vpc } from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { context as featureFlags } from '../../../cdk.json';
import {
  AddressPlan,
  defaultTiers,
  type AddressPlanProps,
  type TierSpec,
} from '../../../lib/constructs/network/address-plan';
import { FlowDestination } from '../../../lib/constructs/network/flow-capture';
import { Ipv6Block } from '../../../lib/constructs/network/ipv6-block';
import { IpamPool } from '../../../lib/constructs/network/ipam-pool';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { TieredNetwork, type TieredNetworkProps } from '../../../lib/constructs/network/tiered-network';
import { templateOf, testStack } from '../../support/app';

type Resource = { Type: string; Properties: Record<string, any> };
type Resources = Record<string, Resource>;

const accepted = NatStrategy.single({ acceptZoneDependency: true });
const host = NatStrategy.instance({ acceptZoneDependency: true });
const synthesise = (props: TieredNetworkProps = {}): Template =>
  templateOf((stack) => new TieredNetwork(stack, 'Network', { nat: accepted, ...props }));
const isolated: AddressPlanProps = { tiers: [{ name: 'data', access: 'isolated' }] };
const refusal = (props: TieredNetworkProps) => () => new TieredNetwork(testStack(), 'Network', props);
const all = (template: Template): Resources => template.toJSON().Resources;
const ofType = (template: Template, type: string) =>
  Object.values(all(template)).filter((one) => one.Type === `AWS::EC2::${type}`);
const inRegion = (region: string) => new Stack(new App({ context: featureFlags }), 'Stack', { env: { region } });

/** Where a subnet is, as `web 0 10.16.48.0/20`. */
function subnetsOf(template: Template): string[] {
  return ofType(template, 'Subnet').map(({ Properties: { AvailabilityZone, CidrBlock, Tags } }) => {
    const tier = Tags.find(({ Key }: { Key: string }) => Key === 'aws-cdk:subnet-name').Value;
    return `${tier} ${AvailabilityZone['Fn::Select'][0]} ${CidrBlock}`;
  });
}

/** The default routes of a tier's tables: destination and target, in zone order. */
function defaultRoutes(template: Template, tier: string): string[] {
  return Object.entries(all(template))
    .filter(([id, { Type }]) => Type === 'AWS::EC2::Route' && id.includes(`Vpc${tier}Subnet`))
    .map(([, { Properties: p }]) => {
      const target = p.GatewayId ?? p.NatGatewayId ?? p.EgressOnlyInternetGatewayId ?? p.InstanceId;
      return `${p.DestinationCidrBlock ?? p.DestinationIpv6CidrBlock} ${(target.Ref ?? target['Fn::GetAtt'][0]).replace(/[0-9A-F]{8}$/, '')}`;
    });
}

describe('addresses', () => {
  test('the twelve subnets of the plan stand in their tiers and zones, and the spare /18 is unused [network-sixteen-subnet-plan, network-vpc-spans-azs]', () => {
    expect(subnetsOf(synthesise())).toEqual([
      'database 0 10.16.16.0/20',
      'database 1 10.16.80.0/20',
      'database 2 10.16.144.0/20',
      'application 0 10.16.32.0/20',
      'application 1 10.16.96.0/20',
      'application 2 10.16.160.0/20',
      'web 0 10.16.48.0/20',
      'web 1 10.16.112.0/20',
      'web 2 10.16.176.0/20',
    ]);
    const filled = { tiers: [{ name: 'cache', access: 'isolated' as const }, ...defaultTiers.slice(1)] };
    expect(subnetsOf(synthesise({ plan: filled })).slice(0, 3)).toEqual([
      'cache 0 10.16.0.0/20',
      'cache 1 10.16.64.0/20',
      'cache 2 10.16.128.0/20',
    ]);
  });

  test('without an account the CDK itself gives two zones, which is why zones are planned by position [network-vpc-spans-azs]', () => {
    const vpc = new Vpc(testStack(), 'Vpc', { maxAzs: 4 });
    expect(vpc.availabilityZones).toHaveLength(2);
    const four = synthesise({ zones: 4 });
    expect(new Set(subnetsOf(four).map((subnet) => subnet.split(' ')[1])).size).toBe(4);
  });

  test('the plan it shows is the one that is built', () => {
    const network = new TieredNetwork(testStack(), 'Network', { nat: accepted, zones: 2 });
    expect([network.plan.zones, network.plan.freeSlots, network.plan.spareZones]).toEqual([
      2,
      10,
      ['10.16.128.0/18', '10.16.192.0/18'],
    ]);
  });

  test('an explicit account and region changes no address and no zone', () => {
    const here = templateOf((stack) => new TieredNetwork(stack, 'Network', { nat: accepted }));
    const zones = {
      'availability-zones:account=111122223333:region=eu-west-1': ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    };
    const there = new Stack(new App({ context: { ...featureFlags, ...zones } }), 'Stack', {
      env: { account: '111122223333', region: 'eu-west-1' },
    });
    new TieredNetwork(there, 'Network', { nat: accepted });
    expect(ofType(Template.fromStack(there), 'Subnet')).toEqual(ofType(here, 'Subnet'));
  });

  test('each network has addresses of its own, also two in one stack', () => {
    const template = templateOf((stack) => {
      new TieredNetwork(stack, 'One', { nat: accepted });
      new TieredNetwork(stack, 'Two', { nat: accepted, plan: { cidr: '10.17.0.0/16' } });
    });
    expect(subnetsOf(template).filter((subnet) => subnet.includes(' 10.17.'))).toHaveLength(9);
  });

  test('fails when one zone is all there is, unless a reason says why [network-vpc-spans-azs]', () => {
    expect(refusal({ zones: 1, nat: accepted })).toThrow(
      'Stack/Network:\n  zones is 1, so the network fails with its zone; give 2 or more, or say in singleZoneReason why one is enough',
    );
    const single = synthesise({ zones: 1, singleZoneReason: 'A build farm that may stop for a day' });
    expect(subnetsOf(single)).toHaveLength(3);
  });

  test('fails when the plan or the zones cannot be, under the path of the network [network-cidr-canonical, network-growth-safe-plan]', () => {
    expect(refusal({ plan: { cidr: '10.16.5.0/16' } })).toThrow(
      'Stack/Network:\n  cidr is 10.16.5.0/16, which is not where a block of that size begins; write 10.16.0.0/16',
    );
    expect(refusal({ zones: 5 })).toThrow(
      'Stack/Network:\n  zones is 5; the plan holds 4 (zoneSlots), so give 1 to 4: room for more would renumber every subnet and needs a new network',
    );
  });

  test('fails when a VPC would use the range of the default one [network-default-vpc-guard]', () => {
    expect(refusal({ plan: { cidr: '172.31.0.0/16' } })).toThrow(
      'which overlaps 172.31.0.0/16, the range of every default VPC',
    );
  });
});

describe('zones by name', () => {
  const zones = ['eu-west-1a', 'eu-west-1b'];

  test('zones of the own Region are taken in order [network-az-in-own-region]', () => {
    const stack = inRegion('eu-west-1');
    new TieredNetwork(stack, 'Network', { nat: accepted, availabilityZones: zones });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Subnet', {
      CidrBlock: '10.16.80.0/20',
      AvailabilityZone: 'eu-west-1b',
    });
  });

  test.each<[string, readonly string[], string]>([
    [
      'another Region',
      ['us-east-1a', 'us-east-1b'],
      'names us-east-1a, which is not in eu-west-1; name zones of eu-west-1, such as eu-west-1a',
    ],
    ['one zone twice', ['eu-west-1a', 'eu-west-1a'], 'names eu-west-1a twice; name each zone once'],
    ['no zone', ['eu-west-1a', 'Dublin'], "names Dublin; a zone is a Region's code and a letter, such as eu-west-1a"],
    ['the Region itself', ['eu-west-1a', 'eu-west-1'], "names eu-west-1; a zone is a Region's code and a letter"],
  ])('fails when the list names %s [network-az-in-own-region]', (_, availabilityZones, fault) => {
    expect(() => new TieredNetwork(inRegion('eu-west-1'), 'Network', { availabilityZones })).toThrow(
      `Stack/Network:\n  availabilityZones ${fault}`,
    );
  });

  test('fails when zones of two Regions are mixed, though the Region is not known yet [network-az-in-own-region]', () => {
    expect(refusal({ availabilityZones: ['eu-west-1a', 'us-east-1b'] })).toThrow(
      'availabilityZones names us-east-1b, which is not in eu-west-1',
    );
  });

  test('fails when a Local Zone is named without saying so [network-az-in-own-region]', () => {
    const availabilityZones = ['us-west-2a', 'us-west-2-lax-1a'];
    const make = (localZones: boolean) => () =>
      new TieredNetwork(inRegion('us-west-2'), 'Network', { availabilityZones, localZones, nat: accepted });
    expect(make(false)).toThrow(
      'availabilityZones names the Local Zone us-west-2-lax-1a; choose a zone such as us-west-2a, or set localZones',
    );
    expect(make(true)).not.toThrow();
  });

  test('fails when zones are counted and named differently', () => {
    expect(refusal({ zones: 3, availabilityZones: zones })).toThrow(
      'zones is 3, but availabilityZones names 2; make them agree, or give one of the two',
    );
  });
});

describe('tiers', () => {
  test('the web tier reaches the internet, the application tier through NAT, the database tier not at all [network-three-tiers, network-internet-gateway]', () => {
    const template = synthesise();
    expect(defaultRoutes(template, 'web')).toEqual(Array(3).fill('0.0.0.0/0 NetworkVpcIGW'));
    expect(defaultRoutes(template, 'application')).toEqual(Array(3).fill('0.0.0.0/0 NetworkVpcwebSubnet1NATGateway'));
    expect(defaultRoutes(template, 'database')).toEqual([]);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
    template.resourceCountIs('AWS::EC2::VPCGatewayAttachment', 1);
  });

  test('what needs the internet gateway waits for its attachment [network-internet-gateway]', () => {
    for (const nat of [NatStrategy.perZone(), NatStrategy.regional(), NatStrategy.instance({ hosts: 3 })]) {
      const resources = Object.values(all(synthesise({ nat })) as Record<string, Resource & { DependsOn?: string[] }>);
      const waiting = resources.filter(
        ({ Type, Properties }) =>
          ['AWS::EC2::EIP', 'AWS::EC2::NatGateway'].includes(Type) ||
          (Type === 'AWS::EC2::Route' && Properties.GatewayId !== undefined),
      );
      expect(waiting.length).toBeGreaterThan(3);
      for (const { DependsOn } of waiting) expect(DependsOn).toContainEqual(expect.stringMatching(/VPCGW/));
    }
  });

  test('every subnet has a route table of its own, explicitly, and no route stands anywhere else [network-explicit-route-tables]', () => {
    const template = synthesise();
    template.resourceCountIs('AWS::EC2::RouteTable', 9);
    const associations = ofType(template, 'SubnetRouteTableAssociation').map(({ Properties }) => Properties);
    expect(new Set(associations.map((one) => one.SubnetId.Ref)).size).toBe(9);
    expect(new Set(associations.map((one) => one.RouteTableId.Ref)).size).toBe(9);
    const own = new Set(associations.map((one) => one.RouteTableId.Ref));
    expect(ofType(template, 'Route').every(({ Properties }) => own.has(Properties.RouteTableId.Ref))).toBe(true);
  });

  test('without a public or private tier nothing gets in or out [network-vpc-closed-by-default]', () => {
    const template = templateOf(
      (stack) => new TieredNetwork(stack, 'Network', { plan: isolated, gatewayEndpoints: {} }),
    );
    for (const type of ['InternetGateway', 'NatGateway', 'Route', 'EgressOnlyInternetGateway', 'VPCEndpoint'])
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    template.resourceCountIs('AWS::EC2::Subnet', 3);
  });

  test('no subnet gives instances public addresses unless its tier asks for it, and that changes no route [network-subnet-auto-assign]', () => {
    const flags = (template: Template) =>
      ofType(template, 'Subnet').map(({ Properties }) => Properties.MapPublicIpOnLaunch);
    expect(flags(synthesise())).toEqual(Array(9).fill(false));
    const tiers: TierSpec[] = [
      ...defaultTiers.slice(0, 3),
      { name: 'web', access: 'public', autoAssignPublicIp: true },
    ];
    const asking = synthesise({ plan: { tiers } });
    expect(flags(asking)).toEqual([...Array(6).fill(false), true, true, true]);
    expect(ofType(asking, 'Route')).toEqual(ofType(synthesise(), 'Route'));
  });

  test('fails when an isolated tier is to have public addresses [network-subnet-auto-assign]', () => {
    const tiers: TierSpec[] = [{ name: 'data', access: 'isolated', autoAssignPublicIp: true }];
    expect(refusal({ plan: { tiers } })).toThrow(
      'data is isolated with autoAssignPublicIp; leave it out, or make the tier public',
    );
  });

  test('the default security group is emptied [network-sg-default-lockdown]', () => {
    synthesise().hasResourceProperties('Custom::VpcRestrictDefaultSG', {
      DefaultSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkVpc'), 'DefaultSecurityGroup'] },
    });
  });

  test('names are resolved and given, and the resolver is where the block begins plus two [network-dns-attributes, network-resolver-address]', () => {
    synthesise().hasResourceProperties('AWS::EC2::VPC', { EnableDnsSupport: true, EnableDnsHostnames: true });
    expect(new TieredNetwork(testStack(), 'Network', { nat: accepted }).resolverAddress).toBe('10.16.0.2');
  });

  test('hardware is shared unless the extra cost of one’s own is accepted [network-tenancy]', () => {
    synthesise().hasResourceProperties('AWS::EC2::VPC', { InstanceTenancy: 'default' });
    synthesise({ dedicatedTenancy: { acceptExtraCost: true } }).hasResourceProperties('AWS::EC2::VPC', {
      InstanceTenancy: 'dedicated',
    });
  });

  test('a tier is selected by name, one subnet in each zone', () => {
    const network = new TieredNetwork(testStack(), 'Network', { nat: accepted });
    expect(network.vpc.selectSubnets(network.subnets('application')).subnetIds).toHaveLength(3);
    expect(network.cidrs('application')).toEqual(['10.16.32.0/20', '10.16.96.0/20', '10.16.160.0/20']);
    expect(() => network.subnets('reserved')).toThrow(
      'Stack/Network:\n  subnets asks for tier reserved; tiers with subnets are database, application, web',
    );
  });
});

describe('NAT strategies', () => {
  const paid = (template: Template) =>
    ['NatGateway', 'EIP', 'Instance'].map((type) => `${ofType(template, type).length} ${type}`).join(', ');

  test.each<[string, NatStrategy, string, string[]]>([
    ['none', NatStrategy.none(), '0 NatGateway, 0 EIP, 0 Instance', []],
    [
      'single',
      accepted,
      '1 NatGateway, 1 EIP, 0 Instance',
      ['webSubnet1NATGateway', 'webSubnet1NATGateway', 'webSubnet1NATGateway'],
    ],
    [
      'perZone',
      NatStrategy.perZone(),
      '3 NatGateway, 3 EIP, 0 Instance',
      ['webSubnet1NATGateway', 'webSubnet2NATGateway', 'webSubnet3NATGateway'],
    ],
    [
      'regional',
      NatStrategy.regional(),
      '1 NatGateway, 0 EIP, 0 Instance',
      ['RegionalNatGateway', 'RegionalNatGateway', 'RegionalNatGateway'],
    ],
    [
      'instance',
      host,
      '0 NatGateway, 1 EIP, 1 Instance',
      ['webSubnet1NatHost', 'webSubnet1NatHost', 'webSubnet1NatHost'],
    ],
    [
      'instance in two zones',
      NatStrategy.instance({ hosts: 2, acceptZoneDependency: true }),
      '0 NatGateway, 2 EIP, 2 Instance',
      ['webSubnet1NatHost', 'webSubnet2NatHost', 'webSubnet1NatHost'],
    ],
  ])('%s makes its paid parts and routes private subnets to them [network-nat-strategy]', (_, nat, parts, targets) => {
    const template = synthesise({ nat });
    expect(paid(template)).toBe(parts);
    expect(defaultRoutes(template, 'application')).toEqual(targets.map((target) => `0.0.0.0/0 NetworkVpc${target}`));
    expect(defaultRoutes(template, 'database')).toEqual([]);
  });

  test('without NAT the application tier is isolated, and says so [network-nat-strategy]', () => {
    synthesise({ nat: NatStrategy.none() }).hasResourceProperties('AWS::EC2::Subnet', {
      CidrBlock: '10.16.32.0/20',
      Tags: Match.arrayWith([{ Key: 'aws-cdk:subnet-type', Value: 'Isolated' }]),
    });
  });

  test('each zone’s gateway stands in its own public subnet with its own address and serves its own zone [network-nat-per-az]', () => {
    const template = synthesise({ nat: NatStrategy.perZone() });
    const gateways = ofType(template, 'NatGateway').map(({ Properties }) => Properties);
    expect(gateways.map(({ SubnetId }) => all(template)[SubnetId.Ref].Properties.CidrBlock)).toEqual([
      '10.16.48.0/20',
      '10.16.112.0/20',
      '10.16.176.0/20',
    ]);
    expect(new Set(gateways.map(({ AllocationId }) => AllocationId['Fn::GetAtt'][0])).size).toBe(3);
    expect(gateways.every((gateway) => !('SecurityGroupIds' in gateway))).toBe(true);
    const zoneOf = (subnet: string) => all(template)[subnet].Properties.AvailabilityZone['Fn::Select'][0];
    const pairs = ofType(template, 'Route')
      .filter(({ Properties }) => Properties.NatGatewayId)
      .map(({ Properties: { RouteTableId, NatGatewayId } }) => {
        const client = ofType(template, 'SubnetRouteTableAssociation').find(
          ({ Properties }) => Properties.RouteTableId.Ref === RouteTableId.Ref,
        )!;
        return [
          zoneOf(client.Properties.SubnetId.Ref),
          zoneOf(all(template)[NatGatewayId.Ref].Properties.SubnetId.Ref),
        ];
      });
    expect(pairs).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('one gateway for all zones warns of its zone until that is accepted [network-nat-single]', () => {
    const warnings = (nat: NatStrategy) => {
      const stack = testStack();
      new TieredNetwork(stack, 'Network', { nat });
      return Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => entry.data);
    };
    expect(warnings(NatStrategy.single())).toEqual([
      expect.stringContaining('One NAT gateway serves 3 zones, and egress of all of them fails with its zone'),
    ]);
    expect(warnings(accepted)).toEqual([]);
    expect(warnings(NatStrategy.perZone())).toEqual([]);
    expect(warnings(NatStrategy.regional())).toEqual([]);
    expect(warnings(NatStrategy.instance())).toEqual([expect.stringContaining('One NAT host serves 3 zones')]);
    expect(warnings(NatStrategy.instance({ hosts: 3 }))).toEqual([]);
  });

  test('the regional gateway stands in the VPC, in no subnet, with no address of the template [network-nat-regional]', () => {
    const template = synthesise({ nat: NatStrategy.regional() });
    const [gateway] = ofType(template, 'NatGateway');
    expect(gateway.Properties).toMatchObject({ AvailabilityMode: 'regional', VpcId: { Ref: expect.any(String) } });
    expect(gateway.Properties).not.toHaveProperty('SubnetId');
    expect(gateway.Properties).not.toHaveProperty('AllocationId');
  });

  test('the regional gateway needs no public tier [network-nat-regional]', () => {
    const tiers: TierSpec[] = [{ name: 'application', access: 'private' }];
    const template = synthesise({ plan: { tiers }, nat: NatStrategy.regional() });
    expect(defaultRoutes(template, 'application')).toEqual(Array(3).fill('0.0.0.0/0 NetworkVpcRegionalNatGateway'));
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
  });

  test('fails when a strategy cannot serve the network [network-nat-strategy]', () => {
    const privateOnly = { plan: { tiers: [{ name: 'application', access: 'private' as const }] } };
    expect(refusal({ ...privateOnly, nat: NatStrategy.perZone() })).toThrow(
      'Stack/Network:\n  nat is perZone, which stands in a public subnet, but no tier is public; add one, or write NatStrategy.regional()',
    );
    expect(refusal({ plan: isolated, nat: NatStrategy.regional() })).toThrow(
      'nat is regional, but no tier is private, so nothing would use it; write NatStrategy.none()',
    );
    for (const hosts of [5, 0, 1.5])
      expect(refusal({ nat: NatStrategy.instance({ hosts }) })).toThrow(
        `nat hosts is ${hosts}; each stands in a zone of its own, so give 1 to 3, or write NatStrategy.none()`,
      );
  });
});

describe('the NAT host', () => {
  const template = synthesise({ nat: host });
  const [instance] = ofType(template, 'Instance');

  test('it forwards: no source/destination check, masquerading set up on Amazon Linux 2023, private routes to it [network-nat-instance]', () => {
    expect(instance.Properties).toMatchObject({
      SourceDestCheck: false,
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
      InstanceType: 't4g.micro',
    });
    expect(JSON.stringify(instance.Properties.ImageId)).toMatch(/al2023/i);
    const script: string = instance.Properties.UserData['Fn::Base64'];
    expect(script).toContain('net.ipv4.ip_forward=1');
    expect(script).toContain('iptables -t nat -A POSTROUTING');
    expect(script).toContain('-j MASQUERADE');
    expect(ofType(template, 'Route').filter(({ Properties }) => Properties.InstanceId)).toHaveLength(3);
  });

  test('it waits for the address it downloads packages with', () => {
    expect(instance.Properties.UserData['Fn::Base64']).toContain(
      'until dnf install -y iptables-services; do sleep 5; done',
    );
    expect(instance.Properties).not.toHaveProperty('NetworkInterfaces');
  });

  test('it has an address that stays, and takes packets from private subnets only [network-nat-instance]', () => {
    template.hasResourceProperties('AWS::EC2::EIPAssociation', {
      AllocationId: Match.anyValue(),
      InstanceId: { Ref: Match.stringLikeRegexp('NatHost') },
    });
    const group = instance.Properties.SecurityGroupIds[0]['Fn::GetAtt'][0];
    const ingress = all(template)[group].Properties.SecurityGroupIngress;
    expect(ingress.map(({ CidrIp, IpProtocol }: Record<string, string>) => `${CidrIp} ${IpProtocol}`)).toEqual([
      '10.16.32.0/20 -1',
      '10.16.96.0/20 -1',
      '10.16.160.0/20 -1',
    ]);
  });
});

describe('growth', () => {
  const fixed = ['AWS::EC2::Subnet', 'AWS::EC2::RouteTable', 'AWS::EC2::SubnetRouteTableAssociation'];
  const nat = ['AWS::EC2::NatGateway', 'AWS::EC2::EIP'];

  /** Resources of some types that a change replaces, renames, removes or alters. */
  function moved(before: Template, after: Template, types: readonly string[]): string[] {
    const [old, now] = [all(before), all(after)];
    return Object.keys(old).filter(
      (id) =>
        types.includes(old[id].Type) && JSON.stringify(withoutType(old[id])) !== JSON.stringify(withoutType(now[id])),
    );
  }

  /** The tag that says whether a subnet has egress follows the routes; it is no change to the subnet. */
  const withoutType = (resource: Resource | undefined) =>
    JSON.parse(
      JSON.stringify(resource ?? null, (_, value) => (value?.Key === 'aws-cdk:subnet-type' ? undefined : value)),
    );

  const strategies: Record<string, () => NatStrategy> = {
    none: () => NatStrategy.none(),
    single: () => accepted,
    perZone: () => NatStrategy.perZone(),
    regional: () => NatStrategy.regional(),
    instance: () => host,
  };
  const names = Object.keys(strategies);

  test('a fourth zone changes nothing that exists [network-growth-safe-plan]', () => {
    const props: TieredNetworkProps = { nat: NatStrategy.perZone(), ipv6: Ipv6Block.amazonProvided() };
    const [before, after] = [synthesise({ ...props, zones: 3 }), synthesise({ ...props, zones: 4 })];
    const everything = new Set(Object.values(all(before)).map(({ Type }) => Type));
    everything.delete('AWS::EC2::VPCEndpoint');
    expect(moved(before, after, [...everything])).toEqual([]);
    expect(subnetsOf(after).filter((subnet) => !subnetsOf(before).includes(subnet))).toEqual([
      'database 3 10.16.208.0/20',
      'application 3 10.16.224.0/20',
      'web 3 10.16.240.0/20',
    ]);
  });

  test('a filled reserved tier changes nothing that exists [network-growth-safe-plan]', () => {
    const tiers: TierSpec[] = [{ name: 'cache', access: 'isolated' }, ...defaultTiers.slice(1)];
    const ipv6 = Ipv6Block.amazonProvided();
    const [before, after] = [synthesise({ ipv6 }), synthesise({ ipv6, plan: { tiers } })];
    const everything = new Set(Object.values(all(before)).map(({ Type }) => Type));
    everything.delete('AWS::EC2::VPCEndpoint');
    expect(moved(before, after, [...everything])).toEqual([]);
    expect(ofType(after, 'Subnet')).toHaveLength(12);
  });

  test.each(names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const)))(
    'going from %s to %s moves no subnet, route table or surviving gateway [network-growth-safe-plan]',
    (from, to) => {
      const [before, after] = [synthesise({ nat: strategies[from]() }), synthesise({ nat: strategies[to]() })];
      expect(moved(before, after, fixed)).toEqual([]);
      const survivors = moved(before, after, nat).filter((id) => all(after)[id] !== undefined);
      expect(survivors).toEqual([]);
    },
  );

  test('the first gateway stays when one becomes one for each zone [network-growth-safe-plan]', () => {
    expect(moved(synthesise(), synthesise({ nat: NatStrategy.perZone() }), nat)).toEqual([]);
  });

  test('in any plan, a further zone, a further tier and another strategy move no subnet and no route table [network-growth-safe-plan]', () => {
    const tier = fc.constantFrom<TierSpec['access']>('public', 'private', 'isolated', 'reserved');
    const plan = fc.record({
      second: fc.integer({ min: 16, max: 255 }),
      zoneSlots: fc.constantFrom(4, 8),
      tierSlots: fc.constantFrom(4, 8),
      zones: fc.integer({ min: 2, max: 3 }),
      tiers: fc.array(tier, { minLength: 1, maxLength: 2 }),
      ipv6: fc.boolean(),
      nat: fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)),
    });
    fc.assert(
      fc.property(plan, ({ second, zoneSlots, tierSlots, zones, tiers, ipv6, nat: [one, other] }) => {
        const named = [...tiers, 'public', 'private'].map((access, i) => ({ name: `tier${i}`, access }) as TierSpec);
        const base = { cidr: `10.${second}.0.0/16`, zoneSlots, tierSlots };
        const dual = ipv6 ? { ipv6: Ipv6Block.amazonProvided() } : {};
        const before = synthesise({ plan: { ...base, zones, tiers: named }, nat: strategies[one](), ...dual });
        const grown = named.map((spec) =>
          spec.access === 'reserved' ? { ...spec, access: 'isolated' as const } : spec,
        );
        const after = synthesise({
          plan: { ...base, zones: zones + 1, tiers: grown },
          nat: strategies[other](),
          ...dual,
        });
        expect(moved(before, after, fixed)).toEqual([]);
        expect(ofType(after, 'Subnet').length).toBeGreaterThan(ofType(before, 'Subnet').length);
      }),
      { numRuns: 12 },
    );
  });

  test('the CDK’s own allocation moves subnets when a zone is added, which is what the plan is for [network-growth-safe-plan]', () => {
    const vpc = (zones: string[]) =>
      templateOf((stack) => new Vpc(stack, 'Vpc', { availabilityZones: zones, natGateways: 1 }));
    expect(moved(vpc(['a', 'b']), vpc(['a', 'b', 'c']), ['AWS::EC2::Subnet'])).toHaveLength(4);
  });
});

describe('dual-stack', () => {
  const ipv6 = Ipv6Block.amazonProvided();
  const indexes = (template: Template): number[] =>
    ofType(template, 'Subnet').map(({ Properties }) => Properties.Ipv6CidrBlock['Fn::Select'][0]);

  test('a /56 of Amazon’s gives each subnet a /64 at its place in the plan, also after a zone is added [network-ipv6-block]', () => {
    const template = synthesise({ ipv6 });
    template.hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
    template.allResourcesProperties('AWS::EC2::Subnet', {
      AssignIpv6AddressOnCreation: true,
      Ipv6CidrBlock: { 'Fn::Select': [Match.anyValue(), { 'Fn::Cidr': [Match.anyValue(), 16, '64'] }] },
    });
    expect(indexes(template)).toEqual([1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(indexes(synthesise({ ipv6, zones: 4 }))).toEqual([1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]);
  });

  test('own address space takes its place when a pool is named [network-ipv6-block]', () => {
    synthesise({ ipv6: Ipv6Block.pool('ipv6pool-ec2-0123', '2001:db8:1234:5600::/56') }).hasResourceProperties(
      'AWS::EC2::VPCCidrBlock',
      {
        Ipv6Pool: 'ipv6pool-ec2-0123',
        Ipv6CidrBlock: '2001:db8:1234:5600::/56',
        AmazonProvidedIpv6CidrBlock: Match.absent(),
      },
    );
  });

  test('fails when an own block is no /56 in canonical form [network-ipv6-block]', () => {
    expect(() => Ipv6Block.pool('ipv6pool-ec2-0123', '2001:db8:1234::/48')).toThrow(
      'cidr is 2001:db8:1234::/48; a VPC takes a /56 here, room for 256 subnets of /64',
    );
    expect(() => Ipv6Block.pool('ipv6pool-ec2-0123', '2001:db8:1234:5678::/56')).toThrow(
      'cidr is 2001:db8:1234:5678::/56; write 2001:db8:1234:5600::/56',
    );
  });

  test('without IPv6 no subnet has or assigns an IPv6 address [network-ipv6-block]', () => {
    synthesise().allResourcesProperties('AWS::EC2::Subnet', {
      Ipv6CidrBlock: Match.absent(),
      AssignIpv6AddressOnCreation: Match.absent(),
    });
  });

  test('public subnets take ::/0 to the internet gateway, private ones to an egress-only gateway beside NAT, isolated ones nowhere [network-ipv6-egress-only]', () => {
    const template = synthesise({ ipv6 });
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 1);
    expect(defaultRoutes(template, 'web').filter((route) => route.startsWith('::/0'))).toEqual(
      Array(3).fill('::/0 NetworkVpcIGW'),
    );
    expect(defaultRoutes(template, 'application').slice(0, 2)).toEqual([
      '0.0.0.0/0 NetworkVpcwebSubnet1NATGateway',
      '::/0 NetworkVpcEIGW6',
    ]);
    expect(defaultRoutes(template, 'database')).toEqual([]);
  });

  test('without NAT private subnets still leave over IPv6, and only over IPv6 [network-ipv6-egress-only]', () => {
    const template = synthesise({ ipv6, nat: NatStrategy.none() });
    expect(defaultRoutes(template, 'application')).toEqual(Array(3).fill('::/0 NetworkVpcEIGW6'));
  });

  test('an IPv6-only tier reaches IPv4 through DNS64 and each zone’s NAT gateway [network-nat64]', () => {
    const tiers: TierSpec[] = [{ name: 'workers', access: 'private', ipv6Only: true }, ...defaultTiers.slice(1)];
    const template = synthesise({ ipv6, plan: { tiers }, nat: NatStrategy.perZone() });
    const workers = ofType(template, 'Subnet').filter(({ Properties }) => Properties.Ipv6Native);
    expect(workers).toHaveLength(3);
    for (const { Properties } of workers) {
      expect(Properties).toMatchObject({ EnableDns64: true, AssignIpv6AddressOnCreation: true });
      expect(Properties).not.toHaveProperty('CidrBlock');
      expect(Properties).not.toHaveProperty('MapPublicIpOnLaunch');
    }
    expect(defaultRoutes(template, 'workers').filter((route) => route.startsWith('64:ff9b::/96'))).toEqual([
      '64:ff9b::/96 NetworkVpcwebSubnet1NATGateway',
      '64:ff9b::/96 NetworkVpcwebSubnet2NATGateway',
      '64:ff9b::/96 NetworkVpcwebSubnet3NATGateway',
    ]);
  });

  test('fails when an IPv6-only tier has no gateway that translates, or no IPv6 [network-nat64]', () => {
    const plan = {
      tiers: [{ name: 'workers', access: 'private', ipv6Only: true }, ...defaultTiers.slice(1)] as TierSpec[],
    };
    for (const nat of [NatStrategy.none(), NatStrategy.instance()])
      expect(refusal({ plan, ipv6, nat })).toThrow(
        `nat is ${nat.name}, but an ipv6Only tier reaches IPv4 through a NAT gateway; write NatStrategy.single(), perZone() or regional()`,
      );
    expect(refusal({ plan, nat: accepted })).toThrow(
      'a tier is ipv6Only, but the network has no IPv6 addresses; give ipv6',
    );
  });
});

describe('further blocks', () => {
  test('a secondary block is associated, and a subnet in it waits for that [network-secondary-cidr]', () => {
    const template = templateOf((stack) => {
      const network = new TieredNetwork(stack, 'Network', {
        nat: accepted,
        secondaryCidrs: ['10.17.0.0/16', '100.64.0.0/16'],
      });
      network.addSubnet('Pods', '100.64.0.0/18', 1);
    });
    expect(ofType(template, 'VPCCidrBlock').map(({ Properties }) => Properties.CidrBlock)).toEqual([
      '10.17.0.0/16',
      '100.64.0.0/16',
    ]);
    template.hasResource('AWS::EC2::Subnet', {
      Properties: { CidrBlock: '100.64.0.0/18', AvailabilityZone: { 'Fn::Select': [1, Match.anyValue()] } },
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('NetworkSecondary'),
        Match.stringLikeRegexp('NetworkSecondary'),
      ]),
    });
  });

  test('fails when blocks are too many, nested or of another family [network-secondary-cidr, network-secondary-cidr-families]', () => {
    expect(refusal({ nat: accepted, secondaryCidrs: ['10.16.128.0/17', '172.16.0.0/16'] })).toThrow(
      [
        'Stack/Network:',
        'secondaryCidrs has 10.16.128.0/17, which overlaps 10.16.0.0/16; choose a block beside it',
        'secondaryCidrs has 172.16.0.0/16 of 172.16.0.0/12 beside 10.16.0.0/16 of 10.0.0.0/8, which AWS refuses; choose from 10.0.0.0/8 or 100.64.0.0/10',
      ].join('\n  '),
    );
    expect(refusal({ secondaryCidrs: [17, 18, 19, 20, 21].map((n) => `10.${n}.0.0/16`) })).toThrow(
      'secondaryCidrs are 5 blocks',
    );
  });

  test('fails when an added subnet overlaps, lies outside, is too small or in no zone [network-subnet-fit]', () => {
    const network = new TieredNetwork(testStack(), 'Network', { nat: accepted, secondaryCidrs: ['10.17.0.0/16'] });
    network.addSubnet('Fits', '10.17.0.0/24', 0);
    const adding =
      (cidr: string, zone = 0) =>
      () =>
        network.addSubnet('Odd', cidr, zone);
    expect(adding('10.17.0.128/25')).toThrow('Stack/Network:\n  subnet 10.17.0.128/25 overlaps subnet 10.17.0.0/24');
    expect(adding('10.16.0.0/24')).toThrow('subnet 10.16.0.0/24 lies outside 10.17.0.0/16; choose a block inside');
    expect(adding('10.17.1.0/29')).toThrow('subnet 10.17.1.0/29 has 8 addresses; a subnet is a /16 to a /28');
    expect(adding('10.17.1.0/24', 3)).toThrow('zone of Odd is 3; the network has 3, so give 0 to 2');
    const plain = new TieredNetwork(testStack(), 'Network', { nat: accepted });
    expect(() => plain.addSubnet('Odd', '10.16.0.0/24', 0)).toThrow(
      'subnet 10.16.0.0/24 has no secondary block to lie in; give secondaryCidrs, or fill a reserved tier',
    );
  });
});

describe('a range from a pool', () => {
  const drawn = (props: Partial<TieredNetworkProps> = {}, netmaskLength = 16) =>
    templateOf((stack) => {
      const pool = new IpamPool(stack, 'Pool', { cidr: '10.32.0.0/12' });
      new TieredNetwork(stack, 'Network', { nat: accepted, ipam: { pool, netmaskLength }, ...props });
    });

  test('the VPC draws its block, and subnets are carved from it at deployment by their place in the plan [network-ipam-pool, network-deploy-time-subnets]', () => {
    const template = drawn();
    const [vpc] = ofType(template, 'VPC');
    expect(vpc.Properties).toMatchObject({
      Ipv4IpamPoolId: { 'Fn::GetAtt': [expect.stringContaining('Pool'), 'IpamPoolId'] },
      Ipv4NetmaskLength: 16,
    });
    expect(vpc.Properties).not.toHaveProperty('CidrBlock');
    template.hasResource('AWS::EC2::VPC', { DependsOn: [Match.stringLikeRegexp('PoolRange')] });
    const cidrs = ofType(template, 'Subnet').map(({ Properties }) => Properties.CidrBlock['Fn::Select']);
    expect(cidrs.map(([index]) => index)).toEqual([1, 5, 9, 2, 6, 10, 3, 7, 11]);
    for (const [, block] of cidrs)
      expect(block).toEqual({ 'Fn::Cidr': [{ 'Fn::GetAtt': [expect.any(String), 'CidrBlock'] }, 16, '12'] });
  });

  test('fails when a range is typed beside a pool, or the pool does not give blocks of that size [network-ipam-pool]', () => {
    expect(() => drawn({ plan: { cidr: '10.17.0.0/16' } })).toThrow(
      'Stack/Network:\n  plan gives 10.17.0.0/16 beside a pool; leave out one of the two',
    );
    expect(() => drawn({ plan: new AddressPlan() })).toThrow('plan gives 10.16.0.0/16 beside a pool');
    expect(() => drawn({}, 15)).toThrow('netmaskLength is 15; give a whole number from 16 to 28');
    expect(() => drawn({}, 29)).toThrow('netmaskLength is 29; give a whole number from 16 to 28');
    expect(() => drawn({ secondaryCidrs: ['10.17.0.0/16'] })).toThrow('secondaryCidrs are 10.17.0.0/16 beside a pool');
  });

  test('the resolver is named by its fixed address, as the range is not known [network-resolver-address]', () => {
    const stack = testStack();
    const pool = new IpamPool(stack, 'Pool', { cidr: '10.32.0.0/12' });
    const network = new TieredNetwork(stack, 'Network', { nat: accepted, ipam: { pool, netmaskLength: 20 } });
    expect(network.resolverAddress).toBe('169.254.169.253');
  });
});

describe('what comes with it', () => {
  test('S3 and DynamoDB are reached by routes in the tables of tiers that are not public [network-gateway-endpoint]', () => {
    const template = synthesise();
    const endpoints = ofType(template, 'VPCEndpoint').map(({ Properties }) => Properties);
    expect(endpoints).toHaveLength(2);
    for (const { VpcEndpointType, RouteTableIds } of endpoints) {
      expect(VpcEndpointType).toBe('Gateway');
      expect(
        RouteTableIds.map(({ Ref }: { Ref: string }) => Ref.replace(/RouteTable.*/, '').replace('NetworkVpc', '')),
      ).toEqual([
        'databaseSubnet1',
        'databaseSubnet2',
        'databaseSubnet3',
        'applicationSubnet1',
        'applicationSubnet2',
        'applicationSubnet3',
      ]);
    }
  });

  test('where every tier is public they have the routes [network-gateway-endpoint]', () => {
    const template = synthesise({ plan: { tiers: [{ name: 'web', access: 'public' }] }, nat: NatStrategy.none() });
    for (const { Properties } of ofType(template, 'VPCEndpoint')) expect(Properties.RouteTableIds).toHaveLength(3);
  });

  test('an endpoint serves the tiers it is given [network-gateway-endpoint]', () => {
    const template = synthesise({
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3, tiers: ['application'] } },
    });
    const [endpoint, ...others] = ofType(template, 'VPCEndpoint');
    expect(others).toEqual([]);
    expect(endpoint.Properties.RouteTableIds).toHaveLength(3);
    expect(
      refusal({
        nat: accepted,
        gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3, tiers: ['cache'] } },
      }),
    ).toThrow('gatewayEndpoints S3 asks for tier cache; tiers with subnets are database, application, web');
  });

  test('flow logs of the whole network go where they are told to [network-flow-log-levels]', () => {
    synthesise().resourceCountIs('AWS::EC2::FlowLog', 0);
    synthesise({ flowLogs: FlowDestination.logs() }).hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'VPC',
      TrafficType: 'ALL',
    });
  });
});
