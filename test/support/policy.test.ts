import { decide, decideTogether, text, type PolicyDocument } from './policy';

const one = (statement: Partial<PolicyDocument['Statement'][number]>): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:x/*', ...statement }],
});
const get = { action: 's3:GetObject', resource: 'arn:x/a' };

describe('a policy', () => {
  test.each([
    ['the action and the resource match', one({}), 'allow'],
    ['actions are compared without case and with wildcards', one({ Action: ['S3:get*'] }), 'allow'],
    ['another action is asked for', one({ Action: 's3:PutObject' }), 'implicit deny'],
    ['the action is among those not meant', one({ Action: undefined, NotAction: 's3:Get*' }), 'implicit deny'],
    ['the resource is another', one({ Resource: 'arn:y/*' }), 'implicit deny'],
    ['the principal is another', one({ Principal: { Service: 'a.amazonaws.com' } }), 'implicit deny'],
    ['a deny matches', one({ Effect: 'Deny' }), 'explicit deny'],
    ['a condition key is missing', one({ Condition: { StringEquals: { 'aws:x': '1' } } }), 'implicit deny'],
    ['a negated condition key is missing', one({ Condition: { StringNotEquals: { 'aws:x': '1' } } }), 'allow'],
    ['a key may be missing', one({ Condition: { BoolIfExists: { 'aws:x': 'false' } } }), 'allow'],
    ['a key must be there and is not', one({ Condition: { Null: { 'aws:x': 'false' } } }), 'implicit deny'],
  ] as const)('%s', (_, policy, decision) => {
    expect(decide(policy, get)).toBe(decision);
  });

  test.each([
    ['StringEquals', '1', 'allow'],
    ['StringEquals', '2', 'implicit deny'],
    ['StringNotEquals', '1', 'implicit deny'],
    ['StringLike', '?', 'allow'],
    ['ArnNotLike', '*', 'implicit deny'],
    ['NumericLessThan', '1.2', 'allow'],
    ['NumericLessThan', '1', 'implicit deny'],
  ])('a key of value 1 under %s %s', (operator, expected, decision) => {
    expect(
      decide(one({ Condition: { [operator]: { 'AWS:X': expected } } }), { ...get, context: { 'aws:x': '1' } }),
    ).toBe(decision);
  });

  test('within an account one side is enough, across accounts both are needed, and a deny always wins', () => {
    const allow = one({});
    const nothing = { Statement: [] };
    expect(decideTogether(allow, nothing, get, true)).toBe('allow');
    expect(decideTogether(allow, nothing, get, false)).toBe('implicit deny');
    expect(decideTogether(allow, allow, get, false)).toBe('allow');
    expect(decideTogether(allow, one({ Effect: 'Deny' }), get, true)).toBe('explicit deny');
  });

  test('intrinsic functions are read as text', () => {
    expect(text({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] })).toBe('<Bucket.Arn>/*');
    expect(text({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':x']] })).toBe('arn:<AWS::Partition>:x');
    expect(() => text({ 'Fn::Select': [0, []] })).toThrow('teach test/support/policy.ts the function Fn::Select');
  });
});
