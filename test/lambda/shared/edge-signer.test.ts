import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { EdgeSigner, type SignedFor } from '../../../lambda/shared/edge-signer';
import { letsThrough } from '../../support/edge-signatures';

const pair = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: createPublicKey(privateKey),
  };
};
const [first, second] = [pair(), pair()];
const trusted = { K1: first.publicKey };
const origin = 'https://d111.cloudfront.net';
const now = new Date('2026-11-21T08:30:00.500Z');
const signer = (maximum = 900, key = first, keyPairId = 'K1') =>
  new EdgeSigner({ keyPairId, privateKey: key.privateKey }, origin, maximum, () => now);
const after = (seconds: number) => now.getTime() + seconds * 1000;
const opens = (url: string, more: { at?: number; address?: string; keys?: Record<string, any> } = {}) =>
  letsThrough(more.keys ?? trusted, { url, at: more.at ?? after(1), ...(more.address && { address: more.address }) });

describe('a signed URL', () => {
  test('opens one object until it expires, and no other, with no key but a trusted one [edge-signed-url]', () => {
    const { url, expiresAt } = signer().url('/members/a film.mp4', { seconds: 60 });
    expect(expiresAt).toBe('2026-11-21T08:31:00.000Z');
    expect(opens(url)).toBe(true);
    expect(opens(url, { at: after(59) })).toBe(true);
    expect(opens(url, { at: after(60) })).toBe(false);
    expect(opens(url.replace('film', 'song'))).toBe(false);
    expect(opens(url.replace('Expires=1', 'Expires=2'))).toBe(false);
    expect(opens(url.split('?')[0])).toBe(false);
    expect(opens(url, { keys: { K1: second.publicKey } })).toBe(false);
    expect(opens(url, { keys: { K2: first.publicKey } })).toBe(false);
    expect(new URL(url).searchParams.has('Policy')).toBe(false);
  });

  test.each<[SignedFor, number]>([
    [{}, 900],
    [{ seconds: 1200 }, 900],
    [{ seconds: 5 }, 5],
  ])('asked for with %j opens for %d seconds [edge-signed-url]', (wanted, seconds) => {
    const { url } = signer().url('/a.jpg', wanted);
    expect(Number(new URL(url).searchParams.get('Expires'))).toBe(Math.floor(now.getTime() / 1000) + seconds);
  });

  test('may begin later, and be for one address, by a policy of its own [edge-signed-url]', () => {
    const { url } = signer().url('/a.jpg', { from: new Date(after(100)), address: '203.0.113.7' });
    expect(new URL(url).searchParams.has('Expires')).toBe(false);
    expect(opens(url, { at: after(200), address: '203.0.113.7' })).toBe(true);
    expect(opens(url, { at: after(50), address: '203.0.113.7' })).toBe(false);
    expect(opens(url, { at: after(200), address: '203.0.113.8' })).toBe(false);
    expect(opens(url, { at: after(1000), address: '203.0.113.7' })).toBe(false);
  });

  test.each([0, 1.5, 86_401, NaN])(
    'fails at start when signatures would be good for %d seconds [edge-signed-url]',
    (maximum) => {
      expect(() => signer(maximum)).toThrow(`signatures would be good for ${maximum} seconds; give 1 to 86400`);
    },
  );
});

describe('signed cookies', () => {
  const read = (setCookie: readonly string[]): Record<string, string> =>
    Object.fromEntries(setCookie.map((one) => one.split(';')[0].split(/=(.*)/).slice(0, 2)));
  const visit = (path: string, pattern = '/members/*', more: { at?: number } = {}) =>
    letsThrough(trusted, {
      url: `${origin}${path}`,
      cookies: read(signer().cookies(pattern).setCookie),
      at: more.at ?? after(1),
    });

  test('open whatever a pattern fits, with URLs as they are, until they expire [edge-signed-cookie]', () => {
    expect(visit('/members/a.jpg')).toBe(true);
    expect(visit('/members/deep/b.mp4')).toBe(true);
    expect(visit('/others/a.jpg')).toBe(false);
    expect(visit('/members/a.jpg', '/members/*.jpg')).toBe(true);
    expect(visit('/members/a.mp4', '/members/*.jpg')).toBe(false);
    expect(visit('/members/a.jpg', '/members/*', { at: after(899) })).toBe(true);
    expect(visit('/members/a.jpg', '/members/*', { at: after(900) })).toBe(false);
  });

  test('are three, for HTTPS, for no script, for their folder and their time alone [edge-signed-cookie]', () => {
    const { setCookie } = signer().cookies('/members/*.jpg', { seconds: 60 });
    expect(setCookie.map((one) => one.split('=')[0]).sort()).toEqual([
      'CloudFront-Key-Pair-Id',
      'CloudFront-Policy',
      'CloudFront-Signature',
    ]);
    for (const one of setCookie) expect(one).toMatch(/; Path=\/members\/; Max-Age=59; Secure; HttpOnly; SameSite=Lax$/);
  });

  test('are capped like URLs [edge-signed-cookie]', () => {
    expect(signer().cookies('/members/*', { seconds: 100_000 }).expiresAt).toBe('2026-11-21T08:45:00.000Z');
  });
});

test('while keys change both are good, as long as both are trusted [edge-private-behaviour]', () => {
  const both = { K1: first.publicKey, K2: second.publicKey };
  const old = signer().url('/a.jpg').url;
  const fresh = signer(900, second, 'K2').url('/a.jpg').url;
  expect([opens(old, { keys: both }), opens(fresh, { keys: both })]).toEqual([true, true]);
  expect([opens(old, { keys: { K2: second.publicKey } }), opens(fresh, { keys: trusted })]).toEqual([false, false]);
});
