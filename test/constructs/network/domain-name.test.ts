import {
  domainNameFault,
  domainPatternFault,
  isWithin,
  matchesPattern,
} from '../../../lib/constructs/network/domain-name';

describe('a domain name', () => {
  test.each(['internal.example.com', 'corp', '_dmarc.example.com', 'a-1.example', `${'a'.repeat(63)}.com`])(
    '%s is one',
    (name) => expect(domainNameFault('name', name)).toBeUndefined(),
  );

  test.each([
    ['Example.com', 'name is Example.com; write example.com, in lower case and without a dot at its end'],
    ['example.com.', 'name is example.com.; write example.com, in lower case and without a dot at its end'],
    ['', 'not ""'],
    ['-a.example.com', 'not "-a"'],
    ['a..com', 'not ""'],
    ['a b.com', 'name is a b.com; write labels of 1 to 63 letters, digits, - and _'],
    [`${'a'.repeat(64)}.com`, 'write labels of 1 to 63'],
    [`${'a.'.repeat(127)}com`, 'name is 257 characters; write at most 253'],
  ])('fails on "%s"', (name, fault) => expect(domainNameFault('name', name)).toContain(fault));
});

describe('an entry of a firewall list', () => {
  test.each(['*', '*.example.com', 'example.com'])('%s is one', (pattern) => {
    expect(domainPatternFault('domains', pattern)).toBeUndefined();
  });

  test.each([
    ['a.*.com', 'domains is a.*.com; write * alone, or once and first before a dot, such as *.example.com'],
    ['*example.com', 'domains is *example.com; write * alone, or once and first'],
    ['*.Example.com', 'domains is Example.com; write example.com'],
    ['exa mple.com', 'not "exa mple"'],
  ])('fails on %s', (pattern, fault) => expect(domainPatternFault('domains', pattern)).toContain(fault));

  test('*.example.com stands for what is below example.com, at any depth, and not for itself', () => {
    const matching = ['a.example.com', 'a.b.example.com', 'example.com', 'badexample.com'];
    expect(matching.map((name) => matchesPattern(name, '*.example.com'))).toEqual([true, true, false, false]);
    expect(matching.map((name) => matchesPattern(name, '*'))).toEqual([true, true, true, true]);
  });
});

test('a name lies within its own domain and those above it', () => {
  expect(['a.example.com', 'example.com', 'badexample.com'].map((name) => isWithin(name, 'example.com'))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isWithin('example.com', '.')).toBe(true);
});
