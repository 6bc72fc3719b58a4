import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, HttpCodeTarget, type IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { TargetPool } from './target-pool';

/** Tells when the balancer itself answers with errors, and when the application does, in its own pool or, without one, in all. */
export function watchBalancer(
  scope: Construct,
  alarms: AlarmTopic,
  balancer: IApplicationLoadBalancer,
  targets: TargetPool | undefined,
): void {
  const minute = { period: Duration.minutes(1), statistic: Stats.SUM };
  const lasting = { evaluationPeriods: 5, datapointsToAlarm: 3, treatMissingData: TreatMissingData.NOT_BREACHING };
  alarms.alarm(scope, 'BalancerErrors', {
    alarmDescription: 'The load balancer itself answers with 5xx: no target takes requests, or none answers in time.',
    metric: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, minute),
    threshold: 5,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    ...lasting,
  });
  const { metrics } = targets?.targetGroup ?? balancer;
  alarms.alarm(scope, 'TargetErrors', {
    alarmDescription: 'More than 5 in 100 requests end in a 5xx of the application.',
    metric: new MathExpression({
      label: 'Share of requests that end in 5xx, in percent',
      expression: '100 * FILL(errors, 0) / requests',
      period: minute.period,
      usingMetrics: {
        errors: metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, minute),
        requests: metrics.requestCount(minute),
      },
    }),
    threshold: 5,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    ...lasting,
  });
}
