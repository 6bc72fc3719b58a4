import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { parsed, restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { newAttachment } from './attachment';
import { environment } from './environment';
import { Links } from '../shared/links';
import { tableClient } from '../shared/table-client';
import { orderId } from './order';
import { OrderTable } from './order-table';
import { restOptions } from './runtime';

const { ordersTable, documentBucket, linkSeconds } = variables({
  ordersTable: environment.ordersTable,
  documentBucket: environment.documentBucket,
  linkSeconds: environment.linkSeconds,
});
const orders = new OrderTable(tableClient(), ordersTable);
// The client of a link sends its own bytes, so no checksum of an empty body may be signed.
const s3 = new S3Client({ ...patience, requestChecksumCalculation: 'WHEN_REQUIRED' });
const links = new Links(s3, documentBucket, Number(linkSeconds));

/** Attachments of an order: the bytes go to the bucket directly, by a link that is good for one upload of one file. */
export const handler = restHandler(
  {
    'POST /orders/{orderId}/attachments': async ({ path, json }) => {
      const { fileName, contentType, bytes, expiresIn } = parsed(newAttachment, json(), 'body');
      const id = z.safeParse(orderId, path.orderId);
      const order = id.success ? await orders.get(id.data, true) : undefined;
      if (!order) throw new Problem(404, { detail: 'There is no such order.' });
      const upload = { key: `attachments/${order.id}/${fileName}`, contentType, bytes };
      return { status: 201, body: await links.toUpload(upload, expiresIn) };
    },
  },
  restOptions,
);
