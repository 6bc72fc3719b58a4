import type { AutoScalingGroup, CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { GatewayBalancer } from './gateway-balancer';
import type { TargetPool } from './target-pool';
import type { TransportPool } from './transport-pool';

/** Makes the members of a group targets of a pool. */
export function joinPool(group: AutoScalingGroup, pool: TargetPool): void {
  group.attachToApplicationTargetGroup(pool.targetGroup);
  pool.admit(group);
  // Until a listener uses the pool nobody probes it, and health checks say nothing.
  group.node.addDependency(pool.targetGroup.loadBalancerAttached);
}

/** Makes them members of a pool behind a Network Load Balancer. */
export function joinTransportPool(group: AutoScalingGroup, pool: TransportPool): void {
  group.attachToNetworkTargetGroup(pool.targetGroup);
  pool.admit(group);
  pool.filledBy(group);
  group.node.addDependency(pool.targetGroup.loadBalancerAttached);
}

/** Makes them the appliances of a Gateway Load Balancer, whose group of targets no construct of the CDK attaches. */
export function joinGateway(group: AutoScalingGroup, gateway: GatewayBalancer): void {
  (group.node.defaultChild as CfnAutoScalingGroup).targetGroupArns = [gateway.targetGroup.ref];
  gateway.admit(group);
}

/** What is wrong with the balancer of packets a group is to stand behind. */
export function gatewayFleetFaults(fleet: {
  readonly packetsFrom?: GatewayBalancer;
  readonly targets?: TargetPool;
  readonly transports?: readonly TransportPool[];
}): (string | false)[] {
  const { packetsFrom, targets, transports = [] } = fleet;
  return [
    packetsFrom !== undefined &&
      (targets !== undefined || transports.length > 0) &&
      `packetsFrom is given with ${targets ? 'targets' : 'transports'}, so that it stands behind another balancer already; give appliances a fleet of their own`,
    packetsFrom?.hasAppliances === true &&
      `packetsFrom is ${packetsFrom.node.path}, which has its appliances already; make that fleet larger, or give this one a balancer of its own`,
  ];
}

/** What is wrong with the pools behind Network Load Balancers a group is to be in. */
export const transportPoolFaults = (pools: readonly TransportPool[]): (string | false)[] =>
  pools.flatMap((pool) => [
    pool.members.type !== TargetType.INSTANCE &&
      `pool ${pool.node.path} holds no instances, as the members of a group are; give it PoolMembers.instances()`,
    !isBalanced(pool) &&
      `pool ${pool.node.path} is used by no load balancer yet; make the TransportEntry that leads to it first`,
  ]);

/** What is wrong with the pools a group is to be in. */
export function poolFaults(targets: TargetPool | undefined, alsoIn: readonly TargetPool[] = []): (string | false)[] {
  const pools = [...(targets ? [targets] : []), ...alsoIn];
  return [
    targets !== undefined &&
      !isBalanced(targets) &&
      'targets are used by no load balancer yet; make the AppLoadBalancer that forwards to them first',
    !targets &&
      alsoIn.length > 0 &&
      'alsoIn is given without targets, whose health checks heal the group; give one as targets',
    ...pools.map(
      ({ node, targetType }) =>
        targetType !== TargetType.INSTANCE &&
        `pool ${node.path} holds addresses, and the members of a group are instances; leave its targetType out`,
    ),
    ...alsoIn.map(
      (pool) =>
        !isBalanced(pool) &&
        `pool ${pool.node.path} is used by no load balancer yet; make the rule that forwards to it first`,
    ),
  ];
}

/** Whether a listener forwards to a pool; the CDK answers by throwing. */
function isBalanced({ targetGroup }: TargetPool | TransportPool): boolean {
  try {
    return targetGroup.firstLoadBalancerFullName !== '';
  } catch {
    return false;
  }
}
