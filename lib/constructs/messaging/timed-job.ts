import { Aws, Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { outsideDuration, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { FailureQueue } from '../serverless/failure-queue';
import type { JobTarget } from './job-target';
import type { JobTime } from './job-time';

export interface TimedJobProps {
  /** What happens, in a sentence without its full stop. */
  readonly description: string;
  /** Where the alarm reports to that goes off when a run was given up. */
  readonly alarms: AlarmTopic;
  readonly when: JobTime;
  readonly target: JobTarget;
  /**
   * How much later than due it may happen, 1 to 1,440 minutes: the Scheduler spreads runs over it.
   * @default - within the minute it is due
   */
  readonly window?: Duration;
  /**
   * How often a run is tried again that could not be handed to the target, 0 to 185.
   * @default 185
   */
  readonly retryAttempts?: number;
  /**
   * How long it is tried, one minute to 24 hours.
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;
  /**
   * Before when nothing happens; not for what happens once.
   * @default - from now on
   */
  readonly start?: Date;
  /**
   * After when nothing happens any more; not for what happens once.
   * @default - for ever
   */
  readonly end?: Date;
  /**
   * Where a run waits that could not be handed over.
   * @default - a queue of its own
   */
  readonly failures?: FailureQueue;
}

/**
 * Something happens at a time, again and again or once: a schedule of EventBridge Scheduler with a role for its one target, and a
 * place for runs that could not be handed over.
 *
 * It stands in a group of its own: only schedules of this group get the role, and figures of the Scheduler are by group.
 *
 * A run can come twice. What makes two of them one is the time it was due, which every attempt tells alike
 * (`jobContext.scheduledTime`).
 *
 * @claims messaging-schedule, serverless-cron
 */
export class TimedJob extends Construct {
  readonly role: IRole;
  readonly schedule: CfnSchedule;
  readonly group: CfnScheduleGroup;
  readonly failures: FailureQueue;
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: TimedJobProps) {
    super(scope, id);
    const { when, target, window, start, end, retryAttempts = 185, maxEventAge = Duration.hours(24) } = props;
    refuse(this, [
      ...when.faults,
      ...target.faults,
      outsideDuration('window', window, Duration.minutes(1), Duration.minutes(1440)),
      outsideRange('retryAttempts', retryAttempts, 0, 185),
      outsideDuration('maxEventAge', maxEventAge, Duration.minutes(1), Duration.hours(24)),
      start &&
        end &&
        end <= start &&
        `end is ${end.toISOString()}, not after start, ${start.toISOString()}; nothing would ever happen between them`,
      when.isOnce && (start ?? end) && 'start or end is given for what happens once; leave them out',
    ]);

    this.group = new CfnScheduleGroup(this, 'Group');
    const role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': this.group.attrArn } },
      }),
    });
    this.role = role;
    this.failures = props.failures ?? new FailureQueue(this, 'Failures', { alarms: props.alarms });
    const { queue } = this.failures;
    target.grant(role);
    Grant.addToPrincipal({ grantee: role, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn] });

    this.schedule = new CfnSchedule(this, 'Schedule', {
      description: props.description,
      groupName: this.group.ref,
      scheduleExpression: when.expression,
      scheduleExpressionTimezone: when.zone,
      flexibleTimeWindow: window ? { mode: 'FLEXIBLE', maximumWindowInMinutes: window.toMinutes() } : { mode: 'OFF' },
      ...(start && { startDate: start.toISOString() }),
      ...(end && { endDate: end.toISOString() }),
      target: {
        ...target.details(this),
        roleArn: role.roleArn,
        deadLetterConfig: { arn: queue.queueArn },
        retryPolicy: { maximumRetryAttempts: retryAttempts, maximumEventAgeInSeconds: maxEventAge.toSeconds() },
      },
    });
    // What the role may do is a resource of its own; without it the first run would fail.
    this.schedule.node.addDependency(role);

    this.alarm = props.alarms.alarm(this, 'Alarm', {
      alarmDescription: `A run of ${this.node.path} was given up; it waits in ${this.failures.node.path}, with the reason.`,
      metric: new Metric({
        namespace: 'AWS/Scheduler',
        metricName: 'InvocationDroppedCount',
        dimensionsMap: { ScheduleGroup: this.group.ref },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
