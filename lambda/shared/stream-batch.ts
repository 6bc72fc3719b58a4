import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, DynamoDBRecord, KinesisStreamRecord } from 'aws-lambda';
import { Refused } from './batch';
import { Deadline } from './deadline';

export interface StreamBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Works a batch of a stream in order, and stops at the first record that fails: Lambda then tries again from there, and in the
 * end gives that one record up. What stands before it is done and does not come back; what stands behind it was not touched, so
 * that nothing overtakes.
 *
 * A record that takes too long fails shortly before Lambda would end the run, which would bring back those that are done too.
 * Hand the signal to whatever can be told to stop.
 *
 * @claims serverless-partial-batch
 */
export async function workStream<Item extends DynamoDBRecord | KinesisStreamRecord>(
  event: { readonly Records: readonly Item[] },
  context: Context,
  logger: Logger,
  work: (record: Item, signal: AbortSignal) => Promise<unknown>,
): Promise<StreamBatchResponse> {
  const deadline = new Deadline(context);
  try {
    for (const record of event.Records) {
      try {
        await deadline.within((signal) => work(record, signal));
      } catch (error) {
        const itemIdentifier = sequenceOf(record);
        logger.error(error instanceof Refused ? 'record refused' : 'record failed', {
          eventId: record.eventID,
          sequenceNumber: itemIdentifier,
          reason: (error as Error).message,
          error: error as Error,
        });
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  } finally {
    deadline.met();
  }
}

/** An answer that names no record Lambda knows would count as one that names them all: here that is what is wanted. */
const sequenceOf = (record: DynamoDBRecord | KinesisStreamRecord): string =>
  ('kinesis' in record ? record.kinesis.sequenceNumber : record.dynamodb?.SequenceNumber) ?? '';
