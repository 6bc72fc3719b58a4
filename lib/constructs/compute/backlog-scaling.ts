import { Duration } from 'aws-cdk-lib';
import { AdjustmentType, CfnScalingPolicy, MetricAggregationType } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm, ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';
import { capacitySteps } from './backlog-rule';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import type { SimulatedFleet } from './simulate-fleet';
import { backlogPolicy } from './simulate-scaling';
import type { SimulatedStrategy } from './simulated-policies';

export interface BacklogScalingOptions {
  /** Whose messages are worked. */
  readonly queue: IQueue;
  /** How many messages, waiting or in work, one instance is for: 1 to 100,000. */
  readonly messagesPerWorker: number;
  /**
   * For how long there must be too many instances before one goes, 1 minute to 1 hour in whole minutes.
   * @default Duration.minutes(5)
   */
  readonly quietTime?: Duration;
}

/**
 * Grows a group by the messages there are for it, from nothing, and shrinks it to nothing when there are none.
 *
 * Both alarms look at one figure: how many workers are missing, `⌈(waiting + in work) / messagesPerWorker⌉` less the group's desired
 * number. It counts what is in work, so the group is never thought idle while its last message is worked; and the desired number, not
 * the running one, so instances that still boot are not asked for twice. Nothing is divided by the number of workers, which
 * is 0 at first.
 *
 * @claims messaging-worker-tier, compute-asg-queue
 */
export class BacklogScaling implements IScalingStrategy {
  readonly name = 'backlog';
  readonly metric = 'backlog';

  constructor(private readonly options: BacklogScalingOptions) {}

  faults(_: PlannedGroup): ScalingFaults {
    const { messagesPerWorker, quietTime = fiveMinutes } = this.options;
    return [
      outsideRange('messagesPerWorker', messagesPerWorker, 1, 100_000, 'messages'),
      outsideDuration('quietTime', quietTime, Duration.minutes(1), Duration.hours(1)) ??
        (quietTime.toSeconds() % 60 !== 0 &&
          `quietTime is ${quietTime.toHumanString()}; queues are measured each minute, so give whole minutes`),
    ];
  }

  simulated({ maxCapacity }: SimulatedFleet): SimulatedStrategy {
    const { messagesPerWorker, quietTime = fiveMinutes } = this.options;
    return { policy: backlogPolicy({ messagesPerWorker, maxCapacity, quietMinutes: quietTime.toMinutes() }) };
  }

  apply(fleet: Construct, { group, maxCapacity }: ScaledGroup): void {
    const { queue, messagesPerWorker, quietTime = fiveMinutes } = this.options;
    const steps = capacitySteps(maxCapacity);
    const missing = new MathExpression({
      expression: `CEIL((FILL(waiting, 0) + FILL(working, 0)) / ${messagesPerWorker}) - desired`,
      label: 'Workers missing',
      period: minute,
      usingMetrics: {
        waiting: queue.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
        working: queue.metricApproximateNumberOfMessagesNotVisible({ period: minute, statistic: 'Maximum' }),
        desired: new Metric({
          namespace: 'AWS/AutoScaling',
          metricName: 'GroupDesiredCapacity',
          dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
          period: minute,
          statistic: 'Maximum',
        }),
      },
    });
    const policy = (id: string, stepAdjustments: CfnScalingPolicy.StepAdjustmentProperty[]) =>
      new CfnScalingPolicy(fleet, id, {
        autoScalingGroupName: group.autoScalingGroupName,
        policyType: 'StepScaling',
        adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
        metricAggregationType: MetricAggregationType.MAXIMUM,
        // The figure knows of instances that are on their way; left out of it they would be asked for again.
        estimatedInstanceWarmup: 0,
        stepAdjustments,
      });

    const out = policy(
      'BacklogOut',
      steps.map((step, i) => ({
        metricIntervalLowerBound: step - 1,
        ...(i + 1 < steps.length && { metricIntervalUpperBound: steps[i + 1] - 1 }),
        scalingAdjustment: step,
      })),
    );
    new Alarm(fleet, 'WorkersMissing', {
      alarmDescription: 'Tells the group that more messages wait than it has workers for; nobody is notified',
      metric: missing,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction({ bind: () => ({ alarmActionArn: out.ref }) });

    const inwards = policy(
      'BacklogIn',
      steps.map((step, i) => ({
        ...(i + 1 < steps.length && { metricIntervalLowerBound: 1 - steps[i + 1] }),
        metricIntervalUpperBound: 1 - step,
        scalingAdjustment: -step,
      })),
    );
    new Alarm(fleet, 'WorkersIdle', {
      alarmDescription: 'Tells the group that it has more workers than messages wait or are worked; nobody is notified',
      metric: missing,
      threshold: -1,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: quietTime.toMinutes(),
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction({ bind: () => ({ alarmActionArn: inwards.ref }) });
  }
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);
