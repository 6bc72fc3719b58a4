import { isTrue, settled } from '../../../tools/template/settle';

const template = {
  Parameters: { Encrypt: { Type: 'String', Default: 'true' }, Open: { Type: 'String' } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'Encrypt' }, 'true'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Perhaps: { 'Fn::Equals': [{ Ref: 'Open' }, 'x'] },
  },
  Mappings: { Sizes: { small: { Disk: 8 } } },
};
const settle = (value: unknown): unknown =>
  settled([{ name: 'stack', template: { ...template, Resources: { R: { Type: 'T', Properties: { V: value } } } } }])[0]
    .template.Resources.R.Properties!.V;

test.each([
  [{ Ref: 'Encrypt' }, 'true'],
  [{ 'Fn::If': ['Yes', 1, 2] }, 1],
  [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, undefined],
  [{ 'Fn::FindInMap': ['Sizes', 'small', 'Disk'] }, 8],
  [{ 'Fn::Sub': 'x-${Encrypt}' }, 'x-true'],
])('%j is settled as %j', (written, value) => {
  expect(settle(written)).toEqual(value);
});

test.each([
  [{ Ref: 'Open' }],
  [{ Ref: 'R' }],
  [{ Ref: 'AWS::Region' }],
  [{ 'Fn::GetAtt': ['R', 'Arn'] }],
  [{ 'Fn::If': ['Perhaps', 1, { Ref: 'AWS::NoValue' }] }],
  [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Disk'] }],
  [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['R', 'Arn'] }, '/*']] }],
  [{ 'Fn::ImportValue': 'elsewhere' }],
])('%j stays as it is written', (written) => {
  expect(settle(written)).toEqual(written);
});

test('what is not made is gone, what may be made stays', () => {
  const made = (Condition: string) => ({ Type: 'T', Condition });
  const Resources = { Sure: made('Yes'), Never: made('No'), Open: made('Perhaps') };
  const [{ template: after }] = settled([{ name: 'stack', template: { ...template, Resources } }]);
  expect(Object.keys(after.Resources)).toEqual(['Sure', 'Open']);
});

test('true is a truth or text', () => {
  expect([true, 'true', false, 'false', undefined, { Ref: 'A' }].map(isTrue)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
