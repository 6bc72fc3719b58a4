import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod/mini';
import { once } from '../shared/idempotency';
import { Problem } from '../shared/problem';
import { parsed, restHandler } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { createOrder, keyReused, type OrderRequest } from './create-order';
import { environment } from './environment';
import { idempotencyKey, newOrder, orderId } from './order';
import { orderIn, OrderTable } from './order-table';
import { pageOf, pageToken } from './paging';
import { metrics, restOptions } from './runtime';

const { ordersTable, customerIndex, orderDays } = variables({
  ordersTable: environment.ordersTable,
  customerIndex: environment.customerIndex,
  orderDays: environment.orderDays,
});
const client = tableClient();
const orders = new OrderTable(client, ordersTable);
const create = once((request: OrderRequest) => createOrder(orders, request, Number(orderDays)), {
  client,
  name: 'orders-api-create',
  key: '[client, key]',
  same: 'request',
});

const createHeaders = z.object({ 'idempotency-key': idempotencyKey });
/** As orders have theirs, so that texts compare as times do. */
const time = z.pipe(
  z.iso.datetime(),
  z.transform((text: string) => new Date(text).toISOString()),
);
const flag = z.optional(z.enum(['true', 'false']));
const getQuery = z.strictObject({ consistent: flag });
const listQuery = z.strictObject({
  customer: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  from: z.optional(time),
  to: z.optional(time),
  limit: z._default(z.string().check(z.regex(/^([1-9]\d?|100)$/)), '20'),
  next: z.optional(z.string().check(z.maxLength(512))),
  consistent: flag,
});

/** Orders: taken, shown, listed by customer. */
export const handler = restHandler(
  {
    'POST /orders': async ({ headers, json, client: caller }, context) => {
      const { 'idempotency-key': key } = parsed(createHeaders, headers, 'header');
      const request = parsed(newOrder, json(), 'body');
      create.starting(context);
      const order = await create({ client: caller, key, request }).catch(refusedAs);
      metrics.addMetric('OrdersTaken', MetricUnit.Count, 1);
      return { status: 201, headers: { Location: `/orders/${order.id}` }, body: order };
    },

    'GET /orders/{orderId}': async ({ path, query }) => {
      const { consistent } = parsed(getQuery, query, 'query');
      const id = orderId.safeParse(path.orderId);
      const order = id.success ? await orders.get(id.data, consistent === 'true') : undefined;
      if (!order) throw new Problem(404, { detail: 'There is no such order.' });
      return { status: 200, body: orderIn(order) };
    },

    'GET /orders': async ({ query }) => {
      const { customer, from, to, limit, next, consistent } = parsed(listQuery, query, 'query');
      if (consistent === 'true') {
        throw new Problem(400, {
          detail:
            'Lists come from an index, which follows the table after a moment; ask for one order by its id instead.',
          faults: [{ where: 'query.consistent', what: 'not possible for a list' }],
        });
      }
      const start = next === undefined ? undefined : pageOf(next, customer);
      const page = await orders.ofCustomer(customerIndex, { customer, from, to, limit: Number(limit), start });
      metrics.addMetric('ListReadUnits', MetricUnit.Count, page.readUnits);
      return { status: 200, body: { orders: page.orders, ...(page.next && { next: pageToken(page.next) }) } };
    },
  },
  restOptions,
);

/** What a caller is told when a request is not done for the first time. */
function refusedAs(error: unknown): never {
  const { name } = error as Error;
  if (name === 'IdempotencyAlreadyInProgressError') {
    throw new Problem(409, { detail: 'This request is being worked; ask again in a moment.', retryAfter: 1 });
  }
  if (name === 'IdempotencyValidationError') throw keyReused();
  throw error;
}
