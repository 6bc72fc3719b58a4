import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { EventHub as Hub } from '../../constructs/messaging/event-hub';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import type { ProfileName } from '../../profile';
import { Clock, type DayClock } from './clock';
import { Feed } from './feed';
import { Intake } from './intake';
import { events } from './samples';
import { Usage } from './usage';

export interface EventHubProps extends ArchitectureProps {
  /**
   * Who tells that a day has ended.
   * @default 'scheduler'
   */
  readonly days?: DayClock;
}

/** How long events are kept to be replayed, and how long a photo that failed waits to be tried again. */
const byProfile: Readonly<Record<ProfileName, { readonly kept: Duration; readonly patience: Duration }>> = {
  sandbox: { kept: Duration.days(7), patience: Duration.seconds(15) },
  production: { kept: Duration.days(90), patience: Duration.minutes(10) },
};

/** The last second that 32 bits can count; whoever wants something else announced gives another time and text. */
const announcement = { at: new Date('2038-01-19T03:14:08Z'), text: 'Clocks of 32 bits begin again at 1901' };
const zone = 'Europe/Berlin';

/**
 * Services react to events of AWS and of each other over one guarded bus, and to the clock.
 *
 * @claims messaging-event-retry-flow, messaging-dead-letter-everywhere
 */
export class EventHub extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'days-by-rule': {
      what: 'days end by the clock of UTC, told by a rule of the default bus instead of the Scheduler',
      props: { days: 'rule' } satisfies Partial<EventHubProps>,
    },
  };

  constructor(scope: Construct, id: string, props: EventHubProps) {
    super(scope, id, props);
    const { profile, settings, days = 'scheduler' } = props;
    const { kept, patience } = byProfile[profile.name];
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const hub = new Hub(this, 'Hub', { alarms, archive: { retention: kept }, samples: Object.values(events) });
    const service = { hub, alarms, deletionProtection: profile.deletionProtection };
    const intake = new Intake(this, 'Intake', { ...service, accessLogs, patience });
    const feed = new Feed(this, 'Feed', service);
    const usage = new Usage(this, 'Usage', { ...service, zone });
    const clock = new Clock(this, 'Clock', { hub, alarms, close: usage.close, zone, days, announcement });

    const { schedule, role, group } = clock.announcement;
    this.tell({
      PhotoBucket: [
        'Put photos here, below uploads/, and their descriptions below descriptions/',
        intake.bucket.bucketName,
      ],
      BusName: ['Where the services speak', hub.bus.eventBusName],
      BusArn: ['The same, for schedules and replays', hub.bus.eventBusArn],
      Archive: ['What the bus keeps', hub.archive!.archiveName],
      ArchiveArn: ['The same, for replays', hub.archive!.archiveArn],
      FeedRule: ['Tells the feed; replays may go here', feed.route.rule.ruleName],
      FeedRuleArn: ['The same, for replays', feed.route.rule.ruleArn],
      UploadsTable: ['What intake knows of each photo', intake.uploads.table.tableName],
      FeedTable: ['What readers see', feed.entries.table.tableName],
      UsageTable: ['What each day took', usage.book.table.tableName],
      CloseFunction: ['Sums up days and closes them', usage.close.functionName],
      GivenUpQueueUrl: ['Photos that failed too often', intake.givenUp.queue.queueUrl],
      FailuresQueueUrl: ['Events that could not be delivered or worked', hub.failures.queue.queueUrl],
      Announcement: ['The schedule that announces once', schedule.ref],
      AnnouncementGroup: ['Its group', group.ref],
      AnnouncementRole: ['Its role', role.roleArn],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
