import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Deadline } from './deadline';

/** Input that no retry will mend. Its message says why; it is what a person finds in the log beside the dead letter. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/**
 * Works a batch of queue messages and names those that failed, so that only they come back; never throws for a message.
 *
 * Messages of a standard queue are worked side by side. Those of a FIFO queue are worked in turn, and after a failure the
 * rest of its message group is handed back unworked, so that order holds.
 *
 * A message that takes too long fails alone, shortly before Lambda would end the run: the others of its batch are done and
 * do not come back with it. Hand the signal to whatever can be told to stop.
 *
 * Why a message failed is logged with its id and how often it was received; after the queue's `maxReceiveCount` it lies in
 * the dead-letter queue.
 *
 * @claims serverless-partial-batch
 */
export async function workBatch(
  event: SQSEvent,
  context: Context,
  logger: Logger,
  work: (record: SQSRecord, signal: AbortSignal) => Promise<unknown>,
): Promise<SQSBatchResponse> {
  const deadline = new Deadline(context);
  const logged = async (record: SQSRecord): Promise<unknown> => {
    try {
      return await deadline.within((signal) => work(record, signal));
    } catch (error) {
      logger.error(error instanceof Refused ? 'message refused' : 'message failed', {
        messageId: record.messageId,
        receiveCount: Number(record.attributes.ApproximateReceiveCount),
        reason: (error as Error).message,
        error: error as Error,
      });
      throw error;
    }
  };
  const fifo = event.Records[0]?.eventSourceARN.endsWith('.fifo') ?? false;
  const options = { context, throwOnFullBatchFailure: false };
  try {
    return fifo
      ? await processPartialResponse(event, logged, new SqsFifoPartialProcessorAsync(), {
          ...options,
          skipGroupOnError: true,
        })
      : await processPartialResponse(event, logged, new BatchProcessor(EventType.SQS), options);
  } finally {
    deadline.met();
  }
}
