import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { environment, settingVariables, unreadMetric } from '../../../lambda/live-settings/environment';
import { handlerCode } from '../../handlers';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { LibraryLayer } from '../../constructs/serverless/library-layer';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { metricsNamespace, ReleasedFunction } from '../../constructs/serverless/released-function';
import { calledAndWaitedFor } from '../../constructs/serverless/waited-for';
import type { Rates } from './rates';

export interface OffersProps {
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
  /** Settings that all functions of the house share. */
  readonly house: LibraryLayer;
  readonly rates: Rates;
  readonly signingKey: ISecret;
  /** How long an offer is good. */
  readonly goodFor: Duration;
}

const service = 'live-settings';

/** One function makes offers, another takes them. Both read the same settings, and the same key. */
export class Offers extends Construct {
  readonly quote: ReleasedFunction;
  readonly accept: ReleasedFunction;
  /** Goes off with the first offer that could not be made. */
  readonly failing: IAlarm;

  constructor(scope: Construct, id: string, props: OffersProps) {
    super(scope, id);
    const { alarms, strategy, house, rates, signingKey, goodFor } = props;
    const common = {
      alarms,
      strategy,
      service,
      layers: [house],
      secrets: { [environment.signingKey]: signingKey },
      environment: {
        [environment.settingsPath]: rates.path,
        [settingVariables.offerMinutes]: String(goodFor.toMinutes()),
      },
    };
    this.quote = new ReleasedFunction(this, 'Quote', {
      ...common,
      description: 'Offers to carry a parcel',
      code: handlerCode(service, 'quote'),
    });
    this.accept = new ReleasedFunction(this, 'Accept', {
      ...common,
      description: 'Takes offers',
      code: handlerCode(service, 'accept'),
    });
    rates.grantRead(this.quote.role);
    for (const { alias } of [this.quote, this.accept]) calledAndWaitedFor(alias, 'Whoever calls it');

    const alarm = (alarmId: string, alarmDescription: string, metric: Metric): IAlarm =>
      alarms.alarm(this, alarmId, {
        alarmDescription,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    this.failing = alarm(
      'Failing',
      'An offer could not be made. A change of the flags that is under way is taken back.',
      this.quote.alias.metricErrors({ period: Duration.minutes(1) }),
    );
    alarm(
      'Unread',
      'Settings could not be read, or hold a value that cannot be used: what they said last is used, or the defaults.',
      new Metric({
        namespace: metricsNamespace,
        metricName: unreadMetric,
        dimensionsMap: { service },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
    );
  }
}
