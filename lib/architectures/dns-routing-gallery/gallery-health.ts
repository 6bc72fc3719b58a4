import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { healthyMarker } from '../../../lambda/shared/environment';
import { EndpointHealthCheck } from '../../constructs/edge/endpoint-health-check';
import { HealthSignal } from '../../constructs/edge/health-signal';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { HealthTarget } from './health-target';

/** The three kinds of health: what checkers see from outside, what an alarm sees from inside, and both together. */
export class GalleryHealth extends Construct {
  /** The page says that it is healthy. */
  readonly page: IHealthCheck;
  /** The function behind it does not fail. */
  readonly errors: IHealthCheck;
  /** Both. */
  readonly application: IHealthCheck;

  constructor(scope: Construct, id: string, props: { readonly target: HealthTarget; readonly alarms: AlarmTopic }) {
    super(scope, id);
    const { target, alarms } = props;
    this.page = this.check(
      'Page',
      HealthSignal.https({ host: target.host, path: '/health', contains: healthyMarker, failureThreshold: 2 }),
    );
    const alarm = alarms.alarm(this, 'Errors', {
      alarmDescription: 'The page that checkers ask fails by itself, whatever it depends on',
      metric: target.function.function.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.errors = this.check('Inside', HealthSignal.alarm({ alarm, whenMissing: 'healthy' }));
    this.application = this.check(
      'Application',
      HealthSignal.calculated({ children: [this.page, this.errors], healthyAtLeast: 2 }),
    );
  }

  private check(id: string, signal: HealthSignal): IHealthCheck {
    return new EndpointHealthCheck(this, id, { signal }).healthCheck;
  }
}
