import { resolve } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { answerLost, throttled, type Fault } from './support/faults';
import type { Call } from './support/call';
import { FunctionPool } from './support/function-pool';
import { Wire, type FaultPlan } from './support/wire';

const secret = 'what-cloudfront-tells-its-origins';
const hour = 3_600_000;
let wire: Wire;
let pages: FunctionPool;
let feed: FunctionPool;

const poolOf = (name: string, environment: Record<string, string> = {}) =>
  new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'path-routed-front-door', `${name}.ts`)).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment,
    },
    wire,
  );

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const client = new SecretsManagerClient({
    endpoint: emulatorEndpoint(),
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { ARN } = await client.send(new CreateSecretCommand({ Name: `front-${Date.now()}`, SecretString: secret }));
  // The emulator takes its time for the first call of a service, longer than the function waits.
  await client.send(new GetSecretValueCommand({ SecretId: ARN }));
  pages = poolOf('pages', { ORIGIN_HEADER: 'X-Origin-Verify', ORIGIN_SECRET: ARN! });
  feed = poolOf('feed');
});
afterEach(() => {
  wire.plan = () => undefined;
});
afterAll(async () => {
  pages.stop();
  feed.stop();
  await wire.stop();
});

/** The first call meets a fault, the others none. */
function once(fault: (call: Call) => Fault): FaultPlan {
  let calls = 0;
  return (call) => ((calls += 1) === 1 ? fault(call) : undefined);
}
const ask = (headers: Record<string, string>, clock = 0) =>
  pages.invoke(
    {
      requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/pages/1' } },
      httpMethod: 'GET',
      path: '/web/list',
      queryStringParameters: { page: '2' },
      headers,
      body: '',
      isBase64Encoded: false,
    },
    clock,
  );
const status = (statusCode: number) => ({ result: expect.objectContaining({ statusCode }) as unknown });

test('a page is made for who brings the secret, which is fetched once for all who ask within five minutes', async () => {
  expect(await ask({ 'x-origin-verify': secret })).toEqual(status(200));
  const fetched = wire.seen.length;
  expect(fetched).toBeGreaterThan(0);
  expect(await ask({ 'x-origin-verify': 'guess' })).toEqual(status(403));
  expect(await ask({})).toEqual(status(403));
  expect(wire.seen).toHaveLength(fetched);
});

test('a call that is turned away or whose answer is lost is made again, and nobody is let in meanwhile', async () => {
  wire.plan = once(throttled);
  expect(await ask({ 'x-origin-verify': 'guess' }, hour)).toEqual(status(403));
  wire.plan = once(() => answerLost);
  expect(await ask({ 'x-origin-verify': secret }, 2 * hour)).toEqual(status(200));
});

test('while the secret cannot be had, there is an error and no page', async () => {
  wire.plan = (call) => throttled(call);
  expect(await ask({ 'x-origin-verify': secret }, 10 * hour)).toEqual(status(500));
});

test('the feed answers the same whatever the clock, and what it does not know with a problem', async () => {
  const asked = (rawPath: string, clock = 0) =>
    feed.invoke({ rawPath, requestContext: { http: { method: 'GET' } } }, clock);
  expect(await asked('/feed/latest')).toEqual(await asked('/feed/latest', hour));
  expect(await asked('/feed/latest')).toEqual(status(200));
  expect(await asked('/feed/none')).toEqual(status(404));
});
