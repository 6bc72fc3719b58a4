import { gap } from '../../../tools/template/text';
import { holds, inWords, meets } from '../../../tools/access/conditions';
import { RequestContext, type Context } from '../../../tools/access/context';
import { substituted } from '../../../tools/access/variables';

const truth = (operator: string, values: string | readonly string[], context: Context, key = 'k') =>
  holds({ operator, key, values: [values].flat() }, new RequestContext(context)).truth;

describe('an operator', () => {
  test.each([
    ['StringEquals', 'a', 'a', 'yes'],
    ['StringEquals', 'a', 'A', 'no'],
    ['StringEquals', 'a*', 'ab', 'no'],
    ['StringEquals', ['b', 'a'], 'a', 'yes'],
    ['StringNotEquals', 'a', 'b', 'yes'],
    ['StringNotEquals', ['a', 'b'], 'b', 'no'],
    ['StringEqualsIgnoreCase', 'a', 'A', 'yes'],
    ['StringNotEqualsIgnoreCase', 'a', 'A', 'no'],
    ['StringLike', 'a*', 'ab', 'yes'],
    ['StringLike', 'a?', 'abc', 'no'],
    ['StringNotLike', 'a*', 'ab', 'no'],
    ['stringlike', 'a*', 'ab', 'yes'],
    ['Bool', 'true', 'true', 'yes'],
    ['Bool', 'TRUE', 'true', 'yes'],
    ['Bool', 'false', 'true', 'no'],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', 'yes'],
    ['NumericEquals', '10', '10.0', 'yes'],
    ['NumericNotEquals', '10', '10', 'no'],
    ['NumericLessThan', '10', '9', 'yes'],
    ['NumericLessThan', '10', '10', 'no'],
    ['NumericLessThanEquals', '10', '10', 'yes'],
    ['NumericGreaterThan', '10', '9', 'no'],
    ['NumericGreaterThanEquals', '10', '10', 'yes'],
    ['NumericLessThan', '10', 'ten', 'no'],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', 'yes'],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'no'],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', 'yes'],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-01', 'no'],
    ['DateGreaterThan', '1767225600', '2026-01-01T00:00:01Z', 'yes'],
    ['DateLessThanEquals', '1767225600', '2026-01-01T00:00:00Z', 'yes'],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '1767225600', 'yes'],
    ['IpAddress', '203.0.113.0/24', '203.0.113.7', 'yes'],
    ['IpAddress', '203.0.113.0/24', '203.0.114.7', 'no'],
    ['IpAddress', '203.0.113.7', '203.0.113.7', 'yes'],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', 'yes'],
    ['IpAddress', '2001:db8::/32', '203.0.113.7', 'no'],
    ['IpAddress', 'nonsense', '203.0.113.7', 'no'],
    ['NotIpAddress', ['203.0.113.0/24', '2001:db8::/32'], '203.0.113.7', 'no'],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', 'yes'],
    ['ArnEquals', 'arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:1:topic', 'yes'],
    ['ArnLike', 'arn:aws:sns:*:1:t?pic', 'arn:aws:sns:eu-west-1:1:topic', 'yes'],
    ['ArnNotLike', 'arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:1:topic', 'no'],
    ['ArnNotEquals', 'arn:aws:sns:*:1:topic', 'arn:aws:sns:eu-west-1:2:topic', 'yes'],
  ] as const)('%s %j against %j is %s', (operator, values, actual, expected) => {
    expect(truth(operator, values, { k: actual })).toBe(expected);
  });

  test.each([
    ['StringEquals', 'a', 'no'],
    ['StringNotEquals', 'a', 'yes'],
    ['StringEqualsIfExists', 'a', 'yes'],
    ['StringNotEqualsIfExists', 'a', 'yes'],
    ['StringLike', '*', 'no'],
    ['Bool', 'false', 'no'],
    ['BoolIfExists', 'false', 'yes'],
    ['NumericLessThan', '10', 'no'],
    ['IpAddress', '0.0.0.0/0', 'no'],
    ['NotIpAddress', '0.0.0.0/0', 'yes'],
    ['ArnNotLike', '*', 'yes'],
    ['Null', 'true', 'yes'],
    ['Null', 'false', 'no'],
    ['ForAllValues:StringEquals', 'a', 'yes'],
    ['ForAnyValue:StringEquals', 'a', 'no'],
    ['ForAnyValue:StringNotEquals', 'a', 'no'],
    ['ForAnyValue:StringEqualsIfExists', 'a', 'yes'],
  ])('%s %s, when the request does not carry the key, is %s', (operator, values, expected) => {
    expect(truth(operator, values, { k: null })).toBe(expected);
  });

  test.each(['StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'Null', 'ForAllValues:StringLike'])(
    '%s on a key nobody knows is not decided, and the key is named',
    (operator) => {
      expect(holds({ operator, key: 'aws:x', values: ['true'] }, new RequestContext({}))).toEqual({
        truth: 'maybe',
        because: ['aws:x is not known; give it in the context'],
      });
    },
  );

  test.each([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], 'yes'],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], 'no'],
    ['ForAllValues:StringEquals', ['a', 'b'], [], 'yes'],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], 'yes'],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], 'no'],
    ['ForAnyValue:StringEquals', ['a', 'b'], [], 'no'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], 'yes'],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], 'no'],
    ['ForAnyValue:StringNotLike', ['a*'], ['ab', 'c'], 'yes'],
  ])('%s %j against the values %j is %s', (operator, values, actual, expected) => {
    expect(truth(operator, values, { k: actual })).toBe(expected);
  });

  test('that is not one is reported, never guessed', () => {
    expect(holds({ operator: 'StringMatches', key: 'k', values: ['a'] }, new RequestContext({ k: 'a' }))).toEqual({
      truth: 'maybe',
      because: ['the condition operator StringMatches is not one that is understood'],
    });
  });

  test('for one value is not applied to several', () => {
    expect(truth('StringEquals', 'a', { k: ['a', 'b'] })).toBe('maybe');
  });

  test('on text with gaps decides what can be decided', () => {
    const table = gap('name', 'Table');
    const parameter = gap('unknown', 'Parameter');
    expect(truth('StringEquals', table, { k: table })).toBe('yes');
    expect(truth('StringEquals', 'a', { k: table })).toBe('no');
    expect(truth('StringEquals', parameter, { k: 'a' })).toBe('maybe');
    expect(truth('NumericLessThan', parameter, { k: '1' })).toBe('maybe');
    expect(truth('IpAddress', parameter, { k: '203.0.113.7' })).toBe('maybe');
  });
});

describe('conditions', () => {
  const context = new RequestContext({ a: '1', b: null });

  test('must all be met, and one that is not decides over one nobody knows', () => {
    const equals = (key: string, value: string) => ({ operator: 'StringEquals', key, values: [value] });
    expect(meets([], context).truth).toBe('yes');
    expect(meets([equals('a', '1'), equals('a', '1')], context).truth).toBe('yes');
    expect(meets([equals('a', '1'), equals('c', '1')], context).truth).toBe('maybe');
    expect(meets([equals('b', '1'), equals('c', '1')], context).truth).toBe('no');
  });

  test('keys are compared whatever their case', () => {
    expect(truth('Bool', 'true', { 'AWS:SecureTransport': true }, 'aws:securetransport')).toBe('yes');
  });

  test.each([
    ['StringEquals', ['a', 'b'], 'k is a or b'],
    ['StringNotLike', ['a*'], 'k is not like a*'],
    ['BoolIfExists', ['false'], 'k (where it is sent) is false'],
    ['Null', ['false'], 'k is present'],
    ['ForAnyValue:StringEquals', ['a'], 'any value of k is a'],
    ['NumericLessThanEquals', ['9'], 'k is at most 9'],
    ['NotIpAddress', ['10.0.0.0/8'], 'k is not within 10.0.0.0/8'],
  ])('%s %j reads %s', (operator, values, words) => {
    expect(inWords({ operator, key: 'k', values })).toBe(words);
  });
});

describe('policy variables', () => {
  const context = new RequestContext({
    'aws:username': 'ann',
    'aws:PrincipalTag/team': 'blue*',
    'aws:userid': null,
    's3:prefix': ['a', 'b'],
  });

  test.each([
    ['user/${aws:username}', 'user/ann'],
    ['user/${AWS:UserName}', 'user/ann'],
    ['${aws:userid, \u0027nobody\u0027}', 'nobody'],
    ['${s3:prefix, \u0027x\u0027}', 'x'],
    ['plain', 'plain'],
  ])('%s becomes %s [identity-eval-matching]', (pattern, text) => {
    expect(substituted(pattern, context)).toBe(text);
  });

  test('without a value match nothing [identity-eval-matching]', () => {
    expect(substituted('user/${aws:userid}', context)).toBeUndefined();
    expect(truth('StringEquals', '${aws:userid}', { k: 'x', 'aws:userid': null })).toBe('no');
    expect(truth('StringNotEquals', '${aws:userid}', { k: 'x', 'aws:userid': null })).toBe('yes');
  });

  test('put in no wildcards of their own [identity-eval-matching]', () => {
    const like = (actual: string) =>
      truth('StringLike', 'team/${aws:PrincipalTag/team}', { k: actual, 'aws:PrincipalTag/team': 'blue*' });
    expect(like('team/blue*')).toBe('yes');
    expect(like('team/blues')).toBe('no');
  });

  test.each([
    ['${*}', '*', 'yes'],
    ['${*}', 'a', 'no'],
    ['${?}', '?', 'yes'],
    ['${$}{x}', '${x}', 'yes'],
  ])('%s against %s is %s', (pattern, actual, expected) => {
    expect(truth('StringLike', pattern, { k: actual })).toBe(expected);
  });

  test('nobody knows leave the match open', () => {
    expect(truth('StringLike', 'a/${aws:x}', { k: 'a/b' })).toBe('maybe');
    expect(truth('StringLike', 'a/${aws:x}', { k: 'b/b' })).toBe('no');
  });
});
