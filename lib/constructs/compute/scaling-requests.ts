import { PredefinedMetric, TargetTrackingScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import { outsideRange } from '../faults';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import type { SimulatedMinute } from './simulate-scaling';
import { holding, type SimulatedStrategy } from './simulated-policies';

export interface RequestsPerTargetOptions {
  /** Requests a minute one instance should get, 1 or more. */
  readonly perMinute: number;
}

export class RequestsPerTarget implements IScalingStrategy {
  readonly name = 'requestsPerTarget';
  readonly metric = 'requests';

  constructor(private readonly options: RequestsPerTargetOptions) {}

  faults({ isBalanced }: PlannedGroup): ScalingFaults {
    return [
      outsideRange('requestsPerTarget.perMinute', this.options.perMinute, 1, 10_000_000, 'requests'),
      !isBalanced && 'requestsPerTarget counts requests but the group has no targets; give targets, or scale on cpu',
    ];
  }

  simulated(): SimulatedStrategy {
    const each = ({ arrived, running }: SimulatedMinute) => arrived / Math.max(1, running);
    return { policy: holding(this.options.perMinute, each) };
  }

  apply(fleet: Construct, { group, warmup, targets }: ScaledGroup): void {
    const { targetGroup } = targets!;
    const policy = new TargetTrackingScalingPolicy(fleet, 'Requests', {
      autoScalingGroup: group,
      targetValue: this.options.perMinute,
      predefinedMetric: PredefinedMetric.ALB_REQUEST_COUNT_PER_TARGET,
      resourceLabel: `${targetGroup.firstLoadBalancerFullName}/${targetGroup.targetGroupFullName}`,
      estimatedInstanceWarmup: warmup,
    });
    policy.node.addDependency(targetGroup.loadBalancerAttached);
  }
}
