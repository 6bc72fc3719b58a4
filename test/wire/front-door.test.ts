import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { context as featureFlags } from '../../cdk.json';
import { AlarmTopic } from '../../lib/constructs/operations/alarm-topic';
import { ApiAccess } from '../../lib/constructs/serverless/api-access';
import { ApiAccessLogs } from '../../lib/constructs/serverless/api-access-logs';
import { ApiTarget } from '../../lib/constructs/serverless/api-target';
import { AppFunction } from '../../lib/constructs/serverless/app-function';
import { ReleaseStrategy } from '../../lib/constructs/serverless/release-strategy';
import { RestFacade } from '../../lib/constructs/serverless/rest-facade';
import { SafeRelease } from '../../lib/constructs/serverless/safe-release';
import { TokenAuthoriser } from '../../lib/constructs/serverless/token-authoriser';
import { cdk } from '../../tools/sandbox/cdk';
import { variablesOf } from '../../tools/sandbox/outputs';
import { ofEmulator } from '../../tools/sandbox/place';
import { describe as describeStack } from '../../tools/sandbox/stack';
import { account, emulatorEndpoint, region } from './support/aws';

const trusted = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuer = 'https://issuer.example';
let url: URL;

/** An API behind a `TokenAuthoriser`, deployed by the CDK's command line as a person would deploy it. */
beforeAll(async () => {
  const endpoint = emulatorEndpoint();
  const place = ofEmulator(endpoint, 'the emulator');
  const outdir = mkdtempSync(join(tmpdir(), 'front-door-'));
  const app = new App({ outdir, context: featureFlags });
  const stack = new Stack(app, 'front-door');
  const alarms = new AlarmTopic(stack, 'Alarms');
  const answers = new AppFunction(stack, 'Answers', {
    description: 'Tells whom it was called by',
    code: Code.fromInline(
      'exports.handler = async ({ requestContext }) => ({ statusCode: 200, body: requestContext.authorizer.principalId });',
    ),
  });
  const strategy = ReleaseStrategy.allAtOnce();
  const { alias } = new SafeRelease(stack, 'Release', { function: answers, alarms, strategy });
  const keys = [{ ...trusted.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', kty: 'EC' }] as const;
  const { authoriser } = new TokenAuthoriser(stack, 'Tokens', { issuer, audience: 'orders', keys, alarms });
  const api = new RestFacade(stack, 'Api', {
    description: 'Behind a token',
    access: ApiAccess.lambdaAuthoriser(authoriser.function),
    accessLogs: ApiAccessLogs.toLogGroup(),
    alarms,
  });
  api.route('GET /orders', { target: ApiTarget.proxy(alias) });
  new CfnOutput(stack, 'Url', { value: api.url });
  app.synth();

  for (const words of [
    ['bootstrap', `aws://${account}/${region}`, '--app', ''],
    ['deploy', '--all', '--app', outdir, '--require-approval', 'never'],
  ]) {
    const { code, said } = await cdk(words, place, { quiet: true });
    if (code !== 0) throw new Error(`cdk ${words[0]} ended with ${code}:\n${said}`);
  }
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const found = await describeStack(new CloudFormationClient({ endpoint, region, credentials }), 'front-door');
  url = new URL(
    `${variablesOf([found!], endpoint)
      .Url.replace(/^https:/, 'http:')
      .replace(/\/$/, '')}/orders`,
  );
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims: object = {}, key: KeyObject = trusted.privateKey): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: 'orders', sub: 'client-1', nbf: now, exp: now + 3600, ...claims };
  const text = `${part({ alg: 'ES256', kid: 'k1' })}.${part(all)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** What the API answers. The name below localhost goes into the header, as not every system knows such names. */
function ask(authorization?: string): Promise<{ status: number; body: string }> {
  const headers = { host: url.host, ...(authorization !== undefined && { authorization }) };
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: url.port, path: url.pathname, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode!, body }));
    });
    call.once('error', reject).end();
  });
}

test('a good token comes in, again too, and the function behind the door is told whose it is', async () => {
  const good = `Bearer ${token()}`;
  expect(await ask(good)).toEqual({ status: 200, body: 'client-1' });
  expect(await ask(good)).toEqual({ status: 200, body: 'client-1' });
});

const past = Math.floor(Date.now() / 1000) - 120;
test.each<[string, () => string | undefined]>([
  ['is missing', () => undefined],
  ['is empty', () => ''],
  ['is none', () => 'Bearer good'],
  ['has expired', () => `Bearer ${token({ exp: past })}`],
  ['has not begun', () => `Bearer ${token({ nbf: past + 3600 })}`],
  ['is for another audience', () => `Bearer ${token({ aud: 'invoices' })}`],
  ['is of another issuer', () => `Bearer ${token({ iss: 'https://other.example' })}`],
  ["bears a stranger's signature", () => `Bearer ${token({}, stranger.privateKey)}`],
  ['comes without its scheme', () => token()],
  ['was changed after it was signed', () => `Bearer ${token().replace(/\.[^.]+\./, `.${part({ sub: 'admin' })}.`)}`],
])('a token that %s is answered 401', async (_what, authorization) => {
  expect((await ask(authorization())).status).toBe(401);
});
