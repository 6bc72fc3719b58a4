import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  Stats,
  TreatMissingData,
  type IAlarm,
  type Metric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmTopic } from '../operations/alarm-topic';

/** One alarm: its id below the block that watches, and what it tells. */
interface Told {
  readonly id: string;
  readonly alarmDescription: string;
}

export interface WatchedTargets {
  /** Where it is told. */
  readonly alarms: AlarmTopic;
  /** The figures of the group of targets, whichever kind of balancer they stand behind. */
  readonly metrics: { custom(metricName: string, options: MetricOptions): Metric };
  /** When one of them has been ill for five minutes. */
  readonly oneIll: Told;
  /** When none has been well for two. */
  readonly noneWell: Told;
}

/** Tells when one target stays ill, and when none is well; returns the second, which is raised where there is no target yet. */
export function watchTargets(scope: Construct, { alarms, metrics, oneIll, noneWell }: WatchedTargets): IAlarm {
  const most = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
  alarms.alarm(scope, oneIll.id, {
    alarmDescription: oneIll.alarmDescription,
    metric: metrics.custom('UnHealthyHostCount', most),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 5,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return alarms.alarm(scope, noneWell.id, {
    alarmDescription: noneWell.alarmDescription,
    metric: metrics.custom('HealthyHostCount', most),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 2,
    // A group without any target reports nothing at all.
    treatMissingData: TreatMissingData.BREACHING,
  });
}
