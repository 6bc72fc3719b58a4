import { answers, orderOf, type NewOrder, type Order } from './order';
import { orderIn, type OrderTable } from './order-table';
import { Problem } from '../shared/problem';

/** One request for an order, as it is remembered: who asked, what the client called the request, and what is ordered. */
export interface OrderRequest {
  readonly client: string;
  readonly key: string;
  readonly request: NewOrder;
}

/**
 * Takes an order. Asked again with the same words it answers the order that is there; with other words under the same key it
 * refuses, as one of the two would be lost.
 */
export async function createOrder(
  orders: OrderTable,
  { client, key, request }: OrderRequest,
  keptForDays: number,
  now = new Date(),
): Promise<Order> {
  const order = orderOf(request, { client, key }, now);
  const there = await orders.create(order, keptForDays);
  if (!there) return order;
  if (!answers(there, request)) throw keyReused();
  return orderIn(there);
}

export const keyReused = (): Problem =>
  new Problem(422, {
    detail: 'This Idempotency-Key came with another order before; send a new order under a new key.',
    faults: [{ where: 'header.Idempotency-Key', what: 'used before for another body' }],
  });
