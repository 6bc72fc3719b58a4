import { createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { placeOf, tenantOf } from '../../../lambda/personalised-edge/tenant';
import { originRequest } from '../../support/edge-events';

const now = new Date('2026-11-21T08:30:00.000Z');
const seconds = now.getTime() / 1000;
const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = JSON.stringify({
  keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
});
const good = { iss: issuer, aud: 'page', sub: 'ada', exp: seconds + 300, 'cognito:groups': ['tenant-acme', 'editors'] };

const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: object = {}, key = rsa.privateKey): string {
  const text = `${coded({ alg: 'RS256', kid: 'k' })}.${coded({ ...good, ...claims })}`;
  return `${text}.${createSign('SHA256').update(text).sign(key).toString('base64url')}`;
}

const settings = { 'x-site-issuer': issuer, 'x-site-audience': 'page' };
const fetched = jest.fn<Promise<Response>, [string]>();
let handler: (event: unknown) => Promise<any>;
beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  jest.spyOn(console, 'error').mockImplementation(() => {});
  fetched.mockReset().mockImplementation(async () => new Response(keys));
  jest.spyOn(globalThis, 'fetch').mockImplementation(fetched as unknown as typeof fetch);
  jest.isolateModules(() => {
    handler = require('../../../lambda/personalised-edge/choose-tenant').handler;
  });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const asked = (authorization: string | undefined, uri = '/members/report.txt') =>
  handler(
    originRequest({ uri, settings, ...(authorization !== undefined && { headers: { Authorization: authorization } }) }),
  );

describe('a member', () => {
  test('gets what lies in the folder of their tenant, by a verified token [edge-user-segregation]', async () => {
    const { uri, headers } = await asked(`Bearer ${token()}`);
    expect(uri).toBe('/acme/report.txt');
    expect(headers.authorization).toBeUndefined();
    const other = await asked(`Bearer ${token({ 'cognito:groups': ['tenant-globex'] })}`);
    expect(other.uri).toBe('/globex/report.txt');
    expect(fetched.mock.calls.map(([url]) => url)).toEqual([`${issuer}/.well-known/jwks.json`]);
  });

  test.each<[string, string | undefined]>([
    ['no token', undefined],
    ['another scheme', 'Basic YTpi'],
    ['a token of nobody', 'Bearer a.b.c'],
    ['a token that a stranger signed', `Bearer ${token({}, stranger.privateKey)}`],
    ['an expired token', `Bearer ${token({ exp: seconds - 61 })}`],
    ['a token for another page', `Bearer ${token({ aud: 'other' })}`],
    ['a token of another directory', `Bearer ${token({ iss: 'https://evil.example' })}`],
    ['a token as long as a book', `Bearer ${'x'.repeat(8193)}`],
  ])('who shows %s is turned away, and the bucket is not asked [edge-user-segregation]', async (_, authorization) => {
    expect(await asked(authorization)).toMatchObject({
      status: '401',
      headers: {
        'www-authenticate': [{ value: 'Bearer' }],
        'cache-control': [{ value: 'no-store' }],
        'content-type': [{ value: 'application/problem+json' }],
      },
    });
  });

  test.each<[string, unknown]>([
    ['none', ['editors']],
    ['two', ['tenant-acme', 'tenant-globex']],
    ['one that is a path', ['tenant-../globex']],
    ['nothing', undefined],
  ])('of %s as a tenant is refused [edge-user-segregation]', async (_, groups) => {
    expect(await asked(`Bearer ${token({ 'cognito:groups': groups })}`)).toMatchObject({ status: '403' });
  });

  test('whose path might mean another one is refused [edge-user-segregation]', async () => {
    const answer = await asked(`Bearer ${token()}`, '/members/..%2fglobex/report.txt');
    expect(answer.status).toBe('400');
    expect(JSON.parse(answer.body).detail).toBe('The path may hold letters, digits and . _ ~ - between its slashes.');
  });

  test('is told to come again while the keys of the issuer cannot be read, and let in once they can', async () => {
    fetched.mockRejectedValueOnce(new Error('reset')).mockResolvedValueOnce(new Response('', { status: 500 }));
    expect(await asked(`Bearer ${token()}`)).toMatchObject({
      status: '503',
      headers: { 'retry-after': [{ value: '5' }] },
    });
    expect(await asked(`Bearer ${token()}`)).toMatchObject({ uri: '/acme/report.txt' });
  });

  test('fails when the origin does not say whom to trust, even if a viewer does', async () => {
    const event = originRequest({ uri: '/members/a', headers: { ...settings, Authorization: `Bearer ${token()}` } });
    await expect(handler(event)).rejects.toThrow('the origin has no header x-site-issuer');
  });
});

describe('a place', () => {
  /** Everything a path might be read as: decoded again and again, with both slashes, and with its dots followed. */
  const readings = (uri: string): string[] => {
    const found = [uri];
    for (let i = 0; i < 3; i += 1) {
      try {
        found.push(decodeURIComponent(found[i]));
      } catch {
        break;
      }
    }
    return found
      .flatMap((one) => [one, one.replaceAll('\\', '/')])
      .map((one) => new URL(`https://bucket${one.replace(/^\/+/, '/')}`).pathname);
  };
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%252e%252e',
      '%2f',
      '%5c',
      '\\',
      '',
      'globex',
      'a.txt',
      '..;',
      '%00',
      '?',
      '#',
    ),
    fc.string(),
    fc.webFragments(),
  );

  test('of one tenant is never read as a place of another, for any path [edge-user-segregation]', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom('/', ''), (pieces, join) => {
        const place = placeOf('acme', 'members', `/members/${pieces.join(join)}`);
        if (place === undefined) return;
        for (const reading of readings(place)) expect(reading).toMatch(/^\/acme\//);
      }),
      { numRuns: 2000 },
    );
  });

  test('is there for every plain path', () => {
    expect(placeOf('acme', 'members', '/members/2026/report_1.v2~final-x.txt')).toBe(
      '/acme/2026/report_1.v2~final-x.txt',
    );
    expect(placeOf('acme', 'members', '/other/report.txt')).toBeUndefined();
    expect(placeOf('acme', 'members', '/members/')).toBeUndefined();
  });

  test('of a tenant is known by one group alone', () => {
    expect(tenantOf({ 'cognito:groups': ['tenant-a1'] })).toBe('a1');
    expect(tenantOf({ 'cognito:groups': 'tenant-a1' })).toBeUndefined();
    expect(tenantOf({ 'cognito:groups': ['tenant-A1'] })).toBeUndefined();
  });
});
