import type { Template } from '../../../tools/template/stack';
import { afterwards, planOf } from '../../../tools/sandbox/plan';

const table = (KeyType: string, policy = 'Delete'): Template => ({
  Resources: {
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { KeySchema: [{ AttributeName: KeyType, KeyType: 'HASH' }] },
      DeletionPolicy: policy,
      Metadata: { 'aws:cdk:path': 'shop/Orders/Resource' },
    },
    Topic: { Type: 'AWS::SNS::Topic' },
    Other: { Type: 'AWS::SNS::Topic' },
  },
});
const plan = (template: Template, deployed?: Template) => planOf({ name: 'shop', template }, deployed);

test('a new stack is counted by type, the most frequent first', () => {
  expect(plan(table('id'))).toEqual(['shop is new: 3 resources', '  2 AWS::SNS::Topic', '  1 AWS::DynamoDB::Table']);
});

test('an unchanged stack would not change', () => {
  expect(plan(table('id'), table('id'))).toEqual(['shop is there already and would not change']);
});

test('what an update replaces or deletes is named, and that its data goes', () => {
  const { Orders, Topic } = table('key').Resources;
  expect(plan({ Resources: { Orders, Topic } }, table('id'))).toEqual([
    'shop is there already: 1 deleted, 1 replaced',
    '  deleted: Other (AWS::SNS::Topic)',
    '  replaced: shop/Orders (AWS::DynamoDB::Table), with what is stored in it',
  ]);
});

test('what a destroy would leave is said beforehand', () => {
  expect(afterwards([{ name: 'shop', template: table('id') }])).toEqual(['a destroy leaves nothing behind']);
  expect(afterwards([{ name: 'shop', template: table('id', 'Retain') }])).toEqual([
    'after a destroy:',
    expect.stringMatching(/^ {2}shop\/Orders \(AWS::DynamoDB::Table\): it is retained/),
  ]);
});
