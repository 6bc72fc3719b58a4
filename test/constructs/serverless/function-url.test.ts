import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Code, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { FunctionUrl, type FunctionUrlProps } from '../../../lib/constructs/serverless/function-url';
import { testStack } from '../../support/app';

const code = Code.fromInline('exports.handler = async () => 1');
const open = {
  authType: FunctionUrlAuthType.NONE,
  acceptPublic: 'Partners send signed webhooks, and the function checks each signature.',
};

function parts(props: Partial<FunctionUrlProps> = {}, settings: Partial<AppFunctionProps> = {}) {
  const stack = testStack();
  const called = new AppFunction(stack, 'Answer', { description: 'Answers', code, ...settings });
  const door = new FunctionUrl(stack, 'Door', { function: called, ...props });
  return { stack, called, door, template: () => Template.fromStack(stack) };
}
const url = 'AWS::Lambda::Url';

describe('FunctionUrl', () => {
  test('only callers that sign and are allowed to get in, unless said otherwise [serverless-function-url]', () => {
    const { stack, door, template } = parts();
    const caller = new Role(stack, 'Caller', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    door.grantCall(caller);
    const found = template();
    found.hasResourceProperties(url, { AuthType: 'AWS_IAM', InvokeMode: 'BUFFERED', Cors: Match.absent() });
    found.resourceCountIs('AWS::Lambda::Permission', 0);
    const answer = { 'Fn::GetAtt': [Match.stringLikeRegexp('^AnswerFunction'), 'Arn'] };
    found.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Caller') }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'lambda:InvokeFunctionUrl',
            Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
            Effect: 'Allow',
            Resource: answer,
          },
          {
            Action: 'lambda:InvokeFunction',
            Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
            Effect: 'Allow',
            Resource: answer,
          },
        ],
      },
    });
  });

  test('is public when a reason is given, and the function bounds what that can cost [serverless-function-url]', () => {
    const found = parts(open, { reservedConcurrentExecutions: 5 }).template();
    found.hasResourceProperties(url, { AuthType: 'NONE' });
    found.resourcePropertiesCountIs('AWS::Lambda::Permission', { Principal: '*' }, 2);
  });

  test('fails when it is public without a reason, and without a bound, in one error [serverless-function-url]', () => {
    expect(() => parts({ authType: FunctionUrlAuthType.NONE })).toThrow(
      [
        'Stack/Door:',
        'authType is NONE, so that anybody on the internet runs this function at your cost; leave it out, or say why that is right in acceptPublic',
        "authType is NONE, and Stack/Answer reserves no concurrency, so that callers can use up all of the account's; give it reservedConcurrentExecutions",
      ].join('\n  '),
    );
  });

  test.each([
    [{ ...open, acceptPublic: 'yes' }, 'acceptPublic is "yes"; say in a sentence why anybody may call'],
    [{ acceptPublic: open.acceptPublic }, 'acceptPublic is given, but authType is AWS_IAM; leave one of them out'],
  ])('fails when the reason is none, or is for nothing: %j [serverless-function-url]', (props, fault) => {
    expect(() => parts(props, { reservedConcurrentExecutions: 5 })).toThrow(`Stack/Door:\n  ${fault}`);
  });

  test('belongs to an alias where there is one [serverless-function-url]', () => {
    const stack = testStack();
    const called = new AppFunction(stack, 'Answer', { description: 'Answers', code });
    const alias = new Alias(stack, 'Live', { aliasName: 'live', version: called.currentVersion });
    new FunctionUrl(stack, 'Door', { function: called, alias });
    Template.fromStack(stack).hasResourceProperties(url, { Qualifier: 'live' });
  });

  test('sends its answer piece by piece when asked to [serverless-function-url]', () => {
    parts({ streamed: true }).template().hasResourceProperties(url, { InvokeMode: 'RESPONSE_STREAM' });
  });

  test('pages of the origins named may call it, with credentials too [serverless-function-url]', () => {
    parts({ cors: { origins: ['https://shop.example.com'], allowCredentials: true } })
      .template()
      .hasResourceProperties(url, {
        Cors: { AllowOrigins: ['https://shop.example.com'], AllowCredentials: true, AllowMethods: ['*'], MaxAge: 3600 },
      });
  });

  test('fails when any origin may send credentials, which browsers refuse [serverless-function-url]', () => {
    expect(() => parts({ cors: { origins: ['*'], allowCredentials: true } })).toThrow(
      'Stack/Door:\n  cors.origins is * and allowCredentials is true, which browsers refuse; name the origins, or leave credentials out',
    );
  });
});
