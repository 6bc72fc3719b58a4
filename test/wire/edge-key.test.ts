import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { answerLost, kill, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const secrets = new SecretsManagerClient({
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
let wire: Wire;
let pool: FunctionPool;
/** Where CloudFormation waits for answers. */
let door: Server;
const answers: any[] = [];
let made = 0;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const name = 'edge-key';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'edge-key', 'make-key.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { POWERTOOLS_SERVICE_NAME: name },
    },
    wire,
  );
  wire.onKill = (environment) => pool.kill(environment);
  door = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      answers.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((ready) => door.listen(0, '127.0.0.1', ready));
});
afterEach(() => {
  wire.clear();
  answers.length = 0;
});
afterAll(async () => {
  pool.stop();
  await wire.stop();
  door.close();
  secrets.destroy();
});

/** A secret as CloudFormation makes it, with a random word. */
async function newSecret(): Promise<string> {
  const name = `key-${(made += 1)}`;
  return (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'a random word' }))).ARN!;
}
const kept = async (secret: string): Promise<string> =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString!;
const ask = (SecretArn: string, RequestType = 'Create') =>
  pool.invoke({
    RequestType,
    ResponseURL: `http://127.0.0.1:${(door.address() as AddressInfo).port}/`,
    StackId: 'the-stack',
    RequestId: `request-${SecretArn}`.slice(0, 36).padEnd(36, '0'),
    LogicalResourceId: 'Pair',
    ResourceProperties: { SecretArn },
  });
const publicOf = (pem: string) => createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' });
const writes = (secret: string) =>
  wire.seen.filter(({ operation, target }) => operation === 'PutSecretValue' && target === secret).length;

test('make-key keeps one half and tells the other', async () => {
  const secret = await newSecret();
  await ask(secret);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', Data: { PublicKey: publicOf(await kept(secret)) } }]);
});

test.each([
  ['a call that gets lost', lostBefore],
  ['an answer that gets lost', answerLost],
])('%s costs no second key', async (_, fault) => {
  const secret = await newSecret();
  wire.plan = ({ operation }, nth) => (operation === 'PutSecretValue' && nth === 1 ? fault : undefined);
  await ask(secret);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', Data: { PublicKey: publicOf(await kept(secret)) } }]);
});

test('throttled for a while, the key comes all the same', async () => {
  const secret = await newSecret();
  wire.plan = (call, nth) => (nth === 1 ? throttled(call) : undefined);
  await ask(secret);
  expect(answers).toMatchObject([{ Status: 'SUCCESS' }]);
});

test('a run killed after it stored the key: the next tells of that same one', async () => {
  const secret = await newSecret();
  wire.plan = ({ operation }, nth) => (operation === 'PutSecretValue' && nth === 1 ? kill : undefined);
  expect((await ask(secret)).error?.errorType).toBe('Runtime.ExitError');
  wire.plan = () => undefined;
  const stored = await kept(secret);
  await ask(secret);
  expect(await kept(secret)).toBe(stored);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', Data: { PublicKey: publicOf(stored) } }]);
  expect(writes(secret)).toBe(1);
});

test('a secret that is not there is told, and nobody waits for an hour', async () => {
  await ask(`arn:aws:secretsmanager:${region}:${account}:secret:none-aaaaaa`);
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(/can't find|not found/i) }]);
});
