import * as manager from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { letsThrough } from '../../support/edge-signatures';
import { asked, guardWord, publicKey, secretsOf, start } from './start';

const now = new Date('2026-11-21T08:30:00.000Z');
const secrets = mockClient(manager.SecretsManagerClient);
const origin = 'https://d111.cloudfront.net';
const trusted = { K1: publicKey };
const logged: string[] = [];
let issue: ReturnType<typeof start>;
beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  logged.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void logged.push(args.join(' ')));
  secrets.reset();
  secrets
    .on(manager.GetSecretValueCommand)
    .callsFake(({ SecretId }) => ({ SecretString: secretsOf[SecretId as string] }));
  issue = start();
});
afterEach(() => jest.useRealTimers());

const tell = async (...args: Parameters<typeof asked>) => {
  const answer = await issue(asked(...args));
  return { ...answer, told: JSON.parse(answer.body), cookies: answer.multiValueHeaders?.['Set-Cookie'] };
};
const link = (body: unknown = { file: 'film.mp4' }, ...more: [Record<string, string>?, (string | null)?]) =>
  tell('POST /api/links', body, ...more);
const session = (body: unknown = {}, ...more: [Record<string, string>?, (string | null)?]) =>
  tell('POST /api/session', body, ...more);
const at = (seconds: number) => now.getTime() + seconds * 1000;

describe('a member', () => {
  test('gets a link that opens one file for fifteen minutes at most [edge-signed-url, edge-cookie-issuer]', async () => {
    const { statusCode, told } = await link();
    expect(statusCode).toBe(201);
    expect(told.expiresAt).toBe('2026-11-21T08:45:00.000Z');
    expect(letsThrough(trusted, { url: told.url, at: at(899) })).toBe(true);
    expect(letsThrough(trusted, { url: told.url, at: at(900) })).toBe(false);
    expect(letsThrough(trusted, { url: told.url.replace('film', 'song'), at: at(1) })).toBe(false);
    const short = await link({ file: 'film.mp4', expiresIn: 5 });
    expect(letsThrough(trusted, { url: short.told.url, at: at(5) })).toBe(false);
  });

  test('gets cookies that open the folder, and nothing else [edge-signed-cookie, edge-cookie-issuer]', async () => {
    const { statusCode, told, cookies } = await session();
    expect([statusCode, told]).toEqual([201, { folder: '/media/', expiresAt: '2026-11-21T08:45:00.000Z' }]);
    const sent = Object.fromEntries(cookies.map((one: string) => one.split(';')[0].split(/=(.*)/).slice(0, 2)));
    const opens = (path: string, seconds = 1) =>
      letsThrough(trusted, { url: `${origin}${path}`, cookies: sent, at: at(seconds) });
    expect([opens('/media/a.jpg'), opens('/media/deep/b.mp4'), opens('/others/a.jpg')]).toEqual([true, true, false]);
    expect(opens('/media/a.jpg', 900)).toBe(false);
  });

  test('is signed for with one reading of each secret, whatever comes after [serverless-warm-client]', async () => {
    await link();
    await session();
    expect(secrets.calls()).toHaveLength(2);
    expect(logged.join()).not.toMatch(/PRIVATE KEY|the-word-of-the-guard/);
  });
});

describe('whoever is not let in', () => {
  test.each<[string, Record<string, string>, string]>([
    ['comes round the library', { 'X-Origin-Verify': '' }, 'Ask by way of the library, not around it.'],
    ['guesses the word', { 'X-Origin-Verify': `${guardWord}!` }, 'Ask by way of the library, not around it.'],
    [
      'comes round it from a place of their own invention',
      { 'X-Origin-Verify': 'no', 'CloudFront-Viewer-Country': 'DE' },
      'Ask by way of the library, not around it.',
    ],
    ['is where the licence does not reach', { 'CloudFront-Viewer-Country': 'CH' }, 'Our licence does not reach to CH.'],
    ['is nobody knows where', { 'CloudFront-Viewer-Country': '' }, 'Nobody can tell where you are.'],
    ['is nowhere', { 'CloudFront-Viewer-Country': 'XX1' }, 'Nobody can tell where you are.'],
  ])('%s, gets neither link nor cookie [edge-geolocation-decision, edge-cookie-issuer]', async (_, headers, detail) => {
    for (const answer of [await link(undefined, headers), await session({}, headers)]) {
      expect([answer.statusCode, answer.told.detail]).toEqual([403, detail]);
      expect(answer.cookies).toBeUndefined();
    }
  });

  test('has no token, which API Gateway looks at first [edge-cookie-issuer]', async () => {
    expect((await session({}, {}, null)).statusCode).toBe(403);
    expect(secrets.calls()).toHaveLength(0);
  });

  test.each([
    [{ file: '../secret' }],
    [{ file: 'a/b.mp4' }],
    [{ file: '*' }],
    [{ file: 'a.mp4?x=1' }],
    [{}],
    [{ file: 'a.mp4', expiresIn: 0 }],
    [{ file: 'a.mp4', expiresIn: 100_000 }],
    [{ file: 'a.mp4', folder: '/' }],
  ])('asks for %j [serverless-untrusted-input]', async (body) => {
    expect((await link(body)).statusCode).toBe(400);
  });

  test('is told nothing of what goes wrong behind, and the next is served', async () => {
    let calls = 0;
    secrets.on(manager.GetSecretValueCommand).callsFake(({ SecretId }) => {
      if ((calls += 1) === 1) throw new Error('no such secret arn:guard');
      return { SecretString: secretsOf[SecretId as string] };
    });
    const { statusCode, told } = await link();
    expect([statusCode, JSON.stringify(told)]).toEqual([500, expect.not.stringContaining('arn:')]);
    expect((await link()).statusCode).toBe(201);
  });
});
