import { Duration } from 'aws-cdk-lib';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { kinds } from '../../../lambda/event-hub/environment';
import type { EventHub } from '../../constructs/messaging/event-hub';
import { jobContext, JobTarget } from '../../constructs/messaging/job-target';
import { JobTime } from '../../constructs/messaging/job-time';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { ScheduleRule } from '../../constructs/messaging/schedule-rule';
import { TimedJob } from '../../constructs/messaging/timed-job';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';

/** Who tells that a day has ended: the Scheduler, by our clock, or a rule, by that of UTC. */
export type DayClock = 'scheduler' | 'rule';

export interface ClockProps {
  readonly hub: EventHub;
  readonly alarms: AlarmTopic;
  /** Closes the day. */
  readonly close: IFunction;
  /** By whose clock days end. */
  readonly zone: string;
  readonly days: DayClock;
  /** What is announced, and when. */
  readonly announcement: { readonly at: Date; readonly text: string };
}

/** Says what the time is: every hour on the hub, every midnight to the one who closes the day, and once an announcement. */
export class Clock extends Construct {
  readonly announcement: TimedJob;

  constructor(scope: Construct, id: string, props: ClockProps) {
    super(scope, id);
    const { hub, alarms } = props;
    const job = { alarms, failures: hub.failures };
    const due = jobContext.scheduledTime;
    new TimedJob(this, 'Hourly', {
      ...job,
      description: 'Says on the hub that an hour has passed',
      when: JobTime.rate(Duration.hours(1)),
      target: eventOf(hub, kinds.hourPassed, `hour-${due}`, { at: due }),
    });
    if (props.days === 'scheduler')
      new TimedJob(this, 'Midnight', {
        ...job,
        description: 'Closes the day that has ended',
        when: JobTime.cron('0 0 * * ? *', props.zone),
        window: Duration.minutes(15),
        target: JobTarget.function(props.close),
      });
    else
      new ScheduleRule(this, 'Midnight', {
        failures: hub.failures,
        description: 'Closes the day that has ended, by the clock of UTC',
        when: JobTime.cron('0 0 * * ? *'),
        targets: [
          RouteTarget.function(props.close, {
            input: RuleTargetInput.fromObject({ scheduledTime: EventField.time }),
          }),
        ],
      });
    const { at, text } = props.announcement;
    this.announcement = new TimedJob(this, 'Announcement', {
      ...job,
      description: 'Announces once',
      when: JobTime.once(at),
      target: eventOf(hub, kinds.announcement, `announced-${due}`, { text, at: due }),
    });
  }
}

/** An event in the envelope all of ours have. */
const eventOf = (
  hub: EventHub,
  { source, detailType, version }: (typeof kinds)[keyof typeof kinds],
  id: string,
  data: object,
): JobTarget => JobTarget.event(hub, { source, detailType, detail: { id, version, attempt: 1, data } });
