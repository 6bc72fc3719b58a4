import { S3Client } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { dynamoError, FakeOrderTable } from './fake-order-table';
import { Output } from '../../support/output';
import { read, request, type Answer } from '../../support/rest-call';
import { secrets, start } from './start';

const orders = new FakeOrderTable();
const output = new Output();
const now = new Date('2026-11-21T08:30:00.000Z');
const orderId = 'a'.repeat(32);
const file = { fileName: 'receipt.pdf', contentType: 'application/pdf', bytes: 2048 };

let handler: ReturnType<typeof start>;
/** Whatever asked S3 for something; nothing must. */
const asked = jest.spyOn(S3Client.prototype, 'send');
beforeAll(() => {
  handler = start('attachments');
});
beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  orders.reset();
  orders.items.set(orderId, { id: orderId, expiresAt: now.getTime() / 1000 + 1000 });
  output.listen();
});
afterEach(() => jest.useRealTimers());

const attach = async (body: unknown, id = orderId, by = handler): Promise<Answer> =>
  read(await by(request('POST /orders/{orderId}/attachments', { path: { orderId: id }, body })));

describe('POST /orders/{orderId}/attachments', () => {
  test('answers a link to put this one file below this order, signed for its type, its size and once, with no word to S3 [storage-presigned-url]', async () => {
    const { status, headers, body: link } = await attach(file);
    expect([status, headers['Cache-Control']]).toEqual([201, 'no-store']);
    const url = new URL(link.url);
    expect([link.method, url.protocol, url.hostname, url.pathname]).toEqual([
      'PUT',
      'https:',
      'the-documents.s3.eu-west-1.amazonaws.com',
      `/attachments/${orderId}/receipt.pdf`,
    ]);
    expect(url.searchParams.get('x-id')).toBe('PutObject');
    expect(url.searchParams.get('X-Amz-Algorithm')).toBe('AWS4-HMAC-SHA256');
    expect(url.searchParams.get('X-Amz-Credential')).toBe('AKIDEXAMPLE/20261121/eu-west-1/s3/aws4_request');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;if-none-match');
    expect(link.headers).toEqual({ 'content-type': 'application/pdf', 'content-length': '2048', 'if-none-match': '*' });
    expect([...url.searchParams.keys()].join()).not.toMatch(/checksum/i);
    expect(asked).not.toHaveBeenCalled();
  });

  test('another type, size, name or time makes another signature, so that none can be changed afterwards [storage-presigned-url]', async () => {
    const signature = async (more: object) =>
      new URL((await attach({ ...file, ...more })).body.url).searchParams.get('X-Amz-Signature');
    const signatures = [
      await signature({}),
      await signature({ contentType: 'image/png' }),
      await signature({ bytes: 2049 }),
      await signature({ fileName: 'receipt2.pdf' }),
      await signature({ expiresIn: 60 }),
    ];
    expect(new Set(signatures).size).toBe(5);
    expect(await signature({})).toBe(signatures[0]);
  });

  test.each([
    [undefined, '900', '2026-11-21T08:45:00.000Z'],
    [900, '900', '2026-11-21T08:45:00.000Z'],
    [60, '60', '2026-11-21T08:31:00.000Z'],
  ])(
    'the link is good for fifteen minutes, or less when asked: %s [storage-presigned-expiry]',
    async (expiresIn, seconds, expiresAt) => {
      const { body: link } = await attach({ ...file, expiresIn });
      expect([new URL(link.url).searchParams.get('X-Amz-Expires'), link.expiresAt]).toEqual([seconds, expiresAt]);
    },
  );

  test('a function that is told to make shorter ones does [storage-presigned-expiry]', async () => {
    const { body: link } = await attach(
      { ...file, expiresIn: 600 },
      orderId,
      start('attachments', { LINK_SECONDS: '120' }),
    );
    expect(new URL(link.url).searchParams.get('X-Amz-Expires')).toBe('120');
  });

  test.each<[string, unknown, string]>([
    ['a folder in its name', { ...file, fileName: 'a/b.pdf' }, 'body.fileName'],
    ['a way up in its name', { ...file, fileName: '../b.pdf' }, 'body.fileName'],
    ['no ending', { ...file, fileName: 'receipt' }, 'body.fileName'],
    ['a page as its type', { ...file, contentType: 'text/html' }, 'body.contentType'],
    ['nothing in it', { ...file, bytes: 0 }, 'body.bytes'],
    ['more than 10 MiB', { ...file, bytes: 10 * 1024 * 1024 + 1 }, 'body.bytes'],
    ['more than fifteen minutes', { ...file, expiresIn: 901 }, 'body.expiresIn'],
    ['a bucket of its own', { ...file, bucket: 'mine' }, 'body'],
  ])('a file with %s is refused [serverless-untrusted-input]', async (_, wrong, where) => {
    const answer = await attach(wrong);
    expect(answer).toMatchObject({ status: 400, body: { faults: [expect.objectContaining({ where })] } });
    expect(orders.client.calls()).toHaveLength(0);
  });

  test('an order that is not there, or has expired, gets none', async () => {
    expect((await attach(file, 'b'.repeat(32))).status).toBe(404);
    expect((await attach(file, 'nonsense')).status).toBe(404);
    orders.items.set(orderId, { id: orderId, expiresAt: now.getTime() / 1000 });
    expect((await attach(file)).status).toBe(404);
  });

  test('an order that was just taken is seen [data-ddb-consistency]', async () => {
    await attach(file);
    expect(orders.client.commandCalls(GetCommand)[0].args[0].input.ConsistentRead).toBe(true);
  });

  test('while the table is busy callers are told to come back', async () => {
    orders.trouble = () => dynamoError('ThrottlingException');
    const answer = await attach(file);
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(JSON.stringify(answer)).not.toMatch(secrets);
  });

  test('whatever the name, the key of an upload stays below its order [storage-presigned-url]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{1,20}\.[a-z]{1,4}$/)), async (fileName) => {
        const { status, body: link } = await attach({ ...file, fileName });
        if (status !== 201) return expect(status).toBe(400);
        expect(new URL(link.url).pathname).toBe(`/attachments/${orderId}/${fileName}`);
      }),
      { numRuns: 60 },
    );
  });
});
