import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FileTrigger } from '../../constructs/serverless/file-trigger';
import { folders } from './folders';
import { intakeFunction } from './intake-function';

export interface ResizerProps {
  readonly alarms: AlarmTopic;
  readonly bucket: IBucket;
  readonly failures: FailureQueue;
  /**
   * Runs kept for it, which are also the most it may use.
   * @default - what the account leaves unreserved
   */
  readonly reserved?: number;
  /** Whether it is switched off. */
  readonly paused: boolean;
}

/** How long Lambda keeps the announcement of a file while there is no success. */
export const keptFor: Duration = Duration.hours(1);

/** Makes pictures smaller as they arrive. */
export class Resizer extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, props: ResizerProps) {
    super(scope, id);
    const { alarms, bucket, failures, paused, reserved } = props;
    this.function = intakeFunction(this, 'Function', {
      description: 'Makes pictures smaller as they arrive',
      handler: 'resize',
      alarms,
      bucket,
      // One full processor: unpacking is all about that. A picture of 25 million pixels takes two thirds of the memory.
      memorySize: 1769,
      timeout: Duration.minutes(1),
      paused,
      ...(!paused && reserved !== undefined && { reservedConcurrentExecutions: reserved }),
    });
    new FileTrigger(this, 'Arrivals', {
      bucket,
      incoming: folders.incoming,
      suffixes: ['.jpg', '.jpeg', '.png'],
      outgoing: { bucket, prefixes: [folders.resized, folders.refused] },
      function: this.function,
      onFailure: AsyncDestination.queue(failures.queue),
      maxEventAge: keptFor,
    });
  }
}
