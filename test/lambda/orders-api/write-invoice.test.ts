import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { invoiceOf } from '../../../lambda/orders-api/invoice';
import type { Order } from '../../../lambda/orders-api/order';
import { dynamoError, FakeOrderTable } from './fake-order-table';
import { Output } from '../../support/output';
import { start } from './start';

const orders = new FakeOrderTable();
const s3 = mockClient(S3Client);
const output = new Output();
const orderId = 'a'.repeat(32);
const order: Order = {
  id: orderId,
  customer: 'c-1',
  currency: 'EUR',
  items: [
    { sku: 'CHEESE-1', quantity: 2, unitPrice: 450 },
    { sku: 'BREAD', quantity: 1, unitPrice: 5 },
  ],
  status: 'received',
  total: 905,
  createdAt: '2026-11-21T08:30:00.000Z',
};

let handler: ReturnType<typeof start>;
beforeAll(() => {
  handler = start('write-invoice');
});
beforeEach(() => {
  orders.reset();
  orders.items.set(orderId, { ...order, expiresAt: 4_000_000_000 });
  s3.reset();
  s3.on(PutObjectCommand).resolves({});
  output.listen();
});
const written = () => s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);

describe('writing an invoice', () => {
  test('puts a page below invoices/ and notes in the order where it lies', async () => {
    expect(await handler({ orderId })).toEqual({ orderId, invoiceKey: `invoices/${orderId}.html` });
    expect(written()).toEqual([
      {
        Bucket: 'the-documents',
        Key: `invoices/${orderId}.html`,
        ContentType: 'text/html; charset=utf-8',
        Body: expect.stringContaining('<th>9.05 EUR</th>'),
      },
    ]);
    expect(orders.items.get(orderId)).toMatchObject({ invoiceKey: `invoices/${orderId}.html` });
    expect(output.metrics).toMatchObject({ InvoicesWritten: 1 });
  });

  test('twice leaves what once left [serverless-idempotency]', async () => {
    await handler({ orderId });
    const after = structuredClone(orders.items);
    await handler({ orderId });
    expect(written()[1]).toEqual(written()[0]);
    expect(orders.items).toEqual(after);
  });

  test.each<[unknown, string]>([
    [{}, 'not a request for an invoice: orderId must be 32 hexadecimal digits'],
    [{ orderId: '../secret' }, 'not a request for an invoice'],
    [null, 'not a request for an invoice'],
    ['text', 'not a request for an invoice'],
    [{ orderId: 'b'.repeat(32) }, `there is no order ${'b'.repeat(32)}`],
  ])(
    'fails for %j, so that the event and this text end in the failure queue [serverless-untrusted-input, serverless-destinations]',
    async (event, message) => {
      await expect(handler(event)).rejects.toThrow(message);
      expect(written()).toHaveLength(0);
      expect(output.logs).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'no invoice written' }));
    },
  );

  test('fails when the bucket or the table do, and is right the next time', async () => {
    s3.on(PutObjectCommand).rejectsOnce(dynamoError('SlowDown', 503)).resolves({});
    await expect(handler({ orderId })).rejects.toThrow('SlowDown');
    expect(orders.items.get(orderId)).not.toHaveProperty('invoiceKey');
    orders.trouble = (command) => (command === 'update' ? dynamoError('ThrottlingException') : undefined);
    await expect(handler({ orderId })).rejects.toThrow('ThrottlingException');
    orders.trouble = () => undefined;
    expect(await handler({ orderId })).toMatchObject({ orderId });
  });

  test('of an order that is gone meanwhile does not bring it back', async () => {
    s3.on(PutObjectCommand).callsFake(() => {
      orders.items.delete(orderId);
      return {};
    });
    await expect(handler({ orderId })).rejects.toThrow('The conditional request failed');
    expect(orders.items.size).toBe(0);
  });
});

describe('the page', () => {
  test('shows what was ordered, each line and the total in whole cents', () => {
    expect(invoiceOf(order)).toContain('<tr><td>CHEESE-1</td><td>2</td><td>4.50 EUR</td><td>9.00 EUR</td></tr>');
    expect(invoiceOf(order)).toContain('<tr><td>BREAD</td><td>1</td><td>0.05 EUR</td><td>0.05 EUR</td></tr>');
  });

  test('holds what a client wrote as text, whatever it is [serverless-untrusted-input]', () => {
    const tags = (page: string) => [...page.matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) => tag);
    const plain = tags(invoiceOf({ ...order, note: 'plain' }));
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=y>', "'&<")),
        (note) => {
          expect(tags(invoiceOf({ ...order, note }))).toEqual(plain);
        },
      ),
    );
    expect(invoiceOf({ ...order, note: '<b>&"\'' })).toContain('<p>&lt;b&gt;&amp;&quot;&#39;</p>');
  });
});
