import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { AppFunction } from './app-function';

export interface FunctionAlarmsProps {
  readonly alarms: AlarmTopic;
  readonly function: AppFunction;
  /**
   * What callers call, whose figures are watched: the alias of a `SafeRelease`.
   * @default - the function, with all its versions together
   */
  readonly qualifier?: IFunction;
  /**
   * Errors within five minutes that are one too many, 1 or more.
   * @default 1
   */
  readonly errors?: number;
  /**
   * Whether events reach the function asynchronously, so that they can get lost on the way to a dead-letter queue or a
   * failure destination.
   * @default false
   */
  readonly asynchronous?: boolean;
}

/** The share of its limit at which a function is too close to it. */
const tooClose = 0.8;

/**
 * Tells when a function fails, is throttled, comes within a fifth of its timeout or of its reserved concurrency, and when an
 * event that failed for good could not even be put aside.
 *
 * @claims serverless-metrics-alarms
 */
export class FunctionAlarms extends Construct {
  readonly alarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { function: watched, qualifier = watched.function, errors = 1, asynchronous = false } = props;
    refuse(this, [outsideRange('errors', errors, 1, 1_000_000)]);

    const period = Duration.minutes(5);
    const name = watched.node.path;
    const over = (alarmId: string, alarmDescription: string, metric: IMetric, threshold: number, periods = 1) =>
      props.alarms.alarm(this, alarmId, {
        alarmDescription,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });

    const reserved = watched.reservedConcurrentExecutions;
    this.alarms = [
      over('Errors', `${name} fails.`, qualifier.metricErrors({ period }), errors),
      over('Throttles', `${name} is throttled: no concurrency is left.`, qualifier.metricThrottles({ period }), 1),
      over(
        'Duration',
        `${name} takes 80 % of its timeout; soon runs will be cut off.`,
        qualifier.metricDuration({ period, statistic: 'Maximum' }),
        tooClose * watched.timeout.toMilliseconds(),
        3,
      ),
      // Lambda reserves concurrency for a function and reports it so; an alias has no figure of its own.
      ...(reserved === undefined || reserved === 0
        ? []
        : [
            over(
              'Concurrency',
              `${name} uses 80 % of the ${reserved} runs reserved for it.`,
              watched.function.metric('ConcurrentExecutions', { period, statistic: 'Maximum' }),
              Math.max(1, Math.floor(tooClose * reserved)),
              3,
            ),
          ]),
      ...(asynchronous
        ? [
            over(
              'Undelivered',
              `An event that ${name} could not work did not reach its failure destination either, and is lost.`,
              qualifier.metric('DestinationDeliveryFailures', { period, statistic: 'Sum' }),
              1,
            ),
          ]
        : []),
      ...(watched.deadLetterQueue
        ? [
            over(
              'DeadLetterErrors',
              `An event that ${name} could not work did not reach its dead-letter queue either, and is lost.`,
              watched.function.metric('DeadLetterErrors', { period, statistic: 'Sum' }),
              1,
            ),
          ]
        : []),
    ];
  }
}
