import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Code } from 'aws-cdk-lib/aws-lambda';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { allowInvoke, Invoker } from '../../../lib/constructs/serverless/invoker';
import { testStack } from '../../support/app';

function allowed(invoker: Invoker): Template {
  const stack = testStack();
  const answer = new AppFunction(stack, 'Answer', {
    description: 'Answers',
    code: Code.fromInline('exports.handler = async () => 1'),
  });
  const alias = new Alias(stack, 'Live', { aliasName: 'live', version: answer.currentVersion });
  allowInvoke(answer, alias, 'Caller', invoker);
  return Template.fromStack(stack);
}
const type = 'AWS::Lambda::Permission';

describe('allowInvoke', () => {
  test('a service calls on behalf of one resource, of one account, or both [serverless-resource-policy]', () => {
    const sourceArn = 'arn:aws:s3:::uploads';
    const alias = { Ref: Match.stringLikeRegexp('^Live') };
    allowed(Invoker.service('s3.amazonaws.com', { sourceArn, sourceAccount: '111122223333' })).hasResourceProperties(
      type,
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: alias,
        Principal: 's3.amazonaws.com',
        SourceArn: sourceArn,
        SourceAccount: '111122223333',
      },
    );
    allowed(Invoker.service('iot.amazonaws.com', { sourceAccount: '111122223333' })).hasResourceProperties(type, {
      SourceArn: Match.absent(),
      SourceAccount: '111122223333',
    });
  });

  test('another account, or every account of an organisation, may call [serverless-resource-policy]', () => {
    allowed(Invoker.account('444455556666')).hasResourceProperties(type, { Principal: '444455556666' });
    allowed(Invoker.organisation('o-a1b2c3d4e5')).hasResourceProperties(type, {
      Principal: '*',
      PrincipalOrgID: 'o-a1b2c3d4e5',
    });
  });

  test('fails when a service may be made to call by anybody [serverless-resource-policy]', () => {
    expect(() => allowed(Invoker.service('s3.amazonaws.com', {}))).toThrow(
      'Stack/Answer:\n  invoker is s3.amazonaws.com without sourceArn or sourceAccount, so that a resource of any account could have it call; give one of them',
    );
  });

  test('fails when an account or an organisation is none [serverless-resource-policy]', () => {
    expect(() => allowed(Invoker.account('12'))).toThrow('account is 12; give the 12 digits of one account');
    expect(() => allowed(Invoker.service('s3.amazonaws.com', { sourceAccount: '*' }))).toThrow(
      'sourceAccount is *; give the 12 digits of one account',
    );
    expect(() => allowed(Invoker.organisation('mine'))).toThrow('received mine');
  });
});
