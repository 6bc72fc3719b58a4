import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { FanOut } from '../../constructs/messaging/fan-out';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { IdempotencyStore } from '../../constructs/serverless/idempotency-store';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { RenditionWorker } from './rendition-worker';
import { Renditions } from './renditions';
import { announcement, filterFor, renditions } from './routing';
import { Uploads } from './uploads';

/** How long a worker may take for a batch; everything about visibility follows from it. */
const timeout = Duration.seconds(10);
/** How long a job waits to be worked before it is lost. */
const retention = Duration.days(4);

/**
 * One uploaded video becomes three jobs, each with its own queue, worker and dead letters.
 *
 * @claims messaging-fanout, messaging-dead-letter-everywhere
 */
export class VideoJobFanout extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const uploads = new Uploads(this, 'Uploads', { accessLogs });
    const results = new Renditions(this, 'Renditions', { accessLogs });
    // A message may be redriven for as long as it lies among the dead letters.
    const done = new IdempotencyStore(this, 'Done', {
      retriedFor: Duration.days(14),
      deletionProtection: profile.deletionProtection,
    });

    const announcements = new FanOut(this, 'Announcements', { alarms, samples: [announcement], successSampleRate: 10 });
    uploads.announceOn(announcements.notices);
    for (const rendition of renditions) {
      const jobs = announcements.branch(`Jobs${rendition}`, {
        filter: filterFor(rendition),
        consumerTimeout: timeout,
        retentionPeriod: retention,
        oldestMessageAge: Duration.minutes(15),
      });
      new RenditionWorker(this, `Worker${rendition}`, {
        rendition,
        jobs,
        uploads: uploads.bucket,
        renditions: results.bucket,
        done,
        timeout,
        maxConcurrency: profile.name === 'production' ? 50 : 5,
      });
    }

    new CfnOutput(this, 'UploadBucket', {
      description: 'Put videos here, below uploads/',
      value: uploads.bucket.bucketName,
    });
    new CfnOutput(this, 'RenditionBucket', { description: 'Manifests appear here', value: results.bucket.bucketName });
  }
}
