import { createSign, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (key: KeyObject, kid: string, alg: string) => ({ ...key.export({ format: 'jwk' }), kid, alg });
const keys = [jwk(rsa.publicKey, 'r1', 'RS256'), jwk(ec.publicKey, 'e1', 'ES256')];

const now = new Date('2026-11-21T08:30:00.000Z');
const seconds = now.getTime() / 1000;
const good = { iss: 'https://login.example.com', aud: 'orders-api', sub: 'client-7', exp: seconds + 300 };

const coded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: object = good, { key = rsa.privateKey, header = { alg: 'RS256', kid: 'r1' } } = {}): string {
  const text = `${coded(header)}.${coded(claims)}`;
  const signature = createSign('SHA256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const context = {
  awsRequestId: 'r',
  functionName: 'authorise',
  invokedFunctionArn: '',
  memoryLimitInMB: '256',
  functionVersion: '1',
} as Context;
const event = (text: string, methodArn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/live/GET/orders') => ({
  type: 'TOKEN',
  authorizationToken: text,
  methodArn,
});

type Handler = (event: unknown, context: Context) => Promise<any>;
function start(environment: Readonly<Record<string, string>> = {}): (event: unknown) => Promise<any> {
  const before = { ...process.env };
  Object.assign(process.env, {
    TOKEN_ISSUER: good.iss,
    TOKEN_AUDIENCE: good.aud,
    TOKEN_KEYS: JSON.stringify({ keys }),
    ...environment,
  });
  try {
    let module!: { handler: Handler };
    jest.isolateModules(() => {
      module = require('../../../lambda/token-authoriser/authorise');
    });
    return (each) => module.handler(each, context);
  } finally {
    process.env = before;
  }
}

let handler: ReturnType<typeof start>;
beforeAll(() => {
  handler = start();
});
beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation(() => {});
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('a token', () => {
  test.each([
    ['RS256', token()],
    ['ES256', token(good, { key: ec.privateKey, header: { alg: 'ES256', kid: 'e1' } })],
    ['for several', token({ ...good, aud: ['other', 'orders-api'] })],
    ['that has just begun, by a clock that is slow', token({ ...good, nbf: seconds + 30 })],
  ])('that is good lets its bearer in: %s [serverless-authoriser-lambda]', async (_, text) => {
    expect(await handler(event(`Bearer ${text}`))).toMatchObject({ principalId: 'client-7' });
  });

  test('opens the whole stage and nothing else, so that the answer may be kept for every method of it [serverless-authoriser-lambda]', async () => {
    const { policyDocument } = await handler(event(`Bearer ${token()}`));
    expect(policyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/live/*',
        },
      ],
    });
    const other = await handler(
      event(`Bearer ${token()}`, 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/live/POST/orders/1/invoice'),
    );
    expect(other.policyDocument).toEqual(policyDocument);
  });

  const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const unsigned = `${coded({ alg: 'none', kid: 'r1' })}.${coded(good)}.`;
  const secretOfPublicKey = (() => {
    const text = `${coded({ alg: 'HS256', kid: 'r1' })}.${coded(good)}`;
    return `${text}.${hmac(text, rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string)}`;
  })();
  const [head, body] = token().split('.');

  test.each<[string, string]>([
    ['expired', token({ ...good, exp: seconds - 61 })],
    ['for another audience', token({ ...good, aud: 'another-api' })],
    ['of another issuer', token({ ...good, iss: 'https://evil.example.com' })],
    ['not begun', token({ ...good, nbf: seconds + 61 })],
    ['without an end', token({ ...good, exp: undefined })],
    ['about nobody', token({ ...good, sub: undefined })],
    ['unsigned', unsigned],
    ['signed by a stranger under a known name', token(good, { key: stranger.privateKey })],
    ['signed with the public key as a secret', secretOfPublicKey],
    ['signed by a key nobody knows', token(good, { header: { alg: 'RS256', kid: 'r2' } })],
    ['signed in another way than its key', token(good, { header: { alg: 'ES256', kid: 'r1' } })],
    ['changed after it was signed', `${head}.${coded({ ...good, sub: 'admin' })}.${token().split('.')[2]}`],
    ['cut short', `${head}.${body}`],
    ['no token', 'hello'],
  ])('that is %s is answered with 401 [serverless-authoriser-lambda]', async (_, text) => {
    await expect(handler(event(`Bearer ${text}`))).rejects.toThrow(/^Unauthorized$/);
  });

  test.each([
    ['nothing before it', event(token())],
    ['another kind of request', { ...event(`Bearer ${token()}`), type: 'REQUEST' }],
    ['no method', event(`Bearer ${token()}`, 'arn:aws:s3:::bucket')],
    ['no request at all', null],
  ])('with %s is answered with 401 [serverless-untrusted-input]', async (_, wrong) => {
    await expect(handler(wrong)).rejects.toThrow(/^Unauthorized$/);
  });

  test('of any other form never lets anybody in [serverless-untrusted-input]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]*$/)),
        fc.anything(),
        async (text, claims) => {
          await expect(handler(event(`Bearer ${text}`))).rejects.toThrow(/^Unauthorized$/);
          if (claims === undefined) return;
          const strange = `${coded({ alg: 'RS256', kid: 'r1' })}.${Buffer.from(String(JSON.stringify(claims, (_, v) => (typeof v === 'bigint' ? String(v) : v)))).toString('base64url')}.AAAA`;
          await expect(handler(event(`Bearer ${strange}`))).rejects.toThrow(/^Unauthorized$/);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('keys', () => {
  test('are read once and used for every run [serverless-warm-client]', async () => {
    const { webcrypto } = await import('node:crypto');
    const read = jest.spyOn(webcrypto.subtle, 'importKey');
    const one = start();
    expect(read).not.toHaveBeenCalled();
    await one(event(`Bearer ${token()}`));
    await one(event(`Bearer ${token()}`));
    expect(read).toHaveBeenCalledTimes(2);
  });

  test.each([
    ['none', '{"keys":[]}'],
    ['a private one', JSON.stringify({ keys: [jwk(rsa.privateKey, 'r1', 'RS256')] })],
    ['a secret', JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 's', alg: 'HS256' }] })],
    ['no JSON', 'keys'],
  ])('that are %s let nobody in', async (_, text) => {
    await expect(start({ TOKEN_KEYS: text })(event(`Bearer ${token()}`))).rejects.toThrow();
  });

  test('are needed to start, as are issuer and audience', () => {
    expect(() => start({ TOKEN_ISSUER: '', TOKEN_KEYS: '' })).toThrow(
      'environment variables missing: TOKEN_ISSUER, TOKEN_KEYS',
    );
  });
});
