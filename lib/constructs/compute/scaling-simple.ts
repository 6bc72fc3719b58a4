import { Duration } from 'aws-cdk-lib';
import { AdjustmentType, CfnScalingPolicy, type IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnAlarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { outsideDuration } from '../faults';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { apart, inFaults, nothingToMeasure, outFaults } from './scaling-faults';
import type { ScaleInStep, ScaleOutStep } from './scaling-step';
import { resting, type SimulatedStrategy } from './simulated-policies';

export interface SimpleOptions {
  readonly out: ScaleOutStep;
  readonly in: ScaleInStep;
  /**
   * How long the group then rests, 0 to 24 hours.
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
  /**
   * Whether thresholds closer than ten points are meant, though the group may then go up and down without end.
   * @default false
   */
  readonly acceptFlapping?: boolean;
}

export class Simple implements IScalingStrategy {
  readonly name = 'simple';
  readonly metric = 'cpu';

  constructor(private readonly options: SimpleOptions) {}

  faults({ minCapacity }: PlannedGroup): ScalingFaults {
    const { out, acceptFlapping = false, cooldown } = this.options;
    return [
      ...outFaults('simple.out', out),
      ...inFaults('simple.in', this.options.in),
      !acceptFlapping && apart('simple', out, this.options.in, 10),
      outsideDuration('simple.cooldown', cooldown, Duration.seconds(0), Duration.hours(24)),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated(): SimulatedStrategy {
    const { out, in: down, cooldown = Duration.minutes(5) } = this.options;
    return { policy: resting(out, down, cooldown.toMinutes({ integral: false })) };
  }

  apply(fleet: Construct, { group }: ScaledGroup): void {
    const { out, in: down, cooldown = Duration.minutes(5) } = this.options;
    this.policy(fleet, group, 'Out', out.add, cooldown, 'GreaterThanThreshold', out.above);
    this.policy(fleet, group, 'In', -down.remove, cooldown, 'LessThanThreshold', down.below);
  }

  private policy(
    fleet: Construct,
    group: IAutoScalingGroup,
    id: string,
    change: number,
    cooldown: Duration,
    comparisonOperator: string,
    threshold: number,
  ): void {
    const policy = new CfnScalingPolicy(fleet, `Simple${id}`, {
      autoScalingGroupName: group.autoScalingGroupName,
      policyType: 'SimpleScaling',
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      scalingAdjustment: change,
      cooldown: `${cooldown.toSeconds()}`,
    });
    new CfnAlarm(fleet, `Simple${id}Alarm`, {
      alarmDescription: `Tells the group to change by ${change}; nobody is notified`,
      namespace: 'AWS/EC2',
      metricName: 'CPUUtilization',
      dimensions: [{ name: 'AutoScalingGroupName', value: group.autoScalingGroupName }],
      statistic: Stats.AVERAGE,
      period: 60,
      evaluationPeriods: 3,
      threshold,
      comparisonOperator,
      alarmActions: [policy.ref],
    });
  }
}
