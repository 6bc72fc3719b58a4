import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const hour = 3_600_000;
let wire: Wire;
let pages: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  pages = new FunctionPool(
    {
      name: 'museum-pages',
      arn: `arn:aws:lambda:${region}:${account}:function:museum-pages`,
      bundle: new HandlerBundle(resolve('lambda', 'offloaded-media-site', 'pages.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: {
        SITE_ORIGIN: 'https://d111.cloudfront.net',
        ARCHIVE_ORIGIN: 'https://d222.cloudfront.net',
        STYLE_PATH: '/assets/site.css',
      },
    },
    wire,
  );
});
afterAll(async () => {
  pages.stop();
  await wire.stop();
});

const ask = async (resource: string, pathParameters: object | null = null, clock = 0) => {
  const { result } = (await pages.invoke(
    {
      resource,
      httpMethod: 'GET',
      pathParameters,
      queryStringParameters: null,
      headers: {},
      body: null,
      isBase64Encoded: false,
      requestContext: { requestId: 'r1' },
    },
    clock,
  )) as { result: { statusCode: number; body: string } };
  return result;
};

test('pages are made without a single call, so that nothing of AWS can keep them from being made', async () => {
  const first = await ask('/works/{work}', { work: 'ferry' });
  expect(first.statusCode).toBe(200);
  expect(first.body).toContain('https://d111.cloudfront.net/media/ferry.jpg');
  expect(await ask('/works/{work}', { work: 'ferry' }, 9 * hour)).toEqual(first);
  expect((await ask('/works/{work}', { work: 'none' })).statusCode).toBe(404);
  expect((await ask('/health')).body).toBe('{"pages":"up"}');
  expect(wire.seen).toEqual([]);
});

test('a request that is none gets a problem and not the end of the function', async () => {
  const { result } = (await pages.invoke({ resource: 5 })) as { result: { statusCode: number } };
  expect(result.statusCode).toBe(400);
  expect((await ask('/')).statusCode).toBe(200);
});
