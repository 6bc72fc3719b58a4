import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoError, FakeOrderTable } from './fake-order-table';
import { Output } from '../../support/output';
import { read, request, type Answer } from '../../support/rest-call';
import { environmentOf, secrets, start } from './start';

const orders = new FakeOrderTable();
const lambda = mockClient(LambdaClient);
const s3 = mockClient(S3Client);
const output = new Output();
const orderId = 'a'.repeat(32);
const order = { id: orderId, expiresAt: 4_000_000_000 };

let handler: ReturnType<typeof start>;
beforeAll(() => {
  handler = start('invoices');
});
beforeEach(() => {
  orders.reset();
  orders.items.set(orderId, { ...order });
  s3.reset();
  lambda.reset();
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  output.listen();
});

const ask = async (id = orderId): Promise<Answer> =>
  read(await handler(request('POST /orders/{orderId}/invoice', { path: { orderId: id } })));
const fetched = async (id = orderId): Promise<Answer> =>
  read(await handler(request('GET /orders/{orderId}/invoice', { path: { orderId: id } })));

describe('POST /orders/{orderId}/invoice', () => {
  test('hands the work over as an event, waits for nothing, and says where the invoice will be [serverless-async-invoke, serverless-no-direct-chaining]', async () => {
    expect(await ask()).toMatchObject({
      status: 202,
      headers: { Location: `/orders/${orderId}/invoice`, 'Retry-After': '2' },
      body: { orderId, invoice: 'being written' },
    });
    const calls = lambda.commandCalls(InvokeCommand);
    expect(calls).toHaveLength(1);
    const { FunctionName, InvocationType, Payload } = calls[0].args[0].input;
    expect([FunctionName, InvocationType]).toEqual([environmentOf.INVOICE_WRITER, 'Event']);
    expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString())).toEqual({ orderId });
    expect(output.metrics).toMatchObject({ InvoicesAskedFor: 1 });
  });

  test('of an order that is not there hands nothing over', async () => {
    expect((await ask('b'.repeat(32))).status).toBe(404);
    expect((await ask('nonsense')).status).toBe(404);
    expect(lambda.calls()).toHaveLength(0);
  });

  test.each([
    ['turns the event away for now', () => dynamoError('TooManyRequestsException', 429), 503],
    ['is in trouble', () => dynamoError('ServiceException', 500), 503],
    ['refuses the event', () => dynamoError('AccessDeniedException', 403), 500],
  ])('is no 202 when Lambda %s [serverless-async-invoke]', async (_, error, status) => {
    lambda.on(InvokeCommand).rejects(error());
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer)).not.toMatch(secrets);
  });

  test.each([200, 204, undefined])(
    'is no 202 when Lambda answers %s instead [serverless-async-invoke]',
    async (StatusCode) => {
      lambda.on(InvokeCommand).resolves({ StatusCode });
      expect((await ask()).status).toBe(500);
    },
  );
});

describe('GET /orders/{orderId}/invoice', () => {
  test('is not found until it is written', async () => {
    expect(await fetched()).toMatchObject({
      status: 404,
      body: { detail: 'This order has no invoice yet; ask for one with POST, or wait a moment.' },
    });
  });

  test('is a link to get it, for fifteen minutes at most, with no word to S3 [storage-presigned-url, storage-presigned-expiry]', async () => {
    orders.items.set(orderId, { ...order, invoiceKey: `invoices/${orderId}.html` });
    const { status, body: link } = await fetched();
    const url = new URL(link.url);
    expect([status, link.method, url.pathname, url.searchParams.get('X-Amz-Expires')]).toEqual([
      200,
      'GET',
      `/invoices/${orderId}.html`,
      '900',
    ]);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(0);
    expect(s3.commandCalls(HeadObjectCommand)).toHaveLength(0);
  });

  test('of an order that is not there is not found', async () => {
    expect((await fetched('b'.repeat(32))).status).toBe(404);
  });
});

test('the function does not start without its variables', () => {
  expect(() => start('invoices', { INVOICE_WRITER: undefined, LINK_SECONDS: undefined })).toThrow(
    'environment variables missing: LINK_SECONDS, INVOICE_WRITER',
  );
});
