import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { workStream, type StreamBatchResponse } from '../shared/stream-batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { changeOf } from './change';
import { Counts } from './counts';
import { environment } from './environment';
import { logger } from './runtime';

const { table } = variables({ table: environment.countsTable });
const counts = new Counts(tableClient(), table);

/**
 * Keeps count of each owner's tasks from the changes of the table.
 *
 * @claims serverless-table-trigger
 */
export function handler(event: DynamoDBStreamEvent, context: Context): Promise<StreamBatchResponse> {
  logger.addContext(context);
  return workStream(event, context, logger, (record) => counts.take(changeOf(record)));
}
