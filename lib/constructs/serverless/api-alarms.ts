import type { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { BoundAccessLogs } from './api-access-logs';
import { shareOf, type ApiFigures } from './api-figures';

export interface ApiAlarmsProps {
  readonly alarms: AlarmTopic;
  readonly figures: ApiFigures;
  /** What the API answers slower than in one of a hundred calls is too slow, 1 millisecond to 29 seconds. */
  readonly latency: Duration;
  /** Share of calls answered with 4xx that is too high, above 0 and at most 1. */
  readonly clientErrorRatio: number;
  /** What can be counted in the access logs. */
  readonly counted: Pick<BoundAccessLogs, 'clientErrors' | 'throttled'>;
}

/**
 * Tells when an API fails, when too many of its callers do, when it is slow, and, where its access logs can be counted, when
 * callers are over their limits.
 *
 * @claims serverless-metrics-alarms, serverless-api-errors, serverless-observability
 */
export class ApiAlarms extends Construct {
  /** Goes off when more than one of a hundred calls fails. */
  readonly serverErrors: IAlarm;

  constructor(scope: Construct, id: string, props: ApiAlarmsProps) {
    super(scope, id);
    const { figures, latency, clientErrorRatio, counted } = props;
    refuse(this, [
      outsideRange('latencyAlarm', latency.toMilliseconds(), 1, 29_000, 'ms'),
      !(clientErrorRatio > 0 && clientErrorRatio <= 1) &&
        `clientErrorAlarm is ${clientErrorRatio}; give a share above 0 and at most 1`,
    ]);

    const name = scope.node.path;
    const over = (alarmId: string, alarmDescription: string, metric: IMetric, threshold: number, periods = 1) =>
      props.alarms.alarm(this, alarmId, {
        alarmDescription,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });

    this.serverErrors = over(
      'ServerErrors',
      `More than 1 % of the calls of ${name} are answered with 5xx.`,
      figures.serverErrors,
      0.01,
    );
    over(
      'ClientErrors',
      `Many calls of ${name} are answered with 4xx: a client is broken, or somebody tries keys.`,
      counted.clientErrors ? shareOf(counted.clientErrors, figures.calls) : figures.clientErrors,
      clientErrorRatio,
      3,
    );
    over(
      'Latency',
      `One in a hundred calls of ${name} takes longer than ${latency.toHumanString()}.`,
      figures.latency,
      latency.toMilliseconds(),
      3,
    );
    if (counted.throttled) {
      over('Throttled', `Callers of ${name} are over their limits.`, counted.throttled, 0, 3);
    }
  }
}
