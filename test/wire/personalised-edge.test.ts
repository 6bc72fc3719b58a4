import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { edgeEvent, originRequest } from '../support/edge-events';
import { account, emulatorEndpoint } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }] });
const hour = 3_600_000;
let wire: Wire;
let issuerServer: Server;
let issuer: string;
/** What the issuer does with each call for its keys; it answers when nothing is left. */
let troubles: ((answer: ServerResponse) => void)[] = [];
let asked = 0;
const pools: Record<string, FunctionPool> = {};

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  for (const name of [
    'choose-variant',
    'keep-variant',
    'choose-device',
    'choose-country',
    'move-origin',
    'choose-tenant',
  ]) {
    pools[name] = new FunctionPool(
      {
        name: `edge-${name}`,
        arn: `arn:aws:lambda:us-east-1:${account}:function:edge-${name}`,
        bundle: new HandlerBundle(resolve('lambda', 'personalised-edge', `${name}.ts`)).folder(),
        handler: 'index.handler',
        timeoutSeconds: 60,
        environment: {},
      },
      wire,
    );
  }
  issuerServer = createServer((_, answer) => {
    asked += 1;
    const trouble = troubles.shift();
    if (trouble) trouble(answer);
    else answer.end(keys);
  });
  await new Promise<void>((done) => issuerServer.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
});
beforeEach(() => {
  troubles = [];
  asked = 0;
});
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  issuerServer.closeAllConnections();
  issuerServer.close();
  await wire.stop();
});

const coded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(tenant = 'acme'): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'page', sub: 'ada', exp: now + 3600, 'cognito:groups': [`tenant-${tenant}`] };
  const text = `${coded({ alg: 'RS256', kid: 'k' })}.${coded(claims)}`;
  return `${text}.${createSign('SHA256').update(text).sign(privateKey).toString('base64url')}`;
}
const member = (of = token(), clock = 0) =>
  pools['choose-tenant'].invoke(
    originRequest({
      uri: '/members/report.txt',
      headers: { Authorization: `Bearer ${of}` },
      settings: { 'x-site-issuer': issuer, 'x-site-audience': 'page' },
    }),
    clock,
  );
const letIn = { result: { uri: '/acme/report.txt' } };
const gone = (answer: ServerResponse) => answer.destroy();
const failed = (answer: ServerResponse) => {
  answer.statusCode = 500;
  answer.end();
};

test('a member is let in when the connection to the issuer is lost once, and turned away for the moment when it is lost again', async () => {
  troubles = [gone, failed];
  expect(await member()).toMatchObject({ result: { status: '503' } });
  troubles = [gone];
  expect(await member()).toMatchObject(letIn);
  expect(asked).toBe(4);
});

test('nobody is shut out while the issuer is away, and a token is good in its hour alone, by whatever the clock says', async () => {
  const of = token();
  expect(await member(of)).toMatchObject(letIn);
  troubles = Array.from({ length: 4 }, () => gone);
  expect(await member(of, hour - 60_000)).toMatchObject(letIn);
  expect(await member(of, 2 * hour)).toMatchObject({ result: { status: '401' } });
  // Keys that are an hour old are asked for again, in vain, and serve on.
  expect(asked).toBeGreaterThan(0);
  expect(pools['choose-tenant'].started).toBe(1);
});

test('each function runs as bundled, without an environment, and asks AWS for nothing', async () => {
  const settings = {
    'x-site-countries': 'de',
    'x-site-move-to': 'new.s3.eu-west-1.amazonaws.com',
    'x-site-move-share': '100',
    'x-site-move-prefixes': 'none',
  };
  const run = (name: string, event: unknown) => pools[name].invoke(event);
  const cookie = { Cookie: 'experiment=b' };
  expect(await run('choose-variant', originRequest({ uri: '/', headers: cookie }))).toMatchObject({
    result: { uri: '/b/index.html' },
  });
  const kept = await run('keep-variant', edgeEvent('response'));
  expect(JSON.stringify(kept)).toContain('experiment=b; Path=/');
  const phone = originRequest({ uri: '/devices/a', headers: { 'CloudFront-Is-Mobile-Viewer': 'true' } });
  expect(await run('choose-device', phone)).toMatchObject({ result: { uri: '/devices/mobile/a' } });
  const german = originRequest({ uri: '/countries/a', headers: { 'CloudFront-Viewer-Country': 'DE' }, settings });
  expect(await run('choose-country', german)).toMatchObject({ result: { uri: '/countries/de/a' } });
  expect(await run('move-origin', originRequest({ uri: '/archive/a', settings }))).toMatchObject({
    result: { origin: { s3: { domainName: 'new.s3.eu-west-1.amazonaws.com' } } },
  });
  expect(wire.seen).toEqual([]);
});

test('the same request twice is answered twice alike, and an event of another kind is an error', async () => {
  const event = originRequest({ uri: '/devices/a' });
  const [one, two] = [await pools['choose-device'].invoke(event), await pools['choose-device'].invoke(event)];
  expect(two).toEqual(one);
  expect(await pools['choose-device'].invoke({ Records: [] })).toMatchObject({ error: expect.anything() });
});
