import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { EventRoute } from '../../constructs/messaging/event-route';
import type { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { RouteTarget } from '../../constructs/messaging/route-target';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { failedLaunches, failedStates, launchFailed, stackFailed } from './samples';

export interface PublishersProps {
  /** Where it is told that something could not be published. */
  readonly alarms: AlarmTopic;
  readonly news: NoticeTopic;
  /** Where events wait that could not be published. */
  readonly undelivered: FailureQueue;
}

/** Who has news: any alarm of the account and Region, stacks that fail, groups that cannot launch. */
export class Publishers extends Construct {
  readonly functionErrors: IAlarm;

  constructor(scope: Construct, id: string, { alarms, news, undelivered }: PublishersProps) {
    super(scope, id);
    news.admit('cloudwatch.amazonaws.com', alarmsOfAccount(this));
    const errors = new Alarm(this, 'FunctionErrors', {
      alarmDescription:
        'Ten runs of functions failed within five minutes, whichever functions of this account they are.',
      // Without a dimension it counts for all functions of the account and Region.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 10,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    errors.addAlarmAction(new SnsAction(news.topic));
    errors.addOkAction(new SnsAction(news.topic));
    this.functionErrors = errors;

    const route = { alarms, failures: undelivered };
    new EventRoute(this, 'Stacks', {
      ...route,
      description: 'Stacks that failed are news',
      samples: [stackFailed],
      pattern: {
        source: [stackFailed.source],
        'detail-type': [stackFailed['detail-type']],
        detail: { 'status-details': { status: failedStates } },
      },
      targets: [
        RouteTarget.topic(news, {
          input: told('stack', {
            name: '$.detail.stack-id',
            state: '$.detail.status-details.status',
            why: '$.detail.status-details.status-reason',
          }),
        }),
      ],
    });
    new EventRoute(this, 'Groups', {
      ...route,
      description: 'Groups that cannot have as many instances as they should are urgent news',
      samples: [launchFailed],
      pattern: { source: [launchFailed.source], 'detail-type': failedLaunches },
      targets: [
        RouteTarget.topic(news, {
          input: told('group', {
            name: '$.detail.AutoScalingGroupName',
            state: '$.detail-type',
            why: '$.detail.StatusMessage',
          }),
        }),
      ],
    });
  }
}

/** Which alarm it is cannot be said: the key of the topic would name the alarm, the alarm the topic, and the topic its key. */
const alarmsOfAccount = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** News in a form that filters can look into. */
const told = (about: 'stack' | 'group', paths: Readonly<Record<string, string>>): RuleTargetInput =>
  RuleTargetInput.fromObject({
    about,
    urgent: about === 'group',
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, EventField.fromPath(path)])),
  });
