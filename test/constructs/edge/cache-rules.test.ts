import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { CacheCookieBehavior, CacheHeaderBehavior, CacheQueryStringBehavior } from 'aws-cdk-lib/aws-cloudfront';
import { cacheKey, type CacheKeyParts } from '../../../lib/constructs/edge/cache-key';
import { CacheRules, type CacheRulesProps } from '../../../lib/constructs/edge/cache-rules';
import { templateOf, testStack } from '../../support/app';

const synthesise = (props: CacheRulesProps = {}): Template =>
  templateOf((stack) => new CacheRules(stack, 'Rules', props));
const keyOf = (props: CacheRulesProps): CacheKeyParts => new CacheRules(testStack(), 'Rules', props).key;
const refusal = (props: CacheRulesProps) => () => new CacheRules(testStack(), 'Rules', props);
const config = (expected: object) => ({ CachePolicyConfig: Match.objectLike(expected) });
const keyed = (expected: object) => config({ ParametersInCacheKeyAndForwardedToOrigin: Match.objectLike(expected) });
const names = (count: number) => Array.from({ length: count }, (_, i) => `name-${i}`);

describe('how long answers are kept', () => {
  test('0, a day and a year unless told otherwise [edge-ttl-bounds]', () => {
    synthesise().hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      config({ MinTTL: 0, DefaultTTL: 86_400, MaxTTL: 31_536_000 }),
    );
  });

  test.each([
    [{ maxTtl: Duration.hours(1) }, { MinTTL: 0, DefaultTTL: 3_600, MaxTTL: 3_600 }],
    [{ minTtl: Duration.days(2) }, { MinTTL: 172_800, DefaultTTL: 172_800, MaxTTL: 31_536_000 }],
  ])('the default follows a bound that it would leave: %j [edge-ttl-bounds]', (props, expected) => {
    synthesise(props).hasResourceProperties('AWS::CloudFront::CachePolicy', config(expected));
  });

  test('fails when the order is wrong, which the CDK would mend in silence [edge-ttl-bounds]', () => {
    expect(refusal({ minTtl: Duration.hours(48), defaultTtl: Duration.hours(24), maxTtl: Duration.hours(12) })).toThrow(
      [
        'Stack/Rules:',
        'minTtl is 2 days and defaultTtl is 1 day; the minimum must not exceed the default',
        'defaultTtl is 1 day and maxTtl is 12 hours; the default must not exceed the maximum',
      ].join('\n  '),
    );
  });

  test('fails when a bound is beyond a year [edge-ttl-bounds]', () => {
    expect(refusal({ maxTtl: Duration.days(366) })).toThrow('maxTtl is 366 days; give 0 seconds to 365 days');
  });

  test('a cache that is off keeps no compressed forms and has no key [edge-ttl-bounds]', () => {
    const off = keyed({ EnableAcceptEncodingGzip: false, EnableAcceptEncodingBrotli: false });
    synthesise({ maxTtl: Duration.seconds(0) }).hasResourceProperties('AWS::CloudFront::CachePolicy', off);
    const on = keyed({ EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true });
    synthesise().hasResourceProperties('AWS::CloudFront::CachePolicy', on);
  });

  test('fails when a cache that is off is told what to key by or to compress [edge-ttl-bounds]', () => {
    expect(
      refusal({
        maxTtl: Duration.seconds(0),
        queryStrings: CacheQueryStringBehavior.all(),
        headers: CacheHeaderBehavior.allowList('Accept'),
        cookies: CacheCookieBehavior.all(),
        compression: true,
      }),
    ).toThrow(
      [
        'Stack/Rules:',
        ...['queryStrings', 'headers', 'cookies'].map(
          (kind) =>
            `${kind} are part of the key although maxTtl is 0 and nothing is kept; pass them on with forwardOnly, or raise maxTtl`,
        ),
        'compression is true although maxTtl is 0 and nothing is kept; leave compression out, or raise maxTtl',
      ].join('\n  '),
    );
  });
});

describe('what makes two requests different', () => {
  const url = (query: string) => ({ url: `/user?${query}` });
  const same = (parts: CacheKeyParts, a: string, b: string) => cacheKey(parts, url(a)) === cacheKey(parts, url(b));

  test('by default the path alone: two pages are one object [edge-cache-key-query]', () => {
    expect(same(keyOf({}), 'page=1&size=5', 'page=2&size=6')).toBe(true);
    expect(cacheKey(keyOf({}), { url: '/a' })).not.toBe(cacheKey(keyOf({}), { url: '/b' }));
    synthesise().hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ QueryStringsConfig: { QueryStringBehavior: 'none' } }),
    );
  });

  test('listed query strings make different objects, others do not [edge-cache-key-query]', () => {
    const queryStrings = CacheQueryStringBehavior.allowList('language');
    expect(same(keyOf({ queryStrings }), 'language=en', 'language=es')).toBe(false);
    expect(same(keyOf({ queryStrings }), 'language=en&page=1', 'page=2&language=en')).toBe(true);
    synthesise({ queryStrings }).hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['language'] } }),
    );
  });

  test('all query strings, or all but some, can count [edge-cache-key-query]', () => {
    const all = keyOf({ queryStrings: CacheQueryStringBehavior.all() });
    expect(same(all, 'page=1&size=5', 'page=2&size=5')).toBe(false);
    const most = keyOf({ queryStrings: CacheQueryStringBehavior.denyList('utm') });
    expect(same(most, 'page=1&utm=a', 'page=1&utm=b')).toBe(true);
    expect(same(most, 'page=1', 'page=2')).toBe(false);
    synthesise({ queryStrings: CacheQueryStringBehavior.all() }).hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ QueryStringsConfig: { QueryStringBehavior: 'all' } }),
    );
  });

  test('the same query strings in another order, or encoded another way, are another object [edge-cache-key-query]', () => {
    const all = keyOf({ queryStrings: CacheQueryStringBehavior.all() });
    expect(same(all, 'page=1&size=5', 'size=5&page=1')).toBe(false);
    expect(same(all, 'q=a+b', 'q=a%20b')).toBe(false);
    const listed = keyOf({ queryStrings: CacheQueryStringBehavior.allowList('page', 'size') });
    expect(same(listed, 'page=1&utm=x&size=5', 'page=1&size=5')).toBe(true);
    expect(same(listed, 'page=1&size=5', 'size=5&page=1')).toBe(false);
  });

  test('two signed-in users have a key each, visitors without a cookie share one [edge-cache-key-headers-cookies]', () => {
    const cookies = CacheCookieBehavior.allowList('session');
    const of = (given: Record<string, string>) => cacheKey(keyOf({ cookies }), { url: '/', cookies: given });
    expect(of({ session: 'ann' })).not.toBe(of({ session: 'bob' }));
    expect(of({ theme: 'dark' })).toBe(of({}));
    synthesise({ cookies }).hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['session'] } }),
    );
  });

  test('a listed header counts, written in any case [edge-cache-key-headers-cookies]', () => {
    const headers = CacheHeaderBehavior.allowList('Accept-Language');
    const of = (given: Record<string, string>) => cacheKey(keyOf({ headers }), { url: '/', headers: given });
    expect(of({ 'accept-language': 'de' })).not.toBe(of({ 'accept-language': 'fr' }));
    expect(of({ 'ACCEPT-LANGUAGE': 'de', 'user-agent': 'x' })).toBe(of({ 'accept-language': 'de' }));
    synthesise({ headers }).hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Language'] } }),
    );
  });

  test.each([
    ['queryStrings', { queryStrings: CacheQueryStringBehavior.allowList(...names(11)) }],
    ['headers', { headers: CacheHeaderBehavior.allowList(...names(11)) }],
    ['cookies', { cookies: CacheCookieBehavior.allowList(...names(11)) }],
  ])(
    'fails when %s lists 11 names and the quota was not raised [edge-cache-key-query, edge-cache-key-headers-cookies]',
    (kind, props) => {
      expect(refusal(props)).toThrow(
        `Stack/Rules:\n  ${kind} lists 11 names; a list takes 10, so leave some out, or raise the quota and say so in namesPerList`,
      );
      expect(refusal({ ...props, namesPerList: 20 })).not.toThrow();
    },
  );

  test('values can reach the origin without making different objects [edge-forward-without-keying]', () => {
    const template = synthesise({
      queryStrings: CacheQueryStringBehavior.allowList('language'),
      forwardOnly: { queryStrings: ['trace'], headers: ['User-Agent'], cookies: ['theme'] },
    });
    template.hasResourceProperties('AWS::CloudFront::OriginRequestPolicy', {
      OriginRequestPolicyConfig: {
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['trace'] },
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['User-Agent'] },
        CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['theme'] },
      },
    });
    template.hasResourceProperties(
      'AWS::CloudFront::CachePolicy',
      keyed({ QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['language'] } }),
    );
    synthesise().resourceCountIs('AWS::CloudFront::OriginRequestPolicy', 0);
  });

  test('fails when a value is keyed and forwarded beside, or Authorization is only forwarded [edge-forward-without-keying, edge-cache-key-headers-cookies]', () => {
    expect(
      refusal({
        queryStrings: CacheQueryStringBehavior.all(),
        headers: CacheHeaderBehavior.allowList('Accept'),
        cookies: CacheCookieBehavior.allowList('session'),
        forwardOnly: { queryStrings: ['page'], headers: ['accept', 'Authorization'], cookies: ['session', 'theme'] },
      }),
    ).toThrow(
      [
        'Stack/Rules:',
        'forwardOnly.queryStrings has page, which the key holds and so forwards already; name it in one place',
        'forwardOnly.headers has accept, which the key holds and so forwards already; name it in one place',
        'forwardOnly.cookies has session, which the key holds and so forwards already; name it in one place',
        'forwardOnly.headers has Authorization, which is passed on only as part of the key; put it into headers',
      ].join('\n  '),
    );
  });
});
