import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { DataStream } from '../../constructs/messaging/data-stream';
import { StreamCapacity } from '../../constructs/messaging/stream-capacity';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Archive } from './archive';
import { ClickApi } from './click-api';
import { HourlyReport } from './hourly-report';
import { Leaderboard } from './leaderboard';
import { MinuteCounter } from './minute-counter';

export interface ClickstreamAnalyticsProps extends ArchitectureProps {
  /**
   * How much the stream takes.
   * @default - one shard or two in sandbox, two to four in production, as needed
   */
  readonly capacity?: StreamCapacity;
  /**
   * Whether the leaderboard has throughput of its own, which is billed by the hour.
   * @default false
   */
  readonly dedicatedBoard?: boolean;
}

/** Clicks flow into one stream that is read at four speeds: within a window, by the minute, by the hour, and for keeping. */
export class ClickstreamAnalytics extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'clicks-on-demand': {
      what: 'a stream that takes whatever comes, billed by volume besides the hour',
      props: { capacity: StreamCapacity.onDemand() } satisfies Partial<ClickstreamAnalyticsProps>,
    },
    'dedicated-board': {
      what: 'throughput of its own for the leaderboard, so that no other reader slows it down',
      props: { dedicatedBoard: true } satisfies Partial<ClickstreamAnalyticsProps>,
    },
  };

  constructor(scope: Construct, id: string, props: ClickstreamAnalyticsProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const production = profile.name === 'production';
    const bounds = production ? { min: 2, max: 4 } : { min: 1, max: 2 };
    const { capacity = StreamCapacity.scaled(bounds), dedicatedBoard = false } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });
    const clicks = new DataStream(this, 'Clicks', { alarms, capacity });

    const given = { alarms, clicks, deletionProtection: profile.deletionProtection };
    const failures = new FailureQueue(this, 'Failures', { alarms });
    const board = new Leaderboard(this, 'Leaderboard', {
      ...given,
      failures,
      dedicated: dedicatedBoard,
    });
    const minutes = new MinuteCounter(this, 'Minutes', { ...given, failures });
    const hours = new HourlyReport(this, 'Hours', given);
    const archive = new Archive(this, 'Archive', { alarms, clicks, accessLogs });
    const api = new ClickApi(this, 'Api', { alarms, clicks, board, minutes, hours });

    const outputs: Readonly<Record<string, readonly [description: string, value: string]>> = {
      ApiUrl: ['Where clicks are sent to and reports are asked for', api.url],
      StreamName: ['The stream of clicks', clicks.stream.streamName],
      ...(clicks.scaler && {
        ScalerFunction: ['Doubles and halves the stream', clicks.scaler.scaler.function.functionName] as const,
      }),
      HourlyFunction: ['Reads what came since it last did; runs each hour', hours.function.functionName],
      ArchiveBucket: ['Where clicks are kept, below clicks/', archive.bucket.bucketName],
      FailureQueueUrl: ['Places of records that were given up', failures.queue.queueUrl],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
