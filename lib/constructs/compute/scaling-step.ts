import { Duration } from 'aws-cdk-lib';
import {
  AdjustmentType,
  MetricAggregationType,
  StepScalingAction,
  type IAutoScalingGroup,
} from 'aws-cdk-lib/aws-autoscaling';
import { Alarm, ComparisonOperator, Metric, Stats, type AlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { outsideDuration } from '../faults';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { apart, inFaults, nothingToMeasure, outFaults } from './scaling-faults';
import { stepping, type SimulatedStrategy } from './simulated-policies';

export interface ScaleOutStep {
  /** Average CPU use from which this step acts, 1 to 100 percent. */
  readonly above: number;
  /** How many instances to add, 1 or more, and more than the step below adds. */
  readonly add: number;
}

export interface ScaleInStep {
  /** Average CPU use up to which this step acts, 0 to 99 percent. */
  readonly below: number;
  /** How many instances to remove, 1 or more. */
  readonly remove: number;
}

export interface StepOptions {
  /** What to add, in ascending order. */
  readonly out: readonly ScaleOutStep[];
  /** When to remove, below the first step out. */
  readonly in: ScaleInStep;
  /**
   * How long a new instance is left out of the average.
   * @default - the group's warm-up
   */
  readonly warmup?: Duration;
}

export class Step implements IScalingStrategy {
  readonly name = 'step';
  readonly metric = 'cpu';

  constructor(private readonly options: StepOptions) {}

  faults({ minCapacity }: PlannedGroup): ScalingFaults {
    const { out } = this.options;
    return [
      out.length === 0 && 'step.out is empty; give at least one step such as { above: 70, add: 2 }',
      ...out.flatMap((step, i) => [
        ...outFaults(`step.out[${i}]`, step),
        i > 0 &&
          (step.above <= out[i - 1].above || step.add <= out[i - 1].add) &&
          `step.out[${i}] is above ${step.above} % add ${step.add}, after above ${out[i - 1].above} % add ${out[i - 1].add}; go up in both`,
      ]),
      ...inFaults('step.in', this.options.in),
      out.length > 0 && apart('step', out[0], this.options.in, 1),
      outsideDuration('step.warmup', this.options.warmup, Duration.seconds(0), Duration.hours(1)),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated(): SimulatedStrategy {
    return { policy: stepping(this.options.out, this.options.in) };
  }

  apply(_: Construct, { group, warmup }: ScaledGroup): void {
    const { out, in: down } = this.options;
    // What the CDK's scaleOnMetric makes, which hands on a cooldown that step scaling does not have and warns of itself.
    const steps = new Construct(group, 'CpuSteps');
    const action = (id: string) =>
      new StepScalingAction(steps, id, {
        autoScalingGroup: group,
        adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
        estimatedInstanceWarmup: this.options.warmup ?? warmup,
        metricAggregationType: MetricAggregationType.AVERAGE,
      });
    const alarm = (id: string, acts: StepScalingAction, told: AlarmedAt) =>
      new Alarm(steps, id, {
        metric: cpuOf(group),
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        ...told,
      }).addAlarmAction({
        bind: () => ({ alarmActionArn: acts.scalingPolicyArn }),
      });

    const lower = action('LowerPolicy');
    lower.addAdjustment({ adjustment: -down.remove, upperBound: 0 });
    alarm('LowerAlarm', lower, {
      alarmDescription: 'Lower threshold scaling alarm',
      threshold: down.below,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    });

    const upper = action('UpperPolicy');
    const first = out[0].above;
    for (const [i, { above, add }] of out.entries()) {
      const next = out.at(i + 1);
      upper.addAdjustment({
        adjustment: add,
        lowerBound: above - first,
        ...(next && { upperBound: next.above - first }),
      });
    }
    alarm('UpperAlarm', upper, {
      alarmDescription: 'Upper threshold scaling alarm',
      threshold: first,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
  }
}

type AlarmedAt = Pick<AlarmProps, 'alarmDescription' | 'threshold' | 'comparisonOperator'>;

const cpuOf = (group: IAutoScalingGroup): Metric =>
  new Metric({
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
    statistic: Stats.AVERAGE,
    period: Duration.minutes(1),
  });
