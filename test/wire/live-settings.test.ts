import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import type { Call } from './support/call';
import { answerLost, lostBefore, silence, throttled, type Fault } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const client = { endpoint: emulatorEndpoint(), region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const store = new SSMClient(client);
const vault = new SecretsManagerClient(client);
const ten = { kilograms: 10 };
const minute = 60_000;

/** The extension beside a function, which is a program of AWS: what it says, or that it is silent or broken. */
let flags: object | 'silent' | 'broken';
let extension: Server;
let wire: Wire;
let key: string;
const pools: FunctionPool[] = [];

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  extension = createServer((_, response) => {
    if (flags === 'silent') return;
    response.writeHead(flags === 'broken' ? 500 : 200).end(JSON.stringify(flags));
  });
  await new Promise<void>((done) => extension.listen(0, 'localhost', done));
  const made = await vault.send(new CreateSecretCommand({ Name: 'wire-key', SecretString: 'first-key' }));
  key = made.ARN!;
});
beforeEach(async () => {
  flags = { carrier: 'road', surcharge: 0, taking: true };
  await rate(120);
});
afterEach(() => {
  wire.clear();
  for (const pool of pools.splice(0)) pool.stop();
});
afterAll(async () => {
  store.destroy();
  vault.destroy();
  extension.closeAllConnections();
  extension.close();
  await wire.stop();
});

const rate = (cents: number) =>
  store.send(
    new PutParameterCommand({
      Name: '/wire/settings/rates/road',
      Value: String(cents),
      Type: 'String',
      Overwrite: true,
    }),
  );

function deployed(name: 'quote' | 'accept'): FunctionPool {
  const pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'live-settings', `${name}.ts`)).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: {
        SETTINGS_PATH: '/wire/settings',
        SIGNING_KEY_ARN: key,
        FLAGS_PATH: '/applications/a/environments/live/configurations/flags',
        AWS_APPCONFIG_EXTENSION_HTTP_PORT: `${(extension.address() as AddressInfo).port}`,
        POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
        POWERTOOLS_SERVICE_NAME: 'live-settings',
      },
    },
    wire,
    1,
  );
  pools.push(pool);
  return pool;
}
const unread = (pool: FunctionPool) =>
  pool.log.filter(({ message }) => message === 'settings not read').map(({ source }) => source);

test('an offer is made of parameters, key and flags, and taken; there is no layer here, and it goes on without', async () => {
  const [quote, accept] = [deployed('quote'), deployed('accept')];
  const { result: offer } = await quote.invoke(ten);
  expect(offer).toMatchObject({ carrier: 'road', cents: 1200, currency: 'USD' });
  expect(await accept.invoke(offer)).toEqual({ result: { accepted: true } });
  expect(unread(quote)).toEqual(['the layer']);
});

test.each<[string, Fault | ((call: Call) => Fault)]>([
  ['have no capacity', throttled],
  ['do not get the call', lostBefore],
  ['answer, and the answer is lost', answerLost],
  ['keep silent', silence],
])('when both stores %s once, the SDK asks again, and there is an offer', async (_, fault) => {
  wire.plan = (call, nth) => (nth === 1 ? (typeof fault === 'function' ? fault(call) : fault) : undefined);
  const quote = deployed('quote');
  expect((await quote.invoke(ten)).result).toMatchObject({ cents: 1200 });
  expect(unread(quote)).toEqual(['the layer']);
});

test('while the parameters are down the last rates hold; a function that has never seen one makes no offer', async () => {
  const quote = deployed('quote');
  await quote.invoke(ten);
  await rate(130);
  wire.plan = (call) => (call.operation === 'GetParametersByPath' ? throttled(call) : undefined);
  expect((await quote.invoke(ten, minute)).result).toMatchObject({ cents: 1200 });
  expect((await deployed('quote').invoke(ten)).error?.errorMessage).toContain('there is no rate for road');
  wire.plan = () => undefined;
  expect((await quote.invoke(ten, 2 * minute)).result).toMatchObject({ cents: 1300 });
});

test.each(['silent', 'broken'] as const)(
  'an extension that is %s holds nobody up: the flags of before hold',
  async (trouble) => {
    const quote = deployed('quote');
    flags = { carrier: 'road', surcharge: 10, taking: true };
    await quote.invoke(ten);
    flags = trouble;
    expect((await quote.invoke(ten)).result).toMatchObject({ cents: 1320 });
    expect(unread(quote)).toEqual(['the layer', 'flags']);
  },
);

test('a key that is rotated between offer and acceptance is noticed by both; while the store is down the old one is used on', async () => {
  const [quote, accept] = [deployed('quote'), deployed('accept')];
  const { result: before } = await quote.invoke(ten);
  await accept.invoke(before);
  await vault.send(new PutSecretValueCommand({ SecretId: key, SecretString: 'second-key' }));
  wire.plan = (call) => (call.operation === 'GetSecretValue' ? throttled(call) : undefined);
  const { result: still } = await quote.invoke(ten, 2 * minute);
  expect(await accept.invoke(still)).toEqual({ result: { accepted: true } });

  wire.plan = () => undefined;
  const { result: after } = await quote.invoke(ten, 4 * minute);
  expect(await accept.invoke(after)).toEqual({ result: { accepted: true } });
  expect(await accept.invoke(before)).toEqual({ result: { refused: 'this is no offer of ours, or it was changed' } });
  const logs = JSON.stringify([...quote.log, ...accept.log]);
  expect(logs).not.toMatch(/first-key|second-key/);
});
