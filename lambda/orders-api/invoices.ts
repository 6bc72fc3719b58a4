import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { handOver } from '../shared/hand-over';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { environment } from './environment';
import type { InvoiceRequest } from './invoice';
import { Links } from '../shared/links';
import { tableClient } from '../shared/table-client';
import { orderId } from './order';
import { OrderTable, type StoredOrder } from './order-table';
import { metrics, restOptions } from './runtime';

const { ordersTable, documentBucket, linkSeconds, invoiceWriter } = variables({
  ordersTable: environment.ordersTable,
  documentBucket: environment.documentBucket,
  linkSeconds: environment.linkSeconds,
  invoiceWriter: environment.invoiceWriter,
});
const orders = new OrderTable(tableClient(), ordersTable);
const links = new Links(new S3Client(patience), documentBucket, Number(linkSeconds));
const lambda = new LambdaClient(patience);

/** Invoices: asked for, and written by another function while nobody waits; then fetched by a link. */
export const handler = restHandler(
  {
    'POST /orders/{orderId}/invoice': async ({ path }) => {
      const { id } = await orderAt(path);
      const request: InvoiceRequest = { orderId: id };
      await handOver(lambda, invoiceWriter, request);
      metrics.addMetric('InvoicesAskedFor', MetricUnit.Count, 1);
      return {
        status: 202,
        headers: { Location: `/orders/${id}/invoice`, 'Retry-After': '2' },
        body: { orderId: id, invoice: 'being written' },
      };
    },

    'GET /orders/{orderId}/invoice': async ({ path }) => {
      const { invoiceKey } = await orderAt(path);
      if (invoiceKey === undefined) {
        throw new Problem(404, { detail: 'This order has no invoice yet; ask for one with POST, or wait a moment.' });
      }
      return { status: 200, body: await links.toDownload(invoiceKey) };
    },
  },
  restOptions,
);

async function orderAt(path: Readonly<Record<string, string>>): Promise<StoredOrder> {
  const id = orderId.safeParse(path.orderId);
  const order = id.success ? await orders.get(id.data, true) : undefined;
  if (!order) throw new Problem(404, { detail: 'There is no such order.' });
  return order;
}
