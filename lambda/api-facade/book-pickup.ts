import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { pickupEnvironment } from './environment';
import { book, pickupIn } from './pickup';

const { pickupTable } = variables(pickupEnvironment);
const logger = new Logger();
const client = tableClient();

/** Books the pickups that API Gateway has put into the queue. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, ({ messageId, body }) =>
    book(client, pickupTable, messageId, pickupIn(body)),
  );
}
