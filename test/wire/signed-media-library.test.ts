import { generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { asked, environmentOf, guardWord } from '../lambda/signed-media-library/start';
import { letsThrough } from '../support/edge-signatures';
import { account, emulatorEndpoint, region } from './support/aws';
import { answerLost, kill, silence, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let wire: Wire;
let pool: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const secrets = new SecretsManagerClient({ endpoint: emulatorEndpoint(), region, credentials });
  const keep = async (Name: string, SecretString: string): Promise<string> =>
    (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN!;
  const name = 'issue';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'signed-media-library', 'issue.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 10,
      environment: {
        ...environmentOf,
        SIGNING_SECRET: await keep('library-key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
        GUARD_SECRET: await keep('library-guard', guardWord),
      },
    },
    wire,
  );
  secrets.destroy();
  wire.onKill = (environment) => pool.kill(environment);
});
afterEach(() => wire.clear());
afterAll(async () => {
  pool.stop();
  await wire.stop();
});

const link = async (clock = 0) => {
  const { result } = await pool.invoke(asked('POST /api/links', { file: 'film.mp4' }), clock);
  return { status: result?.statusCode, told: result && JSON.parse(result.body) };
};
const opens = (url: string, at = Date.now()): boolean => letsThrough({ K1: publicKey }, { url, at });

test.each([
  ['an answer that gets lost', answerLost],
  ['a moment without capacity', throttled],
])('%s costs nothing: the member gets a link that opens', async (_, fault) => {
  wire.plan = (call, nth) => (nth === 1 ? (typeof fault === 'function' ? fault(call) : fault) : undefined);
  const { status, told } = await link();
  expect([status, opens(told.url)]).toEqual([201, true]);
});

test('secrets are read once, and a link costs no call', async () => {
  await link();
  wire.clear();
  expect((await link()).status).toBe(201);
  expect(wire.seen).toEqual([]);
});

test('a run killed as it reads a secret: the next starts afresh, and signs', async () => {
  pool.stop();
  wire.plan = (_, nth) => (nth === 1 ? kill : undefined);
  await link();
  wire.plan = () => undefined;
  expect((await link()).status).toBe(201);
});

test('a clock that jumps signs for its own time, and no edge takes a link of yesterday', async () => {
  const { told } = await link(-24 * 3_600_000);
  expect(opens(told.url)).toBe(false);
});

test('a secret that never comes is answered in time, with when to come back', async () => {
  const short = new FunctionPool({ ...pool.definition, timeoutSeconds: 5 }, wire);
  wire.plan = () => silence;
  const { result } = await short.invoke(asked('POST /api/session', {}));
  expect(result.statusCode).toBe(503);
  expect(result.multiValueHeaders).toBeUndefined();
  short.stop();
});
