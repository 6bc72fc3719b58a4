import { Output } from '../../support/output';
import { read, request, type Answer } from '../../support/rest-call';
import { s3Error } from '../../support/fake-bucket';
import { FakeExchange } from './fake-exchange';
import { start } from './start';

const exchange = new FakeExchange();
const output = new Output();
const upload = 'a'.repeat(32);
const name = `k3y1d/${upload}/order.pdf`;
let handler: ReturnType<typeof start>;
beforeAll(() => {
  handler = start('files');
});
beforeEach(() => {
  exchange.reset();
  output.listen();
});
const outcome = async (
  path: Record<string, string> = { upload, fileName: 'order.pdf' },
  apiKeyId = 'k3y1d',
): Promise<Answer> => read(await handler(request('GET /uploads/{upload}/{fileName}', { path, apiKeyId })));

describe('GET /uploads/{upload}/{fileName}', () => {
  test('answers a link to what was accepted [storage-presigned-url, storage-presigned-expiry]', async () => {
    exchange.put(`accepted/${name}`, Buffer.from('%PDF-'), 'application/pdf');
    const { status, body } = await outcome();
    expect([status, body.state, body.method]).toEqual([200, 'accepted', 'GET']);
    const url = new URL(body.url);
    expect([url.pathname, url.searchParams.get('X-Amz-Expires')]).toEqual([`/accepted/${name}`, '900']);
  });

  test('tells why a file was refused, and gives no link to it', async () => {
    exchange.put(`arrivals/${name}`, Buffer.from('MZ'), 'application/pdf');
    exchange.put(
      `refused/${name}.json`,
      Buffer.from(JSON.stringify({ file: name, reason: 'no document' })),
      'application/json',
    );
    expect((await outcome()).body).toEqual({ state: 'refused', reason: 'no document' });
  });

  test('a file that was not looked at yet has no link, whoever asks', async () => {
    exchange.put(`arrivals/${name}`, Buffer.from('%PDF-'), 'application/pdf');
    expect(await outcome()).toMatchObject({
      status: 404,
      body: { detail: 'You have uploaded no such file, or it was not looked at yet.' },
    });
  });

  test.each([
    [{ upload, fileName: 'order.pdf' }, 'another'],
    [{ upload: 'b'.repeat(32), fileName: 'order.pdf' }, 'k3y1d'],
    [{ upload, fileName: '../order.pdf' }, 'k3y1d'],
    [{ upload: '..', fileName: 'order.pdf' }, 'k3y1d'],
  ])('nobody gets at files of others: %j for %s', async (path, apiKeyId) => {
    exchange.put(`accepted/${name}`, Buffer.from('%PDF-'), 'application/pdf');
    expect((await outcome(path, apiKeyId)).status).toBe(404);
  });

  test('what goes wrong behind it is told to the log, not to the caller', async () => {
    exchange.before = () => {
      throw s3Error('AccessDenied', 403);
    };
    const { status, body } = await outcome();
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/AccessDenied|the-exchange/);
    expect(output.logs).toMatchObject([{ level: 'ERROR', status: 500 }]);
  });
});
