import { SecretValue } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { secretsInEnvironment } from '../../../lib/constructs/serverless/environment-secrets';
import { testStack } from '../../support/app';

const required = { description: 'Answers', code: Code.fromInline('x') };
const refusal = (props: Partial<AppFunctionProps>) => () =>
  new AppFunction(testStack(), 'Answer', { ...required, ...props });
const remedy =
  'everybody who sees the function sees it there; name the secret in secrets, and read it when it is needed';

describe('secrets of a function', () => {
  test('it is told their ARN and may read these and no others [serverless-secret-hygiene]', () => {
    const stack = testStack();
    const database = new Secret(stack, 'Database');
    new Secret(stack, 'Payments');
    new AppFunction(stack, 'Answer', { ...required, secrets: { DATABASE_SECRET: database } });
    const template = Template.fromStack(stack);
    const arn = stack.resolve(database.secretArn);
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { DATABASE_SECRET: arn } } });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const reading = policy.Properties.PolicyDocument.Statement.filter(({ Action }: any) =>
      JSON.stringify(Action).includes('secretsmanager:'),
    );
    expect(reading).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: arn,
      },
    ]);
  });

  test.each([
    ['a secret of Secrets Manager', SecretValue.secretsManager('database').unsafeUnwrap()],
    ['a part of one in a longer text', `user=a;password=${SecretValue.secretsManager('database').unsafeUnwrap()}`],
    ['a secret parameter', '{{resolve:ssm-secure:/shop/password}}'],
  ])('%s that a deployment would fill in is refused [serverless-secret-hygiene]', (_, value) => {
    expect(refusal({ environment: { DATABASE: value } })).toThrow(
      `Stack/Answer:\n  environment has DATABASE, into which a secret is filled; ${remedy}`,
    );
  });

  test.each([
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nabc'],
    ['an address with a password', 'postgres://shop:hunter2@db.example/shop'],
    ['an access key', ['AKIA', 'ABCDEFGHIJKLMNOP'].join('')],
  ])('%s is refused, and the error does not repeat it [serverless-secret-hygiene]', (_, value) => {
    expect(refusal({ environment: { DATABASE: value } })).toThrow(
      `environment has DATABASE, whose value looks like a secret; ${remedy}`,
    );
    expect(secretsInEnvironment({ DATABASE: value }).join()).not.toContain(value);
  });

  test('a parameter that is not to be shown is found in a template, and names, addresses and plain parameters pass [serverless-secret-hygiene]', () => {
    expect(secretsInEnvironment({ KEY: { 'Fn::Join': ['', ['a', { Ref: 'Key' }]] } }, ['Key'])).toEqual([
      `environment has KEY, which is a parameter that is not to be shown; ${remedy}`,
    ]);
    const plain = { URL: 'https://shop.example:8443/a@b', TABLE: { Ref: 'Table' }, SIZE: '{{resolve:ssm:/size}}' };
    expect(secretsInEnvironment(plain, ['Key'])).toEqual([]);
  });
});
