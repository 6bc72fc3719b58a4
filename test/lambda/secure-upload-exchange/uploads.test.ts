import { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { Output } from '../../support/output';
import { read, request, type Answer } from '../../support/rest-call';
import { start } from './start';

const now = new Date('2026-11-21T08:30:00.000Z');
const file = { fileName: 'order.pdf', contentType: 'application/pdf', bytes: 2048 };
const output = new Output();
/** Whatever asked S3 for something; nothing must. */
const asked = jest.spyOn(S3Client.prototype, 'send');
let handler: ReturnType<typeof start>;
beforeAll(() => {
  handler = start('uploads');
});
beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  output.listen();
});
afterEach(() => jest.useRealTimers());

const upload = async (
  body: unknown,
  more: { apiKeyId?: string; headers?: Record<string, string> } = {},
  by = handler,
): Promise<Answer> => read(await by(request('POST /uploads', { body, ...more })));

describe('POST /uploads', () => {
  test('answers a link that fixes folder, name, type, size, once and until when, with no word to S3 [storage-presigned-url]', async () => {
    const { status, headers, body: link } = await upload(file);
    expect([status, headers['Cache-Control']]).toEqual([201, 'no-store']);
    const url = new URL(link.url);
    expect(link.file).toMatch(/^\/uploads\/[0-9a-f]{32}\/order\.pdf$/);
    expect([link.method, url.protocol, url.hostname, url.pathname]).toEqual([
      'PUT',
      'https:',
      'the-exchange.s3.eu-west-1.amazonaws.com',
      link.file.replace('/uploads/', '/arrivals/k3y1d/'),
    ]);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;if-none-match');
    expect(link.headers).toEqual({ 'content-type': 'application/pdf', 'content-length': '2048', 'if-none-match': '*' });
    expect(link.expiresAt).toBe('2026-11-21T08:45:00.000Z');
    expect(asked).not.toHaveBeenCalled();
  });

  test('each link is for an upload of its own, so that nobody guesses or overwrites another [storage-presigned-url]', async () => {
    const files = await Promise.all(Array.from({ length: 50 }, async () => (await upload(file)).body.file));
    expect(new Set(files).size).toBe(50);
  });

  test.each([
    [undefined, 900],
    [900, 900],
    [5, 5],
  ])(
    'the link is good for %s seconds where %d are asked for at most [storage-presigned-expiry]',
    async (expiresIn, seconds) => {
      const { url } = (await upload({ ...file, expiresIn })).body;
      expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe(String(seconds));
      const shorter = (await upload({ ...file, expiresIn }, {}, start('uploads', { LINK_SECONDS: '60' }))).body;
      expect(new URL(shorter.url).searchParams.get('X-Amz-Expires')).toBe(String(Math.min(seconds, 60)));
    },
  );

  test('leads to the nearest edge where the bucket takes uploads there [storage-transfer-acceleration]', async () => {
    const { url } = (await upload(file, {}, start('uploads', { ACCELERATED: 'true' }))).body;
    expect(new URL(url).hostname).toBe('the-exchange.s3-accelerate.amazonaws.com');
  });

  test.each<[string, unknown, string]>([
    ['a program', { ...file, contentType: 'application/x-msdownload' }, 'body.contentType'],
    ['a page', { ...file, contentType: 'text/html' }, 'body.contentType'],
    ['nothing in it', { ...file, bytes: 0 }, 'body.bytes'],
    ['a byte too much', { ...file, bytes: 25 * 1024 * 1024 + 1 }, 'body.bytes'],
    ['half a byte', { ...file, bytes: 1.5 }, 'body.bytes'],
    ['a folder in its name', { ...file, fileName: '../accepted/x.pdf' }, 'body.fileName'],
    ['a hidden name', { ...file, fileName: '.htaccess' }, 'body.fileName'],
    ['no end to its name', { ...file, fileName: 'order' }, 'body.fileName'],
    ['a week', { ...file, expiresIn: 604_800 }, 'body.expiresIn'],
    ['no time', { ...file, expiresIn: 0 }, 'body.expiresIn'],
    ['a key', { ...file, key: 'accepted/x.pdf' }, 'body'],
    ['no size', { fileName: 'a.pdf', contentType: 'application/pdf' }, 'body.bytes'],
  ])('a file with %s gets none [serverless-untrusted-input]', async (_, body, where) => {
    expect(await upload(body)).toMatchObject({ status: 400, body: { faults: [expect.objectContaining({ where })] } });
  });

  test('whatever the name, the link leads below the folder of the key that asked [storage-presigned-url]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{1,20}\.[a-z]{1,4}$/)), async (fileName) => {
        const { status, body: link } = await upload({ ...file, fileName }, { apiKeyId: 'partner7' });
        if (status !== 201) return expect(status).toBe(400);
        expect(new URL(link.url).pathname).toMatch(/^\/arrivals\/partner7\/[0-9a-f]{32}\/[A-Za-z0-9][\w-]*\.\w+$/);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['', '..', 'a/b', 'x'.repeat(65)])('a caller known as "%s" gets none', async (apiKeyId) => {
    expect((await upload(file, { apiKeyId })).status).toBe(403);
  });

  test('tells the page of the one origin that it may read the answer, and no other [storage-cors-two-origins]', async () => {
    const told = async (Origin: string, body: unknown = file) =>
      (await upload(body, { headers: { Origin } })).headers['Access-Control-Allow-Origin'];
    expect(await told('https://exchange.example.com')).toBe('https://exchange.example.com');
    expect(await told('https://exchange.example.com', {})).toBe('https://exchange.example.com');
    expect(await told('https://evil.example')).toBeUndefined();
  });
});
