import { Token, Validations, type Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { shortVisibility, type IQueuePair } from '../messaging/queue-pair';
import type { AppFunction } from './app-function';

export interface QueueConsumerProps {
  /** The queue to work, with its dead-letter queue: a `WorkQueue` or an `OrderedQueue`. */
  readonly source: IQueuePair;
  /** The function that works it; it must answer with the messages that failed (`workBatch` of `lambda/shared/batch.ts`). */
  readonly consumer: AppFunction;
  /**
   * Messages a run gets at most: up to 10, or up to 10,000 with a batching window. Those of a FIFO queue that stand in a batch
   * behind one that fails are handed back unworked, and each time count as received: they would be moved aside with it.
   * @default 10; 1 for a FIFO queue
   */
  readonly batchSize?: number;
  /**
   * How long messages are collected before a run starts, up to 300 seconds; not for FIFO queues.
   * @default - a run starts with whatever is there
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * Runs in flight at most, 2 to 1,000, and no more than the function has reserved. Without it, runs that find no
   * concurrency left are throttled, which counts as a failed receive.
   * @default - what the function has reserved, or else what the account leaves
   */
  readonly maxConcurrency?: number;
}

/**
 * A function works a queue: Lambda polls, collects a batch, runs the function, and deletes what it did not report as
 * failed. The function's role may read the queue; nobody is given leave to call the function.
 *
 * @claims serverless-event-source-mapping, serverless-partial-batch, serverless-batch-limits, messaging-queue-visibility
 */
export class QueueConsumer extends Construct {
  readonly mapping: IEventSourceMapping;

  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const { source, consumer, maxBatchingWindow: window, maxConcurrency } = props;
    const { batchSize = source.queue.fifo ? 1 : 10 } = props;
    const reserved = consumer.reservedConcurrentExecutions;
    refuse(this, [
      shortVisibility(source.visibilityTimeout, consumer.timeout, window),
      outsideRange('batchSize', batchSize, 1, window ? 10_000 : 10, window ? '' : 'without maxBatchingWindow'),
      window && window.toSeconds() > 300 && `maxBatchingWindow is ${window.toHumanString()}; give at most 300 seconds`,
      window &&
        !window.isUnresolved() &&
        window.toMilliseconds() === 0 &&
        batchSize > 10 &&
        `batchSize is ${batchSize} with a maxBatchingWindow of 0 seconds; Lambda takes more than 10 with a second or more`,
      window &&
        source.queue.fifo &&
        'maxBatchingWindow is given for a FIFO queue, which hands out what it has; leave it out',
      outsideRange('maxConcurrency', maxConcurrency, 2, 1000),
      maxConcurrency !== undefined &&
        reserved !== undefined &&
        !Token.isUnresolved([maxConcurrency, reserved]) &&
        maxConcurrency > reserved &&
        `maxConcurrency is ${maxConcurrency}, but the function reserves ${reserved}; runs above that are throttled and their messages fail, so reserve as many or lower maxConcurrency`,
      source.queue.fifo !== source.deadLetterQueue.fifo &&
        'source has a queue and a dead-letter queue of different kinds; make both standard or both FIFO',
    ]);

    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: consumer.function,
      eventSourceArn: source.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      ...(window && { maxBatchingWindow: window }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    });
    Validations.of(this.mapping).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason:
        'Lambda knows failure destinations for streams only; a message of this queue that keeps failing is moved by the queue itself to its dead-letter queue.',
    });
    Validations.of(consumer.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'This function is run by a queue and never asynchronously, so a dead-letter queue of its own would never be used; the one of the queue is.',
    });
    source.queue.grantConsumeMessages(consumer.role);
  }
}
