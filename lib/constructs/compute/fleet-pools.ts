import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
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
