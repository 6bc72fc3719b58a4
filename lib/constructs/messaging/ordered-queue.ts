import type { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { DeduplicationScope, FifoThroughputLimit, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { makeQueuePair, queueFaults, withDefaults, type IQueuePair, type QueuePairProps } from './queue-pair';

export interface OrderedQueueProps extends QueuePairProps {
  /**
   * Whether two messages with the same body within five minutes are one; otherwise senders must give each message a
   * deduplication id. There is no default, because a wrong guess loses messages or doubles them.
   */
  readonly contentBasedDeduplication: boolean;
  /**
   * Within what duplicates are looked for.
   * @default DeduplicationScope.QUEUE
   */
  readonly deduplicationScope?: DeduplicationScope;
  /**
   * What the limit of 300 calls a second counts for. Per message group (high throughput) needs
   * `DeduplicationScope.MESSAGE_GROUP`.
   * @default FifoThroughputLimit.PER_QUEUE
   */
  readonly fifoThroughputLimit?: FifoThroughputLimit;
}

/**
 * Work to be done in order: a FIFO queue and its FIFO dead-letter queue. Messages of one group come one after another,
 * groups beside each other, and a message sent twice within five minutes comes once.
 *
 * 300 calls a second, so 3,000 messages in batches of ten; many times that with high throughput.
 *
 * @claims messaging-queue-fifo, messaging-queue-dead-letter, messaging-queue-encryption
 */
export class OrderedQueue extends Construct implements IQueuePair {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly visibilityTimeout: Duration;
  readonly retentionPeriod: Duration;
  readonly deadLetterRetentionPeriod: Duration;
  readonly maxMessageSizeBytes: number;
  readonly alarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: OrderedQueueProps) {
    super(scope, id);
    const {
      contentBasedDeduplication,
      deduplicationScope = DeduplicationScope.QUEUE,
      fifoThroughputLimit = FifoThroughputLimit.PER_QUEUE,
    } = props;
    const settings = withDefaults(props);
    refuse(this, [
      ...queueFaults(settings),
      fifoThroughputLimit === FifoThroughputLimit.PER_MESSAGE_GROUP_ID &&
        deduplicationScope !== DeduplicationScope.MESSAGE_GROUP &&
        `fifoThroughputLimit is ${fifoThroughputLimit} while deduplicationScope is ${deduplicationScope}; give DeduplicationScope.MESSAGE_GROUP with it`,
    ]);

    const { queue, deadLetterQueue, alarms } = makeQueuePair(this, settings, {
      contentBasedDeduplication,
      deduplicationScope,
      fifoThroughputLimit,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;
    this.alarms = alarms;
    this.visibilityTimeout = settings.visibilityTimeout;
    this.retentionPeriod = settings.retentionPeriod;
    this.deadLetterRetentionPeriod = settings.deadLetterRetentionPeriod;
    this.maxMessageSizeBytes = settings.maxMessageSizeBytes;
  }
}
