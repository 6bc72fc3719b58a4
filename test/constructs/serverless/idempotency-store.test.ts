import { Duration, type Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IdempotencyStore, type IdempotencyStoreProps } from '../../../lib/constructs/serverless/idempotency-store';
import { templateOf, testStack } from '../../support/app';

const make = (stack: Stack, props: Partial<IdempotencyStoreProps> = {}) =>
  new IdempotencyStore(stack, 'Done', { retriedFor: Duration.days(4), ...props });

describe('IdempotencyStore', () => {
  test('is a table in the form Powertools expects, paid by use, whose entries expire [serverless-idempotency]', () => {
    templateOf((stack) => make(stack)).hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: false,
    });
  });

  test('a function may claim, finish and release entries, but not list them [serverless-idempotency]', () => {
    const template = templateOf((stack) =>
      make(stack).grantUse(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })),
    );
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('DoneTable'), 'Arn'] },
      },
    ]);
  });

  test('remembers a day longer than an event may come again, and tells functions for how long [serverless-idempotency]', () => {
    const stack = testStack();
    const { environment, table } = make(stack);
    expect(environment).toEqual({ IDEMPOTENCY_TABLE: table.tableName, IDEMPOTENCY_EXPIRY_SECONDS: '432000' });
  });

  test.each([Duration.days(4), Duration.hours(1)])(
    'fails when it forgets while an event may still come again: after %s [serverless-idempotency]',
    (window) => {
      expect(() => make(testStack(), { window })).toThrow(
        `Stack/Done:\n  window is ${window.toHumanString()}, but the same event may come again for 4 days; remember for longer than that`,
      );
    },
  );
});
