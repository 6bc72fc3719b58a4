import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { refuse } from '../../constructs/faults';
import type { AddressPlanProps } from '../../constructs/network/address-plan';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { Ipv6Block } from '../../constructs/network/ipv6-block';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import type { ProfileName } from '../../profile';
import { endpointPolicies } from './endpoint-policies';
import { TierFirewalls } from './tier-firewalls';
import { TierGroups } from './tier-groups';

export interface ThreeTierNetworkProps extends ArchitectureProps {
  /**
   * The addresses.
   * @default - sixteen /20 in 10.16.0.0/16: four tiers in three zones, and a spare zone
   */
  readonly plan?: AddressPlanProps;
  /**
   * How the application tier reaches the IPv4 internet. Production refuses a strategy that one zone can fail, unless it
   * says that this is accepted.
   * @default - one shared NAT gateway in sandbox, one in each zone in production
   */
  readonly nat?: NatStrategy;
  /**
   * Where IPv6 addresses come from.
   * @default - IPv4 only
   */
  readonly ipv6?: Ipv6Block;
}

const byProfile: Readonly<Record<ProfileName, { readonly nat: NatStrategy; readonly flowLogs: FlowDestination }>> = {
  sandbox: { nat: NatStrategy.single({ acceptZoneDependency: true }), flowLogs: FlowDestination.logs() },
  production: { nat: NatStrategy.perZone(), flowLogs: FlowDestination.s3(Duration.days(365)) },
};

/**
 * The network that other architectures stand in: three tiers in three zones, with addresses to grow into.
 *
 * @claims network-three-tiers, network-sixteen-subnet-plan, network-nat-single
 */
export class ThreeTierNetwork extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'nat-none': nat('no way out over IPv4', NatStrategy.none()),
    'nat-instance': nat(
      'a small server that forwards, for all zones',
      NatStrategy.instance({ acceptZoneDependency: true }),
    ),
    'nat-single': nat('one gateway for all zones', NatStrategy.single({ acceptZoneDependency: true })),
    'nat-per-zone': nat('a gateway in each zone', NatStrategy.perZone()),
    'nat-regional': nat('one gateway that AWS spreads over the zones', NatStrategy.regional()),
    'dual-stack': {
      what: 'IPv6 beside IPv4, with a gateway that only lets out',
      props: { ipv6: Ipv6Block.amazonProvided() } satisfies Partial<ThreeTierNetworkProps>,
    },
  };

  readonly network: TieredNetwork;
  readonly groups: TierGroups;

  constructor(scope: Construct, id: string, props: ThreeTierNetworkProps) {
    super(scope, id, props);
    const { profile, plan, ipv6, nat = byProfile[profile.name].nat } = props;

    const network = new TieredNetwork(this, 'Network', {
      nat,
      ...(plan && { plan }),
      ...(ipv6 && { ipv6 }),
      gatewayEndpoints: endpointPolicies(this),
      flowLogs: byProfile[profile.name].flowLogs,
    });
    const dependency = nat.dependency(network.zones);
    refuse(this, [profile.paidZones > 1 && dependency && `nat is ${nat.name} in ${profile.name}. ${dependency}`]);

    const groups = new TierGroups(this, 'Groups', { vpc: network.vpc });
    new TierFirewalls(this, 'Firewalls', { network });

    this.network = network;
    this.groups = groups;
    const { logGroup, bucket } = network.flowCapture!;
    this.tell({
      VpcId: ['The network', network.vpc.vpcId],
      Resolver: ['Where names are resolved', network.resolverAddress],
      WebSubnets: ['Public subnets, in zone order', this.subnetIds('web')],
      ApplicationSubnets: ['Private subnets, in zone order', this.subnetIds('application')],
      DatabaseSubnets: ['Isolated subnets, in zone order', this.subnetIds('database')],
      BalancerGroup: ['To put on load balancers', groups.balancer.securityGroup.securityGroupId],
      ApplicationGroup: ['To put on application hosts', groups.application.securityGroup.securityGroupId],
      DatabaseGroup: ['To put on databases', groups.database.securityGroup.securityGroupId],
      EgressAddresses: ['What others see private hosts come from', network.egressAddresses.join(',')],
      FlowLogs: ['Where flow logs are kept', logGroup?.logGroupName ?? bucket!.bucketName],
    });
  }

  private subnetIds(tier: string): string {
    return this.network.vpc.selectSubnets(this.network.subnets(tier)).subnetIds.join(',');
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs))
      if (value !== '') new CfnOutput(this, id, { description, value });
  }
}

function nat(what: string, strategy: NatStrategy): Variant {
  return { what, props: { nat: strategy } satisfies Partial<ThreeTierNetworkProps> };
}
