import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { document } from './document';
import { logger } from './runtime';
import { summaryShelf } from './stores';
import { makeSummary, told } from './working';

const summaries = summaryShelf();

/** Stage 4, the process service: a consumer. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, ({ body }) => makeSummary(told(document, body), summaries));
}
