import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Refused, workBatch } from '../shared/batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment, workerEnvironment } from './environment';
import { messageOf } from './message';
import { orderEvent, type OrderEvent } from './order-event';
import { Orders } from './orders';

const given = variables({ orders: environment.orders, ...workerEnvironment });
const mostPieces = Number(given.mostPieces);
const orders = new Orders(tableClient(), given.orders);
const logger = new Logger();

/**
 * Works what happened to orders, that of each customer in turn. What it refuses lies among the dead letters after its tries, and what
 * happened to the same order later with it: nothing is worked over a gap.
 *
 * @claims messaging-queue-fifo
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, async ({ body }) => {
    const happened = eventIn(body);
    const worked = await orders.apply(happened, body);
    const { customer, order, number } = happened;
    logger.info(`worked ${worked}`, { customer, order, number });
  });
}

function eventIn(body: string): OrderEvent {
  const happened = messageOf(orderEvent, body, 'this is nothing that happens to an order');
  const pieces = happened.happened === 'cancelled' ? 0 : happened.lines.reduce((n, l) => n + l.quantity, 0);
  if (pieces > mostPieces)
    throw new Refused(`${pieces} pieces are more than the ${mostPieces} that are taken without a person`);
  return happened;
}
