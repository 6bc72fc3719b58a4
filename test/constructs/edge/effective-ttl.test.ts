import fc from 'fast-check';
import { effectiveTtl, type CachingHeaders, type TtlBounds } from '../../../lib/constructs/edge/effective-ttl';

const now = new Date('2026-01-01T00:00:00Z');
const standard: TtlBounds = { minimum: 0, default: 86_400, maximum: 31_536_000 };
const narrow: TtlBounds = { minimum: 60, default: 300, maximum: 3_600 };
const control = (value: string): CachingHeaders => ({ 'Cache-Control': value });

test.each<[string, TtlBounds, CachingHeaders, number]>([
  ['without a header the default counts', standard, {}, 86_400],
  ['max-age counts', standard, control('max-age=120'), 120],
  ['s-maxage wins over max-age', standard, control('max-age=31536000, s-maxage=300, immutable'), 300],
  ['Expires counts from now', standard, { Expires: 'Thu, 01 Jan 2026 00:10:00 GMT' }, 600],
  [
    'Expires is ignored beside max-age',
    standard,
    { ...control('max-age=5'), Expires: 'Thu, 01 Jan 2026 00:10:00 GMT' },
    5,
  ],
  ['an Expires in the past is not kept', standard, { Expires: 'Thu, 01 Jan 2015 00:00:00 GMT' }, 0],
  ['an Expires that is no date has passed', standard, { Expires: '0' }, 0],
  ['names count in any case', standard, { 'cache-control': 'MAX-AGE=7' }, 7],
  ['a quoted number counts', standard, control('max-age="9"'), 9],
  ['a max-age that is no number counts as none', standard, control('max-age=soon'), 86_400],
  ['no-store is not kept', standard, control('no-store'), 0],
  ['no-cache is not kept, whatever max-age says', standard, control('no-cache, max-age=100'), 0],
  ['private is not kept', standard, control('private'), 0],
  ['no-store is kept for the minimum above 0', narrow, control('no-store'), 60],
  ['no-cache is kept for the minimum above 0', narrow, control('no-cache'), 60],
  ['private is kept for the minimum above 0', narrow, control('private'), 60],
])('%s [edge-origin-cache-headers]', (_, bounds, headers, seconds) => {
  expect(effectiveTtl(bounds, headers, now)).toBe(seconds);
});

test.each([
  ['less than the minimum is raised to it', 'max-age=1', 60],
  ['more than the maximum is cut to it', 'max-age=7200', 3_600],
  ['s-maxage is cut too', 's-maxage=7200', 3_600],
])('%s [edge-ttl-bounds]', (_, value, seconds) => {
  expect(effectiveTtl(narrow, control(value), now)).toBe(seconds);
});

test('whatever an origin sends, the answer lies within the bounds [edge-ttl-bounds]', () => {
  const seconds = fc.nat(40_000_000);
  const bounds = fc
    .tuple(seconds, seconds, seconds)
    .map((three) => three.sort((a, b) => a - b))
    .map(([minimum, middle, maximum]) => ({ minimum: minimum, default: middle, maximum: maximum }));
  const directive = fc.oneof(
    fc.constantFrom('no-store', 'no-cache', 'private', 'public', 'immutable', ''),
    seconds.map((value) => `max-age=${value}`),
    seconds.map((value) => `s-maxage=${value}`),
  );
  fc.assert(
    fc.property(bounds, fc.array(directive, { maxLength: 4 }), (given, directives) => {
      const ttl = effectiveTtl(given, control(directives.join(', ')), now);
      expect(ttl).toBeGreaterThanOrEqual(given.minimum);
      expect(ttl).toBeLessThanOrEqual(given.maximum);
    }),
  );
});
