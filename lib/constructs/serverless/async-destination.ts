import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IDestination, IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  EventBridgeDestination,
  LambdaDestination,
  S3Destination,
  SnsDestination,
  SqsDestination,
} from 'aws-cdk-lib/aws-lambda-destinations';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/**
 * Where Lambda sends a record of a run nobody waited for: the event, and what became of it. Of records of a stream it tells the
 * place instead, but a bucket gets them too.
 */
export class AsyncDestination {
  /** A standard queue; a FIFO queue is refused. */
  static queue(queue: IQueue): AsyncDestination {
    return new AsyncDestination(
      new SqsDestination(queue),
      queue.fifo ? ['is a FIFO queue, to which Lambda cannot send; give a standard queue'] : [],
    );
  }

  /** A standard topic; a FIFO topic is refused. */
  static topic(topic: ITopic): AsyncDestination {
    return new AsyncDestination(
      new SnsDestination(topic),
      topic.fifo ? ['is a FIFO topic, to which Lambda cannot publish; give a standard topic'] : [],
    );
  }

  /** A function, which gets the record as its event: a way to go on without one function calling another and waiting. */
  static function(callee: IFunction): AsyncDestination {
    return new AsyncDestination(new LambdaDestination(callee), [], [], [`is a function, ${toStream}`]);
  }

  static bus(bus: IEventBus): AsyncDestination {
    return new AsyncDestination(new EventBridgeDestination(bus), [], [], [`is a bus, ${toStream}`]);
  }

  /** A bucket, for failures only; refused for successes. */
  static bucket(bucket: IBucket): AsyncDestination {
    return new AsyncDestination(
      new S3Destination(bucket),
      [],
      ['is a bucket, to which Lambda sends failures only; give a queue, a topic, a function or a bus'],
    );
  }

  private constructor(
    /** What the CDK calls it. */
    readonly destination: IDestination,
    private readonly always: readonly string[] = [],
    private readonly asSuccess: readonly string[] = [],
    private readonly ofStream: readonly string[] = [],
  ) {}

  /** What is wrong with sending this kind of record here, as ends of a sentence. */
  faults(record: 'success' | 'failure' | 'stream'): readonly string[] {
    return [...this.always, ...{ success: this.asSuccess, failure: [], stream: this.ofStream }[record]];
  }
}

const toStream = 'to which Lambda tells nothing of streams; give a queue, a topic or a bucket';
