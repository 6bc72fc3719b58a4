import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { invoiceKeyOf, invoiceOf, invoiceRequest } from './invoice';
import { OrderTable } from './order-table';
import { logger, metrics } from './runtime';

const { ordersTable, documentBucket } = variables({
  ordersTable: environment.ordersTable,
  documentBucket: environment.documentBucket,
});
const orders = new OrderTable(tableClient(), ordersTable);
const s3 = new S3Client(patience);

export interface InvoiceWritten {
  readonly orderId: string;
  readonly invoiceKey: string;
}

/**
 * Writes the invoice of an order, and notes in the order where it lies. A second run writes the same page to the same place.
 *
 * An event it cannot work makes it throw: Lambda tries again, and in the end the event lies in the failure queue with the
 * text of the error.
 */
export async function handler(event: unknown, context: Context): Promise<InvoiceWritten> {
  logger.addContext(context);
  metrics.captureColdStartMetric();
  try {
    const request = invoiceRequest.safeParse(event);
    if (!request.success) throw new Error('not a request for an invoice: orderId must be 32 hexadecimal digits');
    const { orderId } = request.data;
    const order = await orders.get(orderId, true);
    if (!order) throw new Error(`there is no order ${orderId}`);

    const invoiceKey = invoiceKeyOf(orderId);
    await s3.send(
      new PutObjectCommand({
        Bucket: documentBucket,
        Key: invoiceKey,
        Body: invoiceOf(order),
        ContentType: 'text/html; charset=utf-8',
      }),
    );
    await orders.setInvoice(orderId, invoiceKey);
    metrics.addMetric('InvoicesWritten', MetricUnit.Count, 1);
    return { orderId, invoiceKey };
  } catch (error) {
    logger.error('no invoice written', error as Error);
    throw error;
  } finally {
    metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}
