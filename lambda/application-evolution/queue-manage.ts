import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { Catalogue } from './catalogue';
import { environment } from './environment';
import { logger } from './runtime';
import { tellQueue } from './taking';
import { manageUpload } from './working';

const { table, nextQueue } = variables({ table: environment.catalogueTable, nextQueue: environment.nextQueue });
const management = {
  catalogue: new Catalogue(tableClient(), table),
  tell: tellQueue(new SQSClient(patience), nextQueue, (document) => document),
};

/** Stage 4, the service that manages: a consumer of uploads, which it writes down, and a producer of work. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, ({ body }) => manageUpload(body, management));
}
