import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  CfnCapacityReservation,
  CfnHost,
  CfnInstance,
  CfnLaunchTemplate,
  CfnPlacementGroup,
  CfnVPCPeeringConnection,
  DefaultInstanceTenancy,
  InstanceArchitecture,
  InstanceType,
  IpAddresses,
  Port,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { ComputeTemplate } from '../../../lib/constructs/compute/compute-template';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import { HeldCapacity, type HeldCapacityProps } from '../../../lib/constructs/compute/held-capacity';
import { HostPlacement, type HostPlacementProps } from '../../../lib/constructs/compute/host-placement';
import { ImageChoice } from '../../../lib/constructs/compute/image-choice';
import { LaunchedInstance } from '../../../lib/constructs/compute/launched-instance';
import { LicensedHost, type LicensedHostProps } from '../../../lib/constructs/compute/licensed-host';
import type { PlacementStrategy } from '../../../lib/constructs/compute/placement-faults';
import { PlacementPlan } from '../../../lib/constructs/compute/placement-plan';
import { ScheduledCapacity } from '../../../lib/constructs/compute/scheduled-capacity';
import { SpotRequest } from '../../../lib/constructs/compute/spot-request';
import { WorkingHours } from '../../../lib/constructs/compute/working-hours';
import { Peering } from '../../../lib/constructs/network/peering';
import { testStack } from '../../support/app';
import { NetworkModel } from '../../support/reachability';
import { Parts } from './parts';

const large = new InstanceType('c7g.large');
const why = 'Month-end closing must find room.';
const zone = (vpc: IVpc) => vpc.privateSubnets[0].availabilityZone;

/** A stack as the app would guard it. */
const guarded = (build: (parts: Parts) => unknown) => (): Template => {
  const parts = new Parts(testStack());
  build(parts);
  guardCompute(parts.stack);
  return Template.fromStack(parts.stack);
};
const planned = ({ stack }: Parts, strategy: PlacementStrategy, partitions?: number) =>
  new PlacementPlan(stack, 'Plan', { strategy, ...(partitions !== undefined && { partitions }) });
const templateIn = (parts: Parts, placement: HostPlacementProps, type = large) =>
  parts.template({ instanceType: type, placement: new HostPlacement(placement) });
const dataOf = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::LaunchTemplate'))[0].Properties.LaunchTemplateData;
const launched = (parts: Parts, template: ComputeTemplate, subnet = 0, id = `Instance${subnet}`) =>
  new LaunchedInstance(parts.stack, id, { vpc: parts.vpc, template, subnet: parts.vpc.privateSubnets[subnet] });
/** A launch template beside the blocks. */
const rawTemplate = ({ stack }: Parts, data: CfnLaunchTemplate.LaunchTemplateDataProperty, id = 'Raw') =>
  new CfnLaunchTemplate(stack, id, {
    launchTemplateData: { metadataOptions: { httpTokens: 'required' }, ...data },
  });
const rawInstance = ({ stack, vpc }: Parts, props: object, id = 'Instance', subnet = 0) =>
  new CfnInstance(stack, id, {
    subnetId: vpc.privateSubnets[subnet].subnetId,
    metadataOptions: { httpTokens: 'required' },
    ...props,
  });

describe('a cluster group', () => {
  test('holds a fleet of one zone [compute-placement-cluster]', () => {
    const template = guarded((parts) => {
      const plan = planned(parts, 'cluster');
      parts.fleet({
        template: templateIn(parts, { plan }),
        subnets: { subnets: [parts.vpc.privateSubnets[0]] },
        singleZone: true,
      });
    })();
    template.hasResourceProperties('AWS::EC2::PlacementGroup', { Strategy: 'cluster' });
    expect(dataOf(template).Placement).toEqual({ GroupName: { Ref: expect.stringMatching('^PlanGroup') } });
  });

  test('refuses two zones [compute-placement-cluster]', () => {
    const build = guarded((parts) => parts.fleet({ template: templateIn(parts, { plan: planned(parts, 'cluster') }) }));
    expect(build).toThrow(
      'Stack/Plan/Group:\n  instances of this cluster group stand in 2 zones (that of Stack/Vpc/PrivateSubnet1/Subnet, that of Stack/Vpc/PrivateSubnet2/Subnet), and a cluster is in one; give one subnet, or subnets of one zone',
    );
  });

  test('refuses two instances of two zones, made beside the blocks [compute-placement-cluster]', () => {
    const build = guarded((parts) => {
      const group = new CfnPlacementGroup(parts.stack, 'Group', { strategy: 'cluster' });
      rawInstance(parts, { placementGroupName: group.ref }, 'One', 0);
      rawInstance(parts, { placementGroupName: group.ref }, 'Two', 1);
    });
    expect(build).toThrow('Stack/Group:\n  instances of this cluster group stand in 2 zones');
  });

  test.each(['t4g.micro', 'm7i-flex.large', 'mac2.metal'])('refuses %s [compute-placement-cluster]', (type) => {
    expect(
      guarded((parts) =>
        rawTemplate(parts, { instanceType: type, placement: { groupName: planned(parts, 'cluster').groupName } }),
      ),
    ).toThrow(
      `Stack/Raw:\n  ${type} cannot stand in a cluster group; take a type that is neither burstable, flex nor mac, such as one of family c or hpc`,
    );
  });

  test('a burstable type is refused where the template is made, too [compute-placement-cluster]', () => {
    expect(
      guarded((parts) => templateIn(parts, { plan: planned(parts, 'cluster') }, new InstanceType('t4g.micro'))),
    ).toThrow('Stack/Server:\n  t4g.micro cannot stand in a cluster group');
  });

  test.each<PlacementStrategy>(['cluster', 'spread', 'partition'])(
    'of a %s group nothing stands on a dedicated host [compute-placement-cluster, compute-placement-spread, compute-placement-partition, compute-dedicated-host]',
    (strategy) => {
      expect(
        guarded((parts) =>
          rawTemplate(parts, {
            instanceType: 'c7g.large',
            placement: { groupName: planned(parts, strategy).groupName, tenancy: 'host' },
          }),
        ),
      ).toThrow(
        `Stack/Raw:\n  a dedicated host takes no placement group, and this one is a ${strategy} group; leave one of the two out`,
      );
    },
  );
});

describe('a cluster group of two networks', () => {
  const peered = (options: { peerRegion?: string; join?: boolean; otherZone?: boolean } = {}) => {
    const stack = testStack();
    const network = (id: string, cidr: string) =>
      new Vpc(stack, id, { ipAddresses: IpAddresses.cidr(cidr), natGateways: 1 });
    const [own, other] = [network('Own', '10.16.0.0/16'), network('Other', '10.17.0.0/16')];
    if (options.join ?? true) {
      if (options.peerRegion === undefined)
        new Peering(stack, 'Peering', { requester: { vpc: own }, accepter: { vpc: other } });
      else
        new CfnVPCPeeringConnection(stack, 'Peering', {
          vpcId: own.vpcId,
          peerVpcId: other.vpcId,
          peerRegion: options.peerRegion,
        });
    }
    const plan = new PlacementPlan(stack, 'Plan', { strategy: 'cluster' });
    const placement = new HostPlacement({ plan });
    const [one, two] = [own, other].map(
      (vpc) =>
        new ComputeTemplate(vpc, 'Template', { vpc, description: 'Nodes of a mesh', instanceType: large, placement }),
    );
    const instances = [
      new LaunchedInstance(stack, 'One', { vpc: own, template: one, subnet: own.privateSubnets[0] }),
      new LaunchedInstance(stack, 'Two', {
        vpc: other,
        template: two,
        subnet: other.privateSubnets[options.otherZone ? 1 : 0],
      }),
    ];
    if (options.peerRegion === undefined) {
      one.connections.allowFrom(two, Port.tcp(7000), 'Nodes of the other network');
      two.connections.allowFrom(one, Port.tcp(7000), 'Nodes of the other network');
    }
    guardCompute(stack);
    return { stack, instances };
  };

  test('is one group, in one zone, and instance reaches instance and nothing else of the peer [compute-placement-cluster-peered]', () => {
    const { stack } = peered();
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::PlacementGroup', 1);
    const groups = Object.values(template.findResources('AWS::EC2::LaunchTemplate')).map(
      ({ Properties }) => Properties.LaunchTemplateData.Placement.GroupName.Ref,
    );
    expect(new Set(groups).size).toBe(1);
    const subnets = Object.values(template.findResources('AWS::EC2::Instance')).map(
      ({ Properties }) => Properties.NetworkInterfaces[0].SubnetId.Ref as string,
    );
    const zones = subnets.map((id) => template.findResources('AWS::EC2::Subnet')[id].Properties.AvailabilityZone);
    expect(zones[0]).toEqual(zones[1]);
    expect(subnets[0]).not.toBe(subnets[1]);

    expect(NetworkModel.fromTemplates(template.toJSON())).toHaveReachability([
      ['OneInstance', 'TwoInstance', 'tcp 7000'],
      ['TwoInstance', 'OneInstance', 'tcp 7000'],
      ['OneInstance', 'internet', 'tcp 443'],
      ['TwoInstance', 'internet', 'tcp 443'],
    ]);
  });

  test('refuses a subnet of another zone [compute-placement-cluster-peered]', () => {
    expect(() => Template.fromStack(peered({ otherZone: true }).stack)).toThrow(
      'Stack/Plan/Group:\n  instances of this cluster group stand in 2 zones',
    );
  });

  test('refuses a peer of another Region, and networks that nothing joins [compute-placement-cluster-peered]', () => {
    expect(() => Template.fromStack(peered({ peerRegion: 'eu-west-1' }).stack)).toThrow(
      'Stack/Peering leads to the Region eu-west-1, and a cluster group is of one Region; take a network of this one',
    );
    expect(() => Template.fromStack(peered({ join: false }).stack)).toThrow(
      'instances of this cluster group stand in 2 networks that no peering joins; join them (Peering), or keep the cluster in one',
    );
  });
});

describe('capacity in a cluster group', () => {
  const build = (over: Partial<HeldCapacityProps> = {}, type = large, subnet = 0) =>
    guarded((parts) => {
      const plan = planned(parts, 'cluster');
      const capacity = new HeldCapacity(parts.stack, 'Held', {
        instanceType: large,
        availabilityZone: zone(parts.vpc),
        count: 4,
        plan,
        acceptHourlyCost: why,
        ...over,
      });
      launched(parts, templateIn(parts, { plan, ...(type === large && { capacity }) }, type), subnet);
    });

  test('is held there beforehand, and taken by who names it [compute-placement-cluster-capacity]', () => {
    const template = build()();
    template.hasResourceProperties('AWS::EC2::CapacityReservation', {
      InstanceType: 'c7g.large',
      InstanceCount: 4,
      InstanceMatchCriteria: 'targeted',
      PlacementGroupArn: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':ec2:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':placement-group/',
            { Ref: Object.keys(template.findResources('AWS::EC2::PlacementGroup'))[0] },
          ],
        ],
      },
    });
    const [id] = Object.keys(template.findResources('AWS::EC2::CapacityReservation'));
    expect(dataOf(template).CapacityReservationSpecification).toEqual({
      CapacityReservationTarget: { CapacityReservationId: { 'Fn::GetAtt': [id, 'Id'] } },
    });
  });

  test('refuses a group of another type [compute-placement-cluster-capacity]', () => {
    expect(build({}, new InstanceType('c7g.xlarge'))).toThrow(
      'Stack/Held/Reservation:\n  it is held for c7g.large, and Stack/Instance0/Instance is of c7g.xlarge; let the types be the same',
    );
  });

  test('refuses a group of another zone [compute-placement-cluster-capacity]', () => {
    expect(build({}, large, 1)).toThrow(
      'Stack/Held/Reservation:\n  it is held in one zone, and Stack/Instance1/Instance stands in another as well or only there; let the zones be the same',
    );
  });

  test('refuses a group that is no cluster [compute-placement-cluster-capacity]', () => {
    const parts = new Parts(testStack());
    const props = { instanceType: large, availabilityZone: 'eu-west-1a', count: 1, acceptHourlyCost: why };
    expect(() => new HeldCapacity(parts.stack, 'Held', { ...props, plan: planned(parts, 'spread') })).toThrow(
      'Stack/Held:\n  plan is a spread group, and capacity is held in cluster groups only; leave it out',
    );
  });
});

describe('a spread group', () => {
  const spread = (size: FleetSize) =>
    guarded((parts) => parts.fleet({ template: templateIn(parts, { plan: planned(parts, 'spread') }), size }));

  test('takes seven in each of two zones, and no eighth [compute-placement-spread]', () => {
    spread(FleetSize.between(2, 14))().hasResourceProperties('AWS::EC2::PlacementGroup', { Strategy: 'spread' });
    expect(spread(FleetSize.between(2, 15))).toThrow(
      'Stack/Plan/Group:\n  this spread group may come to hold 15 instances in 2 zones, and each zone has 7 racks for it; allow at most 14, or take a partition group',
    );
  });

  test('takes no dedicated instance [compute-placement-spread, compute-tenancy]', () => {
    expect(guarded((parts) => templateIn(parts, { plan: planned(parts, 'spread'), tenancy: 'dedicated' }))).toThrow(
      'Stack/Server:\n  a spread group takes no dedicated instances; take shared hardware, or a partition group',
    );
    expect(
      guarded((parts) =>
        rawTemplate(parts, { placement: { groupName: planned(parts, 'spread').groupName, tenancy: 'dedicated' } }),
      ),
    ).toThrow('Stack/Raw:\n  a spread group takes no dedicated instances');
  });
});

describe('a partition group', () => {
  test.each([1, 7])('has %d partitions [compute-placement-partition]', (partitions) => {
    guarded((parts) => planned(parts, 'partition', partitions))().hasResourceProperties('AWS::EC2::PlacementGroup', {
      Strategy: 'partition',
      PartitionCount: partitions,
    });
  });

  test.each([0, 8])('does not have %d [compute-placement-partition]', (partitions) => {
    expect(guarded((parts) => planned(parts, 'partition', partitions))).toThrow(
      `Stack/Plan:\n  partitions is ${partitions}; give a whole number from 1 to 7`,
    );
    expect(
      guarded(
        ({ stack }) => new CfnPlacementGroup(stack, 'Raw', { strategy: 'partition', partitionCount: partitions }),
      ),
    ).toThrow(`Stack/Raw:\n  PartitionCount is ${partitions}; give 1 to 7`);
  });

  test('pins an instance to one of them, and the instance reads which from its metadata [compute-placement-partition]', () => {
    const template = guarded((parts) => templateIn(parts, { plan: planned(parts, 'partition', 3), partition: 3 }))();
    expect(dataOf(template).Placement).toEqual({
      GroupName: { Ref: expect.stringMatching('^PlanGroup') },
      PartitionNumber: 3,
    });
    expect(dataOf(template).MetadataOptions.HttpEndpoint).toBe('enabled');
  });

  test('takes dedicated instances in two partitions at most [compute-placement-partition, compute-tenancy]', () => {
    const dedicated = (partitions?: number) =>
      guarded((parts) => templateIn(parts, { plan: planned(parts, 'partition', partitions), tenancy: 'dedicated' }));
    expect(dedicated(2)).not.toThrow();
    const fault = (has: number) =>
      `dedicated instances take a partition group of at most 2 partitions, and this one has ${has}; give 2, or take shared hardware`;
    expect(dedicated(3)).toThrow(`Stack/Server:\n  ${fault(3)}`);
    expect(dedicated()).toThrow(`Stack/Server:\n  ${fault(7)}`);
    expect(
      guarded((parts) =>
        rawTemplate(parts, {
          placement: { groupName: planned(parts, 'partition', 3).groupName, tenancy: 'dedicated' },
        }),
      ),
    ).toThrow(`Stack/Raw:\n  ${fault(3)}`);
  });

  test('refuses to pin to one it has not, and to pin elsewhere [compute-placement-partition]', () => {
    expect(guarded((parts) => templateIn(parts, { plan: planned(parts, 'partition', 3), partition: 4 }))).toThrow(
      'Stack/Server:\n  partition is 4, but the group has 3; give 1 to 3',
    );
    expect(
      guarded((parts) =>
        rawTemplate(parts, { placement: { groupName: planned(parts, 'partition', 3).groupName, partitionNumber: 4 } }),
      ),
    ).toThrow('Stack/Raw:\n  partition is 4, but the group has 3; give 1 to 3');
    expect(guarded((parts) => templateIn(parts, { plan: planned(parts, 'spread'), partition: 1 }))).toThrow(
      'partition is 1, but the group is a spread; only a partition group has partitions',
    );
    expect(guarded((parts) => planned(parts, 'spread', 3))).toThrow(
      'partitions is 3 for the strategy spread, which has none; leave it out, or take partition',
    );
  });
});

describe('spot in a placement group', () => {
  const groups = ['cluster', 'spread', 'partition'] as const;
  const spot = (parts: Parts, whenInterrupted: 'terminate' | 'stop' | 'hibernate', placement: HostPlacementProps) =>
    parts.template({
      instanceType: large,
      spot: SpotRequest.persistent({ whenInterrupted }),
      placement: new HostPlacement(placement),
    });

  test.each(groups)('of a %s group may terminate, and not stop or hibernate [compute-spot-template]', (strategy) => {
    const build = (whenInterrupted: 'terminate' | 'stop' | 'hibernate') =>
      guarded((parts) => spot(parts, whenInterrupted, { plan: planned(parts, strategy) }));
    expect(build('terminate')).not.toThrow();
    for (const behaviour of ['stop', 'hibernate'] as const)
      expect(build(behaviour)).toThrow(
        `Stack/Server:\n  spot that is to ${behaviour} when it is wanted back takes no placement group, and this one is a ${strategy} group; let it terminate, or leave the group out`,
      );
  });

  test('may stop where it stands in no group, and not in one beside the blocks [compute-spot-template]', () => {
    expect(guarded((parts) => spot(parts, 'stop', { tenancy: 'shared' }))).not.toThrow();
    const instanceMarketOptions = {
      marketType: 'spot',
      spotOptions: { spotInstanceType: 'persistent', instanceInterruptionBehavior: 'stop' },
    };
    expect(
      guarded((parts) =>
        rawTemplate(parts, { instanceMarketOptions, placement: { groupName: planned(parts, 'spread').groupName } }),
      ),
    ).toThrow('Stack/Raw:\n  spot that is to stop when it is wanted back takes no placement group');
  });
});

describe('tenancy', () => {
  const inDedicated = (placement: HostPlacementProps) => () => {
    const stack = testStack();
    const vpc = new Vpc(stack, 'Own', { defaultInstanceTenancy: DefaultInstanceTenancy.DEDICATED, natGateways: 1 });
    const template = new ComputeTemplate(stack, 'Server', {
      vpc,
      description: 'Servers of a test',
      instanceType: large,
      placement: new HostPlacement(placement),
    });
    new LaunchedInstance(stack, 'Instance', { vpc, template, subnet: vpc.privateSubnets[0] });
    guardCompute(stack);
    return Template.fromStack(stack);
  };

  test.each([
    ['shared', 'default'],
    ['dedicated', 'dedicated'],
  ] as const)('%s is written as %s [compute-tenancy]', (tenancy, written) => {
    const template = guarded((parts) => launched(parts, templateIn(parts, { tenancy })))();
    expect(dataOf(template).Placement).toEqual({ Tenancy: written });
  });

  test('a network of dedicated tenancy has its own way, and nothing shared in it [compute-tenancy]', () => {
    const template = inDedicated({})();
    template.hasResourceProperties('AWS::EC2::VPC', { InstanceTenancy: 'dedicated' });
    expect(dataOf(template).Placement).toBeUndefined();
    expect(inDedicated({ tenancy: 'dedicated' })).not.toThrow();
    expect(inDedicated({ tenancy: 'shared' })).toThrow(
      'Stack/Instance/Instance:\n  shared hardware is asked for in Stack/Own/Resource, whose instances are all dedicated; take another network, or leave the tenancy out',
    );
  });
});

describe('a dedicated host', () => {
  const hosted = (
    over: Partial<LicensedHostProps> = {},
    placement: HostPlacementProps = {},
    type = large,
    image?: ImageChoice,
  ) =>
    guarded((parts) => {
      const host = new LicensedHost(parts.stack, 'Host', {
        availabilityZone: zone(parts.vpc),
        family: 'c7g',
        acceptHourlyCost: 'The database is licensed by core.',
        ...over,
      });
      parts.template({
        instanceType: type,
        placement: new HostPlacement({ host, ...placement }),
        ...(image && { image }),
      });
    });

  test('takes sizes of its family, recovers, and is named by what runs on it [compute-dedicated-host]', () => {
    const template = hosted()();
    template.hasResourceProperties('AWS::EC2::Host', {
      InstanceFamily: 'c7g',
      HostRecovery: 'on',
      AutoPlacement: 'off',
    });
    const [id] = Object.keys(template.findResources('AWS::EC2::Host'));
    expect(dataOf(template).Placement).toEqual({ Tenancy: 'host', HostId: { 'Fn::GetAtt': [id, 'HostId'] } });
  });

  test('is of a family or of one type, and of no other [compute-dedicated-host]', () => {
    expect(hosted({ instanceType: large })).toThrow(
      'Stack/Host:\n  family is c7g and instanceType c7g.large; give one of the two',
    );
    const raw = (props: { instanceFamily?: string; instanceType?: string }) =>
      guarded(({ stack }) => new CfnHost(stack, 'Raw', { availabilityZone: 'eu-west-1a', ...props }));
    expect(raw({ instanceFamily: 'c7g', instanceType: 'c7g.large' })).toThrow(
      'Stack/Raw:\n  InstanceFamily is c7g and InstanceType c7g.large; give one of the two',
    );
    expect(raw({})).toThrow('Stack/Raw:\n  InstanceFamily is not given and InstanceType neither; give one of the two');
    expect(raw({ instanceFamily: 'c7g' })).not.toThrow();
  });

  test('refuses a type of another family [compute-dedicated-host]', () => {
    expect(hosted({}, {}, new InstanceType('m7g.large'))).toThrow(
      'Stack/Server:\n  placement names a host of family c7g for m7g.large; take a type of that family, or another host',
    );
    expect(
      guarded((parts) => {
        const host = new CfnHost(parts.stack, 'Raw', { availabilityZone: zone(parts.vpc), instanceFamily: 'c7g' });
        rawInstance(parts, { instanceType: 'm7g.large', hostId: host.attrHostId, tenancy: 'host' });
      }),
    ).toThrow('Stack/Raw is for the family c7g, not for m7g.large');
  });

  test('has to be wanted, in a sentence [compute-dedicated-host]', () => {
    expect(hosted({ acceptHourlyCost: 'yes' })).toThrow(
      'Stack/Host:\n  acceptHourlyCost is "yes"; say in a sentence why a host that is billed by the hour is needed, or share hardware with others',
    );
  });

  test('refuses an image that is sold with a licence, and takes one of your own or with none [compute-dedicated-host-images]', () => {
    const message =
      'images sold with a licence, such as RHEL, SUSE and SQL Server, do not run on a dedicated host, which is for licences of your own; bring yours, or leave the host out';
    expect(hosted({}, { licence: 'included' })).toThrow(`Stack/Server:\n  ${message}`);
    for (const licence of ['own', 'none'] as const) expect(hosted({}, { licence })).not.toThrow();
    const of = (name: string) => ImageChoice.fromParameter(name, InstanceArchitecture.ARM_64);
    for (const name of ['/aws/service/suse/sles/15-sp6/arm64/latest', '/images/rhel-9', '/images/windows-SQL-2022'])
      expect(hosted({}, {}, large, of(name))).toThrow(`Stack/Server/Template/Resource:\n  ${message}`);
    expect(hosted({}, {}, large, of('/golden/database'))).not.toThrow();
    expect(guarded((parts) => parts.template({ instanceType: large, image: of('/images/rhel-9') }))).not.toThrow();
  });

  test('is shared with accounts of the organisation, and with nobody outside it [compute-dedicated-host-share]', () => {
    const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdefgh34';
    const template = hosted({ shareWith: [unit] })();
    const [id] = Object.keys(template.findResources('AWS::EC2::Host'));
    template.hasResourceProperties('AWS::RAM::ResourceShare', {
      AllowExternalPrincipals: false,
      Principals: [unit],
      ResourceArns: [
        {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':ec2:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':dedicated-host/',
              { 'Fn::GetAtt': [id, 'HostId'] },
            ],
          ],
        },
      ],
    });
    expect(hosted({ shareWith: ['444455556666'] })).toThrow(
      'Stack/Host:\n  shareWith has 444455556666; give the ARN of an organisational unit or organisation, so that nobody outside it can come in',
    );
    hosted()().resourceCountIs('AWS::RAM::ResourceShare', 0);
  });
});

describe('held capacity', () => {
  const held = ({ stack, vpc }: Parts, over: Partial<HeldCapacityProps> = {}) =>
    new HeldCapacity(stack, 'Held', {
      instanceType: large,
      availabilityZone: zone(vpc),
      count: 2,
      acceptHourlyCost: why,
      ...over,
    });

  test.each<[HostPlacementProps['capacity'] & string, string]>([
    ['open', 'open'],
    ['none', 'none'],
    ['reserved only', 'capacity-reservations-only'],
  ])('%s is written as %s [compute-capacity-reservation]', (capacity, written) => {
    expect(dataOf(guarded((parts) => templateIn(parts, { capacity }))()).CapacityReservationSpecification).toEqual({
      CapacityReservationPreference: written,
    });
  });

  test('is held without an end, or until a day [compute-capacity-reservation]', () => {
    guarded(held)().hasResourceProperties('AWS::EC2::CapacityReservation', {
      EndDateType: 'unlimited',
      InstanceCount: 2,
      InstancePlatform: 'Linux/UNIX',
    });
    guarded((parts) => held(parts, { until: new Date('2027-02-01T00:00:00Z'), open: true }))().hasResourceProperties(
      'AWS::EC2::CapacityReservation',
      { EndDateType: 'limited', EndDate: '2027-02-01T00:00:00.000Z', InstanceMatchCriteria: 'open' },
    );
  });

  test('an end without a date, and a date without an end, are refused [compute-capacity-reservation]', () => {
    const raw = (props: object) =>
      guarded(
        ({ stack }) =>
          new CfnCapacityReservation(stack, 'Raw', {
            availabilityZone: 'eu-west-1a',
            instanceType: 'c7g.large',
            instanceCount: 1,
            instancePlatform: 'Linux/UNIX',
            ...props,
          }),
      );
    expect(raw({ endDateType: 'limited' })).toThrow(
      'Stack/Raw:\n  EndDateType is limited and there is no EndDate, so that the deployment fails; give the date, or write unlimited',
    );
    expect(raw({ endDate: '2027-02-01T00:00:00Z' })).toThrow(
      'Stack/Raw:\n  EndDate is 2027-02-01T00:00:00Z but EndDateType is not given; write limited, or leave the date out',
    );
  });

  test('refuses who takes it from another zone, or as another type [compute-capacity-reservation]', () => {
    expect(guarded((parts) => launched(parts, templateIn(parts, { capacity: held(parts) }), 1))).toThrow(
      'Stack/Held/Reservation:\n  it is held in one zone, and Stack/Instance1/Instance stands in another as well or only there; let the zones be the same',
    );
    expect(guarded((parts) => parts.fleet({ template: templateIn(parts, { capacity: held(parts) }) }))).toThrow(
      'Stack/Fleet/Group/ASG stands in another as well or only there; let the zones be the same',
    );
    expect(guarded((parts) => templateIn(parts, { capacity: held(parts) }, new InstanceType('c7g.xlarge')))).toThrow(
      'Stack/Server:\n  placement takes capacity held for c7g.large, not for c7g.xlarge; let the types be the same',
    );
  });

  test('is at least one, and wanted in a sentence [compute-capacity-reservation]', () => {
    expect(guarded((parts) => held(parts, { count: 0 }))).toThrow(
      'Stack/Held:\n  count is 0 instances; give a whole number from 1 to 1000 instances',
    );
    expect(guarded((parts) => held(parts, { acceptHourlyCost: '' }))).toThrow(
      'acceptHourlyCost is ""; say in a sentence why capacity that is billed by the hour is needed, or start instances when they are needed',
    );
  });
});

describe('capacity for fixed hours', () => {
  const until = new Date('2027-02-01T00:00:00Z');
  const window = (options: { until?: Date; takes?: boolean } = { until }) =>
    guarded((parts) => {
      const capacity = new HeldCapacity(parts.stack, 'Held', {
        instanceType: large,
        availabilityZone: zone(parts.vpc),
        count: 1,
        acceptHourlyCost: why,
        ...(options.until && { until: options.until }),
      });
      const template = templateIn(parts, (options.takes ?? true) ? { capacity } : {});
      new ScheduledCapacity(parts.stack, 'Window', {
        capacity,
        servers: [launched(parts, template)],
        hours: new WorkingHours({ days: 'MON-FRI', from: '06:00', to: '09:00', timeZone: 'Europe/Berlin' }),
        alarms: parts.alarms,
      });
    });

  test('the hours and what is held end on the same day, in the same zone [compute-scheduled-capacity]', () => {
    const template = window()();
    const reservation = Object.values(template.findResources('AWS::EC2::CapacityReservation'))[0].Properties;
    const schedules = Object.values(template.findResources('AWS::Scheduler::Schedule')).map(
      ({ Properties }) => Properties,
    );
    expect(schedules.map(({ ScheduleExpression, EndDate }) => [ScheduleExpression, EndDate])).toEqual([
      ['cron(0 6 ? * MON-FRI *)', reservation.EndDate],
      ['cron(0 9 ? * MON-FRI *)', reservation.EndDate],
    ]);
    const subnet = Object.values(template.findResources('AWS::EC2::Instance'))[0].Properties.NetworkInterfaces[0]
      .SubnetId.Ref;
    expect(template.findResources('AWS::EC2::Subnet')[subnet].Properties.AvailabilityZone).toEqual(
      reservation.AvailabilityZone,
    );
  });

  test('capacity without an end, and servers that do not take it, are refused [compute-scheduled-capacity]', () => {
    expect(window({})).toThrow(
      'Stack/Window:\n  capacity Stack/Held has no end, so that it would be paid after the hours are over; give it until',
    );
    expect(window({ until, takes: false })).toThrow(
      'Stack/Window:\n  Stack/Instance0 does not take Stack/Held; name it as capacity in the placement of its template',
    );
  });
});

test('a placement names a host or a tenancy, not both', () => {
  const stack = new Stack();
  const host = new LicensedHost(stack, 'Host', {
    availabilityZone: 'eu-west-1a',
    instanceType: large,
    acceptHourlyCost: 'The database is licensed by core.',
  });
  expect(new HostPlacement({ host, tenancy: 'dedicated' }).faults('c7g.large')).toContain(
    'placement names a host and the tenancy dedicated; a host is a tenancy of its own, so leave tenancy out',
  );
});
