import { generateKeyPairSync, sign } from 'node:crypto';
import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const hour = 3_600_000;
let wire: Wire;
let pool: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const name = 'authoriser';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'token-authoriser', 'authorise.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: {
        TOKEN_ISSUER: 'https://issuer.example',
        TOKEN_AUDIENCE: 'orders',
        TOKEN_KEYS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }] }),
      },
    },
    wire,
  );
});
afterAll(async () => {
  pool.stop();
  await wire.stop();
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that is good for the hour that begins now. */
function token(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://issuer.example', aud: 'orders', sub: 'client-1', nbf: now, exp: now + 3600 };
  const text = `${part({ alg: 'ES256', kid: 'k1' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const methodArn = `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5/live/GET/orders`;
const asked = (of: string, clock = 0) =>
  pool.invoke({ type: 'TOKEN', authorizationToken: `Bearer ${of}`, methodArn }, clock);
const unauthorised = { error: { errorType: 'Error', errorMessage: 'Unauthorized', trace: [] } };

test('a token is good in its hour, and no longer when the clock jumps out of it, to either side, in the same environment', async () => {
  const good = token();
  const allowed = { result: { principalId: 'client-1', policyDocument: expect.anything() } };
  expect(await asked(good)).toEqual(allowed);
  expect(await asked(good, 2 * hour)).toMatchObject(unauthorised);
  expect(await asked(good, -hour)).toMatchObject(unauthorised);
  // A clock that is half a minute off is no reason to turn anybody away.
  expect(await asked(good, -30_000)).toEqual(allowed);
  expect(await asked(good, hour + 30_000)).toEqual(allowed);
  expect(await asked(good)).toEqual(allowed);
  expect(pool.started).toBe(1);
});

test('a token over the limit is refused unread, and nothing that is asked for goes to AWS', async () => {
  expect(await asked('x'.repeat(8192))).toMatchObject(unauthorised);
  expect(wire.seen).toEqual([]);
});
