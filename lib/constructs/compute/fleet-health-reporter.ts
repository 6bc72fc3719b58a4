import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, type EventPattern, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/fleet-health-reporter/environment';
import { handlerCode } from '../../handlers';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import type { Fleet } from './fleet';
import { grantOnGroup } from './group-grant';

export interface FleetHealthReporterProps {
  readonly fleet: Fleet;
  /** Who hears of reports that came to nothing. */
  readonly alarms: AlarmTopic;
  /**
   * How many instances may be replaced at once, at least 1 and below the group's maximum. Further reports wait; where reports
   * are wrong, most of the group stays.
   * @default 1
   */
  readonly maxConcurrent?: number;
  /**
   * The source of events in which an application tells of an instance, such as `shop.health`; their detail is
   * `{"instance": "i-0…", "reason": "…"}`, their type `Instance is ill`.
   * @default - nobody tells by events
   */
  readonly source?: string;
  /**
   * Where these events come.
   * @default - the account's own bus
   */
  readonly bus?: IEventBus;
  /**
   * Alarms about single instances, on metrics with the dimension `InstanceId`.
   * @default - none
   */
  readonly instanceAlarms?: readonly IAlarm[];
}

/** The type of events by which applications tell. */
export const illness = 'Instance is ill';

/**
 * Health that only others can judge: an application or an alarm tells that an instance is ill, and its group replaces it. Few at
 * once, and none that still boots.
 *
 * @claims compute-asg-custom-health
 */
export class FleetHealthReporter extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: FleetHealthReporterProps) {
    super(scope, id);
    const { fleet, alarms, maxConcurrent = 1, source, bus, instanceAlarms = [] } = props;
    refuse(this, [
      outsideRange('maxConcurrent', maxConcurrent, 1, 1_000, 'instances'),
      maxConcurrent > 1 &&
        maxConcurrent >= fleet.maxCapacity &&
        `maxConcurrent is ${maxConcurrent} and the fleet's maximum ${fleet.maxCapacity}; give less, or wrong reports replace the whole group at once`,
      source === undefined && instanceAlarms.length === 0 && 'nobody reports; give source or instanceAlarms',
      source !== undefined &&
        !/^(?!aws\.)[A-Za-z0-9._\-/]{1,256}$/.test(source) &&
        `source is ${source}; give letters, digits, points and hyphens, not beginning with aws., which is kept for AWS`,
      bus !== undefined && source === undefined && 'bus is given without source; alarms come by the account’s own bus',
    ]);

    const reporter = new AppFunction(this, 'Reporter', {
      description: 'Has a group replace instances that others found to be ill',
      code: handlerCode('fleet-health-reporter', 'report'),
      timeout: Duration.seconds(30),
      // Two reports at the same moment would each find nobody being replaced.
      reservedConcurrentExecutions: 1,
      unscopedActions: ['autoscaling:DescribeAutoScalingGroups'],
      environment: {
        [environment.group]: fleet.group.autoScalingGroupName,
        [environment.maxConcurrent]: `${maxConcurrent}`,
      },
    });
    this.function = reporter.function;
    grantOnGroup(this, 'MayReport', {
      group: fleet.group,
      role: reporter.role,
      actions: ['autoscaling:SetInstanceHealth'],
    });
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: reporter,
      onFailure: AsyncDestination.queue(failures.queue),
      maxEventAge: Duration.minutes(15),
    });
    const listen = (name: string, description: string, eventPattern: EventPattern, eventBus?: IEventBus) =>
      new Rule(this, name, {
        description,
        eventPattern,
        ...(eventBus && { eventBus }),
        targets: [
          new LambdaFunction(this.function, {
            deadLetterQueue: failures.queue,
            retryAttempts: 185,
            maxEventAge: Duration.minutes(15),
          }),
        ],
      });
    if (source !== undefined)
      listen(
        'Told',
        'An application tells of an instance that is ill',
        { source: [source], detailType: [illness] },
        bus,
      );
    if (instanceAlarms.length > 0)
      listen('Alarmed', 'An alarm about an instance goes off', {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: instanceAlarms.map(({ alarmArn }) => alarmArn),
        detail: { state: { value: ['ALARM'] } },
      });
  }
}
