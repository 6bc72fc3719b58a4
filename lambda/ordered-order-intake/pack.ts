import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from '../shared/batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { packingEnvironment } from './environment';
import { messageOf } from './message';
import { Parcels, standingChange } from './parcels';

const parcels = new Parcels(tableClient(), variables(packingEnvironment).parcels);
const logger = new Logger();

/** Has parcels packed, packed anew and put back, as orders come to stand: those of each customer in turn. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, async ({ body }) => {
    const change = messageOf(standingChange, body, 'this does not say how an order stands');
    const { customer, order, number, status } = change;
    logger.info(`taken ${await parcels.take(change)}`, { customer, order, number, status });
  });
}
