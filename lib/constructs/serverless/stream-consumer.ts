import { Duration, Token, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  DestinationType,
  EventSourceMapping,
  FilterCriteria,
  StartingPosition,
  type IEventSourceMapping,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideDuration, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { AppFunction } from './app-function';
import type { AsyncDestination } from './async-destination';
import type { StreamSource } from './stream-source';

export interface StreamConsumerProps {
  /** The stream to work. */
  readonly source: StreamSource;
  /** The function that works it; it must answer with the record it stopped at (`workStream` of `lambda/shared/stream-batch.ts`). */
  readonly consumer: AppFunction;
  /**
   * Where Lambda tells of records it gave up, so that those behind them come through: a standard queue or topic gets their place
   * in the stream, which must be read before the stream forgets them; a bucket gets the records themselves.
   */
  readonly onFailure: AsyncDestination;
  /** Where the alarm reports to that goes off when the function falls behind. */
  readonly alarms: AlarmTopic;
  /**
   * How far the function may be behind.
   * @default Duration.minutes(5)
   */
  readonly lateAfter?: Duration;
  /**
   * Where a new consumer begins. With LATEST, what is written while the stack is made may be missed.
   * @default StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: StartingPosition.TRIM_HORIZON | StartingPosition.LATEST;
  /**
   * Records a run gets at most, 1 to 10,000, and no more than 6 MB.
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * How long records are collected before a run starts, up to 300 seconds.
   * @default - a run starts with whatever is there
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * Runs at a time for each shard, 1 to 10. Records of one key stay in order; those of different keys overtake each other.
   * @default 1
   */
  readonly parallelizationFactor?: number;
  /**
   * How often a batch is tried again before its records are given up, 0 to 10,000. Until then nothing behind it is worked.
   * @default 10
   */
  readonly retryAttempts?: number;
  /**
   * How old a record may get before it is given up, from 1 minute to 23 hours for a table's, which are gone after a day, and to
   * 7 days for others.
   * @default Duration.hours(20)
   */
  readonly maxRecordAge?: Duration;
  /**
   * For how long the runs of a shard hand on what they have counted, up to 900 seconds; the last one of a window is told so.
   * @default - each run begins with nothing
   */
  readonly tumblingWindow?: Duration;
  /**
   * Which records start a run at all, as patterns of which one must fit, up to 5; the others cost nothing.
   * @default - all
   */
  readonly filters?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A function works a stream: Lambda reads each shard in order, collects a batch, runs the function, and goes on behind what was
 * done. A batch that fails is tried again from the record the function stopped at, and halved, until the bad record stands alone;
 * that one goes to a failure destination instead of holding up the shard until the stream forgets it, as Lambda's own settings
 * would have it.
 *
 * @claims serverless-table-trigger, serverless-event-source-mapping, serverless-partial-batch, serverless-batch-limits
 */
export class StreamConsumer extends Construct {
  readonly mapping: IEventSourceMapping;
  /** Goes off when the function is behind by more than `lateAfter`. */
  readonly late: IAlarm;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { source, consumer, onFailure, maxBatchingWindow, tumblingWindow, filters = [] } = props;
    const { batchSize = 100, parallelizationFactor = 1, retryAttempts = 10 } = props;
    const { lateAfter = Duration.minutes(5), maxRecordAge = Duration.hours(20) } = props;
    const none = Duration.seconds(0);
    refuse(this, [
      source.arn === undefined && source.missing,
      ...onFailure.faults('stream').map((fault) => `onFailure ${fault}`),
      outsideRange('batchSize', batchSize, 1, 10_000),
      outsideDuration('maxBatchingWindow', maxBatchingWindow, none, Duration.seconds(300)),
      outsideRange('parallelizationFactor', parallelizationFactor, 1, 10),
      outsideRange('retryAttempts', retryAttempts, 0, 10_000),
      outsideDuration('maxRecordAge', maxRecordAge, Duration.minutes(1), source.longestAge),
      outsideDuration('lateAfter', lateAfter, Duration.seconds(1), source.longestAge),
      outsideDuration('tumblingWindow', tumblingWindow, none, Duration.seconds(900)),
      tumblingWindow &&
        !Token.isUnresolved(parallelizationFactor) &&
        parallelizationFactor > 1 &&
        `tumblingWindow is given, and parallelizationFactor is ${parallelizationFactor}; a window is counted by one run at a time, so leave one of them out`,
      filters.length > 5 && `filters has ${filters.length} patterns; give at most 5, or merge some`,
    ]);

    source.grantRead(consumer.role);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: consumer.function,
      eventSourceArn: source.arn,
      startingPosition: props.startingPosition ?? StartingPosition.TRIM_HORIZON,
      batchSize,
      parallelizationFactor,
      retryAttempts,
      maxRecordAge,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: {
        bind: (_, handler) => onFailure.destination.bind(this, handler, { type: DestinationType.FAILURE }),
      },
      ...(maxBatchingWindow && { maxBatchingWindow }),
      ...(tumblingWindow && { tumblingWindow }),
      ...(filters.length > 0 && { filters: filters.map((pattern) => FilterCriteria.filter(pattern)) }),
    });
    Validations.of(consumer.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'This function is run by a stream and never asynchronously, so a dead-letter queue of its own would never be used; what it cannot work goes to the failure destination of the mapping.',
    });
    this.late = props.alarms.alarm(this, 'Late', {
      alarmDescription: `${consumer.node.path} is more than ${lateAfter.toHumanString()} behind its stream: it fails, or it is too slow.`,
      metric: consumer.function.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: lateAfter.toMilliseconds(),
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
