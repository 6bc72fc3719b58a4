import * as fc from 'fast-check';
import { gap } from '../../../tools/template/text';
import { literal, matches, matchesArn } from '../../../tools/access/match';

const name = gap('name', 'Table', 'stack-');
const other = gap('name', 'Other', 'stack-');
const account = gap('account', 'account');
const region = gap('region', 'region');
const any = gap('any', 'object name');
const unknown = gap('unknown', 'Parameter');

describe('a pattern', () => {
  test.each([
    ['*', 'anything', 'yes'],
    ['a', 'a', 'yes'],
    ['a', 'b', 'no'],
    ['a*', 'abc', 'yes'],
    ['a*', 'a', 'yes'],
    ['*c', 'abc', 'yes'],
    ['a*c', 'abbbc', 'yes'],
    ['a*c', 'abbbd', 'no'],
    ['a?c', 'abc', 'yes'],
    ['a?c', 'ac', 'no'],
    ['a?c', 'abbc', 'no'],
    ['**', '', 'yes'],
    ['', '', 'yes'],
    ['', 'a', 'no'],
    ['a', '', 'no'],
    ['a.c', 'abc', 'no'],
    ['a+(b)', 'a+(b)', 'yes'],
  ])('%s against %s is %s', (pattern, value, truth) => {
    expect(matches(pattern, value).truth).toBe(truth);
  });

  test('actions match whatever their case, resources only in the same case [identity-eval-matching]', () => {
    expect(matches('s3:getobject', 's3:GetObject', { ignoreCase: true }).truth).toBe('yes');
    expect(matches('S3:GET*', 's3:GetObject', { ignoreCase: true }).truth).toBe('yes');
    expect(matches('arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket', { segments: true }).truth).toBe('no');
  });

  test('a star in the middle of a segment of a resource stays in it, one at its end goes beyond [identity-eval-matching]', () => {
    const resource = (pattern: string, value: string) => matches(pattern, value, { segments: true }).truth;
    expect(resource('arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:1:topic')).toBe('yes');
    expect(resource('arn:aws:sns:*', 'arn:aws:sns:eu-west-1:1:topic')).toBe('yes');
    expect(resource('arn:aws:sns:eu-*-1:1:topic', 'arn:aws:sns:eu-west-1:1:topic')).toBe('yes');
    expect(resource('arn:aws:sns:e*c', 'arn:aws:sns:eu-west-1:1:topic')).toBe('no');
    expect(resource('arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test/3/object.jpg')).toBe('yes');
    expect(resource('arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1-test/object.jpg')).toBe('no');
  });

  test('the ARN operators compare each of the six parts by itself', () => {
    expect(matchesArn('arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:1:topic').truth).toBe('yes');
    expect(matchesArn('arn:aws:sns:*', 'arn:aws:sns:eu-west-1:1:topic').truth).toBe('maybe');
    expect(matchesArn('arn:aws:sns:*:1:topic', 'topic').truth).toBe('no');
    expect(matchesArn('arn:aws:*:*:*:topic', 'arn:aws:sns:eu-west-1:1:topic').truth).toBe('yes');
    expect(matchesArn('arn:aws:*:*:a*:topic', 'arn:aws:sns:eu-west-1:1:a:topic').truth).toBe('no');
    expect(matchesArn('*', 'arn:aws:sns:eu-west-1:1:topic').truth).toBe('yes');
    expect(matchesArn('arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:eu-west-1:1:log-group:a:log-stream:b').truth).toBe(
      'yes',
    );
  });

  test('without wildcards a star is a star', () => {
    expect(matches('*', '*', { wildcards: false }).truth).toBe('yes');
    expect(matches('*', 'a', { wildcards: false }).truth).toBe('no');
    expect(matches('a?', 'ab', { wildcards: false }).truth).toBe('no');
  });

  test('a marked character stands for itself', () => {
    expect(matches(`${literal}*`, '*').truth).toBe('yes');
    expect(matches(`${literal}*`, 'a').truth).toBe('no');
    expect(matches(`a${literal}?*`, 'a?b').truth).toBe('yes');
  });
});

describe('gaps', () => {
  test('a made-up name is itself, is covered by a star, and is nothing else', () => {
    expect(matches(`table/${name}`, `table/${name}`).truth).toBe('yes');
    expect(matches(`table/*`, `table/${name}`).truth).toBe('yes');
    expect(matches(`table/${other}`, `table/${name}`).truth).toBe('no');
    expect(matches('table/Orders', `table/${name}`).truth).toBe('no');
    expect(matches(`table/${name}`, 'table/Orders').truth).toBe('no');
  });

  test('a made-up name may fall under a pattern that fits its beginning', () => {
    expect(matches('table/stack-*', `table/${name}`).truth).toBe('maybe');
    expect(matches('table/STACK-Ta*', `table/${name}`).truth).toBe('maybe');
    expect(matches('table/prod-*', `table/${name}`).truth).toBe('no');
    expect(matches('table/*-x', `table/${name}`).truth).toBe('maybe');
    expect(matches('table/prod-*', `table/${gap('name', 'Table')}`).truth).toBe('maybe');
    expect(matches('table/a/*', `table/${name}`).truth).toBe('no');
  });

  test('the account deployed to is no account written by hand', () => {
    expect(matches(`arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:root`).truth).toBe('yes');
    expect(matches('arn:aws:iam::111122223333:root', `arn:aws:iam::${account}:root`).truth).toBe('no');
    expect(matches('arn:aws:iam::*:root', `arn:aws:iam::${account}:root`).truth).toBe('yes');
  });

  test('the region deployed to may be any', () => {
    expect(matches('arn:aws:sqs:us-east-1:1:q', `arn:aws:sqs:${region}:1:q`)).toEqual({
      truth: 'maybe',
      because: ['it depends on the region deployed to'],
    });
    expect(matches('arn:aws:sqs:*:1:q', `arn:aws:sqs:${region}:1:q`).truth).toBe('yes');
    expect(matches('arn:aws:sqs:us-east-1:1:p', `arn:aws:sqs:${region}:1:q`).truth).toBe('no');
  });

  test('what the asker left open is covered for certain only by a star', () => {
    expect(matches('bucket/*', `bucket/${any}`).truth).toBe('yes');
    expect(matches('bucket/a/*', `bucket/${any}`)).toEqual({
      truth: 'maybe',
      because: ['it depends on the object name'],
    });
    expect(matches('other/*', `bucket/${any}`).truth).toBe('no');
  });

  test('an unknown value may be anything, in the pattern too', () => {
    expect(matches(`arn:${unknown}`, 'arn:x')).toEqual({
      truth: 'maybe',
      because: ['the value of Parameter is not in the templates'],
    });
    expect(matches(`arn:${unknown}/a`, 'arn:x/b').truth).toBe('no');
    expect(matches(`arn:${unknown}`, `arn:${unknown}`).truth).toBe('yes');
  });

  test('only what differs is named as a reason', () => {
    expect(matches(`${name}/a*`, `${name}/${any}`).because).toEqual(['it depends on the object name']);
  });
});

/** The obvious way: try every split. */
function naive(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') {
    return Array.from({ length: value.length + 1 }, (_, i) => i).some((i) => naive(pattern.slice(1), value.slice(i)));
  }
  return value !== '' && (pattern[0] === '?' || pattern[0] === value[0]) && naive(pattern.slice(1), value.slice(1));
}

describe('in general', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '*', '?'), maxLength: 8 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 8 });

  test('the matcher agrees with trying every split [identity-eval-matching]', () => {
    fc.assert(
      fc.property(pattern, value, (p, v) => {
        expect(matches(p, v).truth).toBe(naive(p, v) ? 'yes' : 'no');
      }),
      { numRuns: 3000 },
    );
  });

  test('filling a gap in either text never contradicts what was said of it', () => {
    const kinds = fc.constantFrom('any' as const, 'unknown' as const, 'region' as const);
    fc.assert(
      fc.property(pattern, value, value, value, kinds, fc.boolean(), (p, before, filling, after, kind, inPattern) => {
        fc.pre(kind !== 'region' || /^[ab]*$/.test(filling));
        const open = gap(kind, 'it');
        const said = inPattern
          ? matches(before + open + after, before + filling + after).truth
          : matches(p, before + open + after).truth;
        const fact = inPattern ? true : naive(p, before + filling + after);
        expect(said).not.toBe(fact ? 'no' : 'yes');
      }),
      { numRuns: 3000 },
    );
  });
});
