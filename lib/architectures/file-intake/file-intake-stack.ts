import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { Cameras } from './cameras';
import { Desk } from './desk';
import { folders } from './folders';
import { Resizer } from './resizer';
import { Sweep } from './sweep';

export interface FileIntakeProps extends ArchitectureProps {
  /**
   * Whether cameras send pictures as messages besides, by AWS IoT.
   * @default false
   */
  readonly cameras?: boolean;
  /**
   * Whether resizing is switched off: files wait.
   * @default false
   */
  readonly paused?: boolean;
}

/** Pictures dropped into a bucket are made smaller once, and whatever fails is kept with its reason. */
export class FileIntake extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    cameras: {
      what: 'cameras send pictures as messages besides, by a rule of AWS IoT',
      props: { cameras: true } satisfies Partial<FileIntakeProps>,
    },
    paused: {
      what: 'resizing is switched off, so that files wait and nothing is lost',
      props: { paused: true } satisfies Partial<FileIntakeProps>,
    },
  };

  constructor(scope: Construct, id: string, props: FileIntakeProps) {
    super(scope, id, props);
    const { profile, settings, cameras = false, paused = false } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });
    const { bucket } = new PrivateBucket(this, 'Files', {
      accessLogs,
      accessLogPrefix: 'files/',
      announces: true,
      lifecycleRules: [{ id: 'Reasons', prefix: folders.refused, expiration: Duration.days(90) }],
    });
    const failures = new FailureQueue(this, 'Failures', { alarms });

    const resizer = new Resizer(this, 'Resizer', {
      alarms,
      bucket,
      failures,
      paused,
      // A new account has ten runs in all and can reserve none.
      ...(profile.name === 'production' && { reserved: 50 }),
    });
    const sweep = new Sweep(this, 'Sweep', { alarms, bucket, failures, resizer: resizer.function });
    const desk = new Desk(this, 'Desk', { alarms, bucket, resizer: resizer.function });
    if (cameras) new Cameras(this, 'Cameras', { alarms, bucket, failures });

    const outputs = {
      FileBucket: ['Put pictures here, below incoming/', bucket.bucketName],
      DeskUrl: ['Ask here what became of a file; calls are signed', desk.url],
      FailureQueueUrl: ['What failed for good, with the reason', failures.queue.queueUrl],
      ResizeFunction: ['Makes pictures smaller', resizer.function.function.functionName],
      SweepFunction: ['Finds what was missed', sweep.function.function.functionName],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
