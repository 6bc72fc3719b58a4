import { Duration, Token } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { outsideDuration, outsideRange } from '../faults';
import type { FailureQueue } from '../serverless/failure-queue';
import type { StreamSource } from '../serverless/stream-source';
import type { IQueuePair } from './queue-pair';

type Fault = string | undefined | false;

export interface PipeStreamOptions {
  /** Where the places of records go that were given up. */
  readonly failures: FailureQueue;
  /**
   * How often a record is tried again before it is given up, 0 to 10,000. Left to itself, a pipe tries for as long as the stream
   * remembers the record, and nothing behind it moves.
   * @default 10
   */
  readonly retryAttempts?: number;
  /**
   * How old a record may get before it is given up, from 1 minute to what the stream remembers.
   * @default Duration.hours(20)
   */
  readonly maxRecordAge?: Duration;
}

/** What a pipe reads. */
export class PipeSource {
  /** A queue; what the pipe cannot hand on is moved aside by the queue itself. */
  static queue({ queue, deadLetterQueue }: IQueuePair): PipeSource {
    return new PipeSource(
      queue.queueArn,
      (reader) => {
        queue.grantConsumeMessages(reader);
      },
      { sqsQueueParameters: { batchSize: 1 } },
      '$.messageId',
      [
        queue.fifo !== deadLetterQueue.fifo &&
          'source has a queue and a dead-letter queue of different kinds; make both standard or both FIFO',
      ],
    );
  }

  /** The changes of a table, or a Kinesis stream, from the oldest record on, in order. */
  static stream(source: StreamSource, options: PipeStreamOptions): PipeSource {
    const { failures, retryAttempts = 10, maxRecordAge = Duration.hours(20) } = options;
    const settings = {
      startingPosition: 'TRIM_HORIZON',
      batchSize: 1,
      maximumRetryAttempts: retryAttempts,
      maximumRecordAgeInSeconds: maxRecordAge.toSeconds(),
      onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      deadLetterConfig: { arn: failures.queue.queueArn },
    };
    return new PipeSource(
      source.arn,
      (reader) => {
        source.grantRead(reader);
        failures.queue.grantSendMessages(reader);
      },
      source.ofTable ? { dynamoDbStreamParameters: settings } : { kinesisStreamParameters: settings },
      '$.eventID',
      [
        source.arn === undefined && source.missing,
        outsideRange('retryAttempts', retryAttempts, 0, 10_000),
        outsideDuration('maxRecordAge', maxRecordAge, Duration.minutes(1), source.longestAge),
      ],
    );
  }

  private constructor(
    readonly arn: string | undefined,
    /** Lets the pipe's role read this source and nothing else. */
    readonly grantRead: (reader: IGrantable) => void,
    readonly parameters: CfnPipe.PipeSourceParametersProperty,
    /** Where in a record stands what tells it from all others. */
    readonly recordId: string,
    readonly faults: readonly Fault[],
  ) {}
}

/** What a pipe hands events to. */
export class PipeTarget {
  /**
   * A bus; each record becomes one event, under this name alone.
   *
   * @param source who says it, such as `shop.orders`; `aws.` belongs to AWS
   * @param detailType what happened, such as `OrderPlaced`, at most 128 characters
   */
  static bus(bus: IEventBus, { source, detailType }: { source: string; detailType: string }): PipeTarget {
    return new PipeTarget(
      bus.eventBusArn,
      (sender) => {
        Grant.addToPrincipal({
          grantee: sender,
          actions: ['events:PutEvents'],
          resourceArns: [bus.eventBusArn],
          conditions: { StringEquals: { 'events:source': source } },
        });
      },
      () => ({ eventBridgeEventBusParameters: { source, detailType } }),
      [
        !Token.isUnresolved(source) &&
          (source.startsWith('aws.') || !/^[\w.-]{1,256}$/.test(source)) &&
          `source of the events is ${source}; give a name of your own of letters, digits, dots, hyphens and underscores, which does not begin with aws.`,
        !Token.isUnresolved(detailType) &&
          (detailType.length < 1 || detailType.length > 128) &&
          `detailType has ${detailType.length} characters; give 1 to 128`,
      ],
    );
  }

  /**
   * A queue.
   *
   * @param group for a FIFO queue, where in the record its message group stands, such as `$.dynamodb.Keys.id.S`
   */
  static queue(queue: IQueue, group?: string): PipeTarget {
    return new PipeTarget(
      queue.queueArn,
      (sender) => {
        queue.grantSendMessages(sender);
      },
      (recordId) =>
        group === undefined ? {} : { sqsQueueParameters: { messageGroupId: group, messageDeduplicationId: recordId } },
      [
        queue.fifo &&
          group === undefined &&
          'target is a FIFO queue, which takes no message without a group; say where in the record it stands, such as $.dynamodb.Keys.id.S',
        !queue.fifo && group !== undefined && `target is a standard queue, which has no groups; leave ${group} out`,
      ],
    );
  }

  /** A state machine: one execution for each record, which the pipe does not wait for. */
  static workflow(machine: IStateMachine): PipeTarget {
    return new PipeTarget(
      machine.stateMachineArn,
      (sender) => {
        machine.grantStartExecution(sender);
      },
      () => ({ stepFunctionStateMachineParameters: { invocationType: 'FIRE_AND_FORGET' } }),
      [],
    );
  }

  private constructor(
    readonly arn: string,
    /** Lets the pipe's role hand events to this target and nothing else. */
    readonly grantSend: (sender: IGrantable) => void,
    readonly parameters: (recordId: string) => CfnPipe.PipeTargetParametersProperty,
    readonly faults: readonly Fault[],
  ) {}
}
