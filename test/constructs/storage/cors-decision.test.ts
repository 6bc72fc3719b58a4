import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { corsDecision, type PageRequest } from '../../../lib/constructs/storage/cors-decision';
import type { CorsRule } from '../../../lib/constructs/storage/object-cors';

const shop = 'https://shop.example.com';
const bucket = 'https://files.s3.eu-west-1.amazonaws.com';
const rules: readonly CorsRule[] = [
  { origins: [shop], methods: ['GET', 'PUT'], headers: ['content-type', 'x-amz-*'], maxAge: Duration.seconds(3000) },
  { origins: ['https://*.partner.example'], methods: ['GET'] },
];
const request = (more: Partial<PageRequest> = {}): PageRequest => ({
  origin: shop,
  target: bucket,
  method: 'GET',
  at: 0,
  ...more,
});
const json = { 'Content-Type': 'application/json' };

describe('what becomes of the request of a page', () => {
  test.each<[string, Partial<PageRequest>, string, boolean, boolean]>([
    ['a simple GET of a listed page', {}, 'nothing', true, true],
    ['a simple GET of another page: sent, and hidden', { origin: 'https://evil.example' }, 'nothing', true, false],
    ['a GET of the same origin', { origin: bucket }, 'nothing', true, true],
    [
      'a form by POST, which no rule has',
      { method: 'POST', headers: { 'content-type': 'text/plain' } },
      'nothing',
      true,
      false,
    ],
    ['a PUT', { method: 'PUT' }, 'a preflight', true, true],
    ['a PUT of another page', { method: 'PUT', origin: 'https://evil.example' }, 'a preflight', false, false],
    ['a GET with JSON', { headers: json }, 'a preflight', true, true],
    ['a header that a pattern allows', { headers: { 'X-Amz-Date': 'now' } }, 'a preflight', true, true],
    ['a header that no rule has', { headers: { 'x-own': '1' } }, 'a preflight', false, false],
    ['a method that no rule has', { method: 'DELETE' }, 'a preflight', false, false],
    ['a page that a pattern names', { origin: 'https://a.partner.example' }, 'nothing', true, true],
    ['a page that looks like one', { origin: 'https://partner.example' }, 'nothing', true, false],
    ['a listed page over HTTP', { origin: 'http://shop.example.com' }, 'nothing', true, false],
  ])('%s [storage-cors-preflight]', (_, more, asks, sent, readable) => {
    expect(corsDecision(request(more), rules)).toMatchObject({ asks, sent, readable });
  });

  test('an answer is remembered for its time, for the same method and no more headers [storage-cors-preflight]', () => {
    const first = corsDecision(request({ method: 'PUT', headers: json }), rules);
    expect(first.remembered).toEqual([
      { origin: shop, target: bucket, method: 'PUT', headers: ['content-type'], until: 3000 },
    ]);
    const asks = (more: Partial<PageRequest>) =>
      corsDecision(request({ method: 'PUT', ...more }), rules, first.remembered).asks;
    expect(asks({ at: 2999, headers: json })).toBe('nothing, as it remembers');
    expect(asks({ at: 2999 })).toBe('nothing, as it remembers');
    expect(asks({ at: 3000, headers: json })).toBe('a preflight');
    expect(asks({ at: 10, headers: { ...json, 'x-amz-date': 'now' } })).toBe('a preflight');
    expect(asks({ at: 10, method: 'GET', headers: json })).toBe('a preflight');
    expect(corsDecision(request({ method: 'PUT', at: 3000 }), rules, first.remembered).remembered).toHaveLength(1);
  });

  test('a browser that is not told remembers for five seconds, and a refusal it does not remember [storage-cors-preflight]', () => {
    const untold = corsDecision(request({ headers: { 'x-a': '1' } }), [
      { origins: [shop], methods: ['GET'], headers: ['x-a'] },
    ]);
    expect(untold.remembered).toMatchObject([{ until: 5 }]);
    const refused = corsDecision(request({ method: 'DELETE', headers: json }), rules);
    expect(refused.remembered).toEqual([]);
    expect(refused.because).toBe(
      `no rule lets ${shop} DELETE with content-type, so that S3 answers the preflight with 403`,
    );
  });

  test('what is remembered of a rule that is gone sends the request and hides the answer [storage-cors-preflight]', () => {
    const { remembered } = corsDecision(request({ method: 'PUT' }), rules);
    expect(corsDecision(request({ method: 'PUT', at: 1 }), [], remembered)).toMatchObject({
      sent: true,
      readable: false,
    });
  });

  test('an answer that a page may read was sent, and a page that nobody lists reads none [storage-cors-preflight]', () => {
    const any = fc.record({
      origin: fc.constantFrom(shop, 'https://a.partner.example', 'https://evil.example'),
      target: fc.constant(bucket),
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'),
      headers: fc.dictionary(fc.constantFrom('content-type', 'x-amz-date', 'x-own', 'range'), fc.constant('text/css')),
      at: fc.nat(10_000),
    });
    fc.assert(
      fc.property(any, (one) => {
        const { sent, readable, asks } = corsDecision(one, rules);
        if (readable) expect(sent).toBe(true);
        if (!sent) expect(asks).toBe('a preflight');
        if (one.origin === 'https://evil.example') expect(readable).toBe(false);
      }),
    );
  });
});
