import fc from 'fast-check';
import { largestComparable, NoticeFilter, type FilterPolicy } from '../../../lib/constructs/messaging/filter-policy';

const body = (policy: FilterPolicy, message: unknown) => NoticeFilter.byBody(policy).accepts({ body: message });
const attributes = (policy: FilterPolicy, message: Record<string, [type: string, value: string]>) =>
  NoticeFilter.byAttributes(policy).accepts({
    body: 'any',
    attributes: Object.fromEntries(Object.entries(message).map(([name, [type, value]]) => [name, { type, value }])),
  });

describe('a filter over the body', () => {
  test.each<[string, FilterPolicy, unknown, unknown]>([
    ['a text', { store: ['fans'] }, { store: 'fans' }, { store: 'Fans' }],
    ['one of several texts', { store: ['fans', 'pets'] }, { store: 'pets' }, { store: 'food' }],
    ['a number', { price: [100] }, { price: 1e2 }, { price: '100' }],
    ['true', { paid: [true] }, { paid: true }, { paid: false }],
    ['null', { paid: [null] }, { paid: null }, { paid: 'null' }],
    ['a beginning', { key: [{ prefix: 'up/' }] }, { key: 'up/a' }, { key: 'down/up/' }],
    ['an end', { key: [{ suffix: '.mp4' }] }, { key: 'a.mp4' }, { key: 'a.MP4' }],
    ['a text in any case', { key: [{ 'equals-ignore-case': 'Tennis' }] }, { key: 'TENNIS' }, { key: 'table tennis' }],
    ['anything but a text', { sport: [{ 'anything-but': 'rugby' }] }, { sport: 'tennis' }, { sport: 'rugby' }],
    ['anything but a list', { sport: [{ 'anything-but': ['rugby', 1] }] }, { sport: 'golf' }, { sport: 1 }],
    ['anything but a beginning', { key: [{ 'anything-but': { prefix: 'up/' } }] }, { key: 'a' }, { key: 'up/a' }],
    ['a number in a range', { size: [{ numeric: ['>', 0, '<=', 9] }] }, { size: 9 }, { size: 0 }],
    ['an equal number', { size: [{ numeric: ['=', 301.5] }] }, { size: 3.015e2 }, { size: 301 }],
    ['that something is there', { store: [{ exists: true }] }, { store: 'fans' }, { shop: 'fans' }],
    ['that something is missing', { store: [{ exists: false }] }, { shop: 'fans' }, { store: 'fans' }],
    ['an address in a network', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: '10.0.0.255' }, { ip: '10.0.1.0' }],
    ['an address in an IPv6 network', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db8::1' }, { ip: '10.0.0.1' }],
    ['several properties at once', { a: [1], b: [2] }, { a: 1, b: 2 }, { a: 1, b: 3 }],
    ['one of several properties', { $or: [{ a: [1] }, { b: [2] }] }, { a: 0, b: 2 }, { a: 2, b: 1 }],
    ['a property within others', { s3: { object: { key: ['a'] } } }, { s3: { object: { key: 'a' } } }, { key: 'a' }],
    ['a property within a list', { Records: { n: ['b'] } }, { Records: [{ n: 'a' }, { n: 'b' }] }, { Records: [] }],
    ['a value in a list', { sports: ['golf'] }, { sports: ['rugby', 'golf'] }, { sports: ['rugby'] }],
    ['what else a list holds', { s: [{ 'anything-but': ['a'] }] }, { s: ['a', 'b'] }, { s: ['a'] }],
  ])('asks for %s [messaging-topic-filter]', (_, policy, passes, fails) => {
    expect(NoticeFilter.byBody(policy).faults()).toEqual([]);
    expect(body(policy, passes)).toBe(true);
    expect(body(policy, fails)).toBe(false);
  });

  test('sees no number above a billion, so a filter by size loses the largest objects [messaging-topic-filter]', () => {
    const atLeast = { size: [{ numeric: ['>=', 5_000_000] }] };
    expect(body(atLeast, { size: largestComparable })).toBe(true);
    expect(body(atLeast, { size: largestComparable + 1 })).toBe(false);
  });

  test.each([['hello'], [null], [3], [[]]])('is met by no body that is not an object: %j', (message) => {
    expect(body({ store: [{ exists: true }] }, message)).toBe(false);
  });

  test('with one more property never lets more through [messaging-topic-filter]', () => {
    const condition = fc.oneof(
      fc.constantFrom('a', 'b', 1, null, true),
      fc.constantFrom('a', 'b').map((prefix) => ({ prefix })),
      fc.constantFrom('a', 'b').map((text) => ({ 'anything-but': text })),
      fc.boolean().map((exists) => ({ exists })),
    );
    const policy = fc.dictionary(fc.constantFrom('x', 'y'), fc.array(condition, { minLength: 1, maxLength: 3 }), {
      minKeys: 1,
    });
    const message = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('a', 'ab', 'b', 1, null, true));
    fc.assert(
      fc.property(policy, fc.array(condition, { minLength: 1 }), message, (narrow, more, sent) => {
        if (body({ ...narrow, z: more }, sent)) expect(body(narrow, sent)).toBe(true);
      }),
    );
  });
});

describe('a filter over attributes', () => {
  test('reads texts, numbers and lists of texts, and no bytes [messaging-topic-filter]', () => {
    expect(attributes({ store: ['fans'] }, { store: ['String', 'fans'] })).toBe(true);
    expect(attributes({ price: [{ numeric: ['<', 10] }] }, { price: ['Number', '9.5'] })).toBe(true);
    expect(attributes({ price: [{ numeric: ['<', 10] }] }, { price: ['String', '9.5'] })).toBe(false);
    expect(attributes({ sports: ['golf'] }, { sports: ['String.Array', '["golf", "rugby"]'] })).toBe(true);
    expect(attributes({ blob: [{ exists: true }] }, { blob: ['Binary', 'AAEC'] })).toBe(false);
  });

  test('is met by no message without attributes, not even by one that asks for absence [messaging-topic-filter]', () => {
    expect(attributes({ store: [{ exists: false }] }, {})).toBe(false);
    expect(attributes({ store: [{ exists: false }] }, { shop: ['String', 'fans'] })).toBe(true);
  });
});

describe('what SNS would refuse', () => {
  test.each<[string, NoticeFilter, string]>([
    ['nothing asked', NoticeFilter.byBody({}), 'filter names no property; leave it out, or name one'],
    [
      'six properties',
      NoticeFilter.byAttributes(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, ['x']]))),
      'filter names 6 properties; name at most 5',
    ],
    [
      'more than 150 combinations, depth counted',
      NoticeFilter.byBody({ a: { b: Array.from({ length: 9 }, (_, i) => i) }, c: { d: ['1', '2', '3', '4', '5'] } }),
      'filter makes 180 combinations (values times depth, multiplied); stay within 150, or filter in code',
    ],
    [
      'no condition',
      NoticeFilter.byBody({ a: { b: [] } }),
      'filter a.b lists no condition and would never match; list one',
    ],
    [
      'nesting over attributes',
      NoticeFilter.byAttributes({ a: { b: ['x'] } }),
      'filter a is nested, but attributes are flat; list conditions, or filter by the body',
    ],
    [
      'an operator that does not exist',
      NoticeFilter.byBody({ a: [{ startsWith: 'x' } as never] }),
      'filter a has the condition {"startsWith":"x"}; give one operator of prefix, suffix, equals-ignore-case, anything-but, numeric, exists, cidr',
    ],
    [
      'two operators in one condition',
      NoticeFilter.byBody({ a: [{ prefix: 'x', suffix: 'y' }] }),
      'filter a has the condition {"prefix":"x","suffix":"y"}; give one operator of',
    ],
    [
      'a comparison that is none',
      NoticeFilter.byBody({ a: [{ numeric: ['>', '5'] }] }),
      'filter a compares with [">","5"]; write it as [">=", 1] or [">", 0, "<=", 9]',
    ],
    [
      'a number too large to compare',
      NoticeFilter.byBody({ size: [{ numeric: ['>=', 5_000_000_000] }] }),
      'filter size compares with 5000000000; SNS compares numbers from -1000000000 to 1000000000 with five decimals',
    ],
    [
      'a number with six decimals',
      NoticeFilter.byBody({ size: [{ numeric: ['>=', 0.000001] }] }),
      'filter size compares with 0.000001; SNS compares numbers',
    ],
    ['a single alternative', NoticeFilter.byBody({ $or: [{ a: ['x'] }] }), 'filter $or needs two or more alternatives'],
  ])('%s [messaging-topic-filter]', (_, filter, fault) => {
    expect(filter.faults()).toEqual([expect.stringContaining(fault)]);
  });
});
