import { CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { refuse } from '../../constructs/faults';
import type { AddressPlanProps } from '../../constructs/network/address-plan';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { guardNetwork } from '../../constructs/network/guard-network';
import type { Ipv6Block } from '../../constructs/network/ipv6-block';
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
    guardNetwork(this);

    this.network = network;
    this.groups = groups;
    this.output('VpcId', 'The network', network.vpc.vpcId);
    this.output('Resolver', 'Where names are resolved', network.resolverAddress);
    for (const tier of ['web', 'application', 'database'] as const)
      this.output(`${capital(tier)}Subnets`, `Subnets of the ${tier} tier, in zone order`, this.subnetIds(tier));
    this.output('BalancerGroup', 'Group to put on load balancers', groups.balancer.securityGroup.securityGroupId);
    this.output(
      'ApplicationGroup',
      'Group to put on application hosts',
      groups.application.securityGroup.securityGroupId,
    );
    this.output('DatabaseGroup', 'Group to put on databases', groups.database.securityGroup.securityGroupId);
    if (network.egressAddresses.length > 0)
      this.output(
        'EgressAddresses',
        'What others see private hosts come from',
        Fn.join(',', [...network.egressAddresses]),
      );
    const { logGroup, bucket } = network.flowCapture!;
    this.output('FlowLogs', 'Where flow logs are kept', logGroup?.logGroupName ?? bucket!.bucketName);
  }

  private subnetIds(tier: string): string {
    return Fn.join(',', this.network.vpc.selectSubnets(this.network.subnets(tier)).subnetIds);
  }

  private output(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
