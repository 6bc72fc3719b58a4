import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { workStream, type StreamBatchResponse } from '../shared/stream-batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { clickIn } from './click';
import { environment } from './environment';
import { MinuteCounts } from './minute-counts';

const { minutesTable } = variables({ minutesTable: environment.minutesTable });
const dynamodb = tableClient();
const logger = new Logger();

/**
 * Counts clicks by page and minute, about once a minute. What stands before a bad record is counted; the record itself is tried
 * again, and then given up.
 *
 * @claims serverless-stream-processing, messaging-stream-consumers
 */
export async function handler(event: KinesisStreamEvent, context: Context): Promise<StreamBatchResponse> {
  logger.addContext(context);
  const counts = new MinuteCounts();
  const answer = await workStream(event, context, logger, ({ kinesis }) =>
    Promise.resolve().then(() => counts.add(clickIn(kinesis.data))),
  );
  // If this fails, so does the run, and all of the batch comes again, which changes nothing about what was written.
  await counts.writeTo(dynamodb, minutesTable);
  logger.info('counted', { ...counts.figures, failed: answer.batchItemFailures.length });
  return answer;
}
