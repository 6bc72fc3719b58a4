import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** What is ordered, as a client sends it. The API's model says the same (`lib/architectures/orders-api/models.ts`). */
export const newOrder = z.strictObject({
  customer: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  currency: z.enum(['EUR', 'GBP', 'USD']),
  items: z
    .array(
      z.strictObject({
        sku: z.string().check(z.regex(/^[A-Za-z0-9._-]{1,40}$/)),
        quantity: z.int().check(z.gte(1), z.lte(1000)),
        unitPrice: z.int().check(z.gte(0), z.lte(10_000_000)),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
  note: z.optional(z.string().check(z.maxLength(500))),
});

export type NewOrder = z.output<typeof newOrder>;

/** An order, as it is kept and answered. Amounts are in the smallest unit of the currency. */
export interface Order extends NewOrder {
  readonly id: string;
  readonly status: 'received';
  readonly total: number;
  /** When it was taken, ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** What the list of a customer's orders holds of each. */
export type OrderSummary = Pick<Order, 'id' | 'customer' | 'createdAt' | 'status' | 'total' | 'currency'>;

/** The form of an order's id. */
export const orderId = z.string().check(z.regex(/^[0-9a-f]{32}$/));

/** What a client calls one request, so that sending it again is no second order. */
export const idempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]{8,128}$/));

/**
 * The order of a request. Its id follows from who asked and what the client called the request, so that even a run that died
 * after writing, and is repeated when nobody remembers it, comes to the same order.
 */
export function orderOf(request: NewOrder, { client, key }: { client: string; key: string }, now: Date): Order {
  return {
    id: createHash('sha256')
      .update(JSON.stringify([client, key]))
      .digest('hex')
      .slice(0, 32),
    ...request,
    status: 'received',
    total: request.items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    createdAt: now.toISOString(),
  };
}

/** Whether an order is what a request asks for. */
export const answers = ({ customer, currency, items, note }: Order, request: NewOrder): boolean =>
  canonical({ customer, currency, items, note }) === canonical(request);

const canonical = ({ customer, currency, items, note }: NewOrder): string =>
  JSON.stringify([customer, currency, items.map(({ sku, quantity, unitPrice }) => [sku, quantity, unitPrice]), note]);
