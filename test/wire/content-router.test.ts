import { resolve } from 'node:path';
import { environment } from '../../lambda/content-router/environment';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const hour = 3_600_000;
let wire: Wire;
let orders: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  orders = new FunctionPool(
    {
      name: 'serve-orders',
      arn: `arn:aws:lambda:${region}:${account}:function:serve-orders`,
      bundle: new HandlerBundle(resolve('lambda', 'content-router', 'serve.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { [environment.service]: 'orders', [environment.release]: '2' },
    },
    wire,
  );
});
afterAll(async () => {
  orders.stop();
  await wire.stop();
});

const asked = (path: string, forwarded: readonly string[], clock = 0) =>
  orders.invoke(
    {
      requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/orders/1' } },
      httpMethod: 'GET',
      path,
      multiValueQueryStringParameters: {},
      multiValueHeaders: { 'x-forwarded-for': forwarded },
      body: '',
      isBase64Encoded: false,
    },
    clock,
  ) as Promise<{ result: { statusCode: number; body: string } }>;

test('tells which service answers and who asked, whatever the clock, and calls nobody for it', async () => {
  const { result } = await asked('/orders/7', ['10.0.0.1, 203.0.113.9']);
  expect(JSON.parse(result.body)).toEqual({
    service: 'orders',
    release: '2',
    method: 'GET',
    path: '/orders/7',
    client: '203.0.113.9',
  });
  expect((await asked('/orders/7', ['10.0.0.1', '203.0.113.9'], hour)).result).toEqual(result);
  expect(wire.seen).toEqual([]);
});

test('who came past the balancer gets an error that tells nothing, and whoever is no member no page', async () => {
  expect((await asked('/orders/7', [])).result).toMatchObject({ statusCode: 500, body: 'Internal Server Error' });
  expect((await asked('/members/list', ['203.0.113.9'])).result.statusCode).toBe(403);
});
