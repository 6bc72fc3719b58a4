import { Duration } from 'aws-cdk-lib';
import { Code, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import { PrivateFunctionOrigin } from '../../../lib/constructs/edge/private-function-origin';
import type { OriginPatience } from '../../../lib/constructs/edge/custom-origin';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { FunctionUrl, type FunctionUrlProps } from '../../../lib/constructs/serverless/function-url';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';

function distributed(props: Partial<FunctionUrlProps> = {}, patience?: OriginPatience): Template {
  const stack = testStack();
  const called = new AppFunction(stack, 'Function', {
    description: 'Answers',
    code: Code.fromInline('exports.handler = async () => ({})'),
    reservedConcurrentExecutions: 1,
  });
  const url = new FunctionUrl(stack, 'Address', { function: called, ...props });
  new EdgeDistribution(stack, 'Edge', {
    description: 'Tests',
    defaultRoute: { origin: new PrivateFunctionOrigin(url, patience), cache: new CacheRules(stack, 'Rules') },
    logBucket: new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket,
  });
  return Template.fromStack(stack);
}

test('CloudFront signs every request to the function’s own address [edge-function-url-origin]', () => {
  const template = distributed({}, { readTimeout: Duration.seconds(20) });
  template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
    OriginAccessControlConfig: Match.objectLike({
      OriginAccessControlOriginType: 'lambda',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
      Name: { 'Fn::Join': ['', [Match.stringLikeRegexp('-$'), { Ref: 'AWS::Region' }]] },
    }),
  });
  template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
  template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: Match.objectLike({
      Origins: [
        Match.objectLike({
          OriginAccessControlId: { 'Fn::GetAtt': [Match.stringLikeRegexp('AccessControl'), 'Id'] },
          DomainName: {
            'Fn::Select': [
              2,
              { 'Fn::Split': ['/', { 'Fn::GetAtt': [Match.stringLikeRegexp('^Address'), 'FunctionUrl'] }] },
            ],
          },
          CustomOriginConfig: {
            OriginProtocolPolicy: 'https-only',
            OriginSSLProtocols: ['TLSv1.2'],
            OriginReadTimeout: 20,
          },
        }),
      ],
    }),
  });
});

test('the function admits this distribution, by its address alone, and nobody else [edge-function-url-origin]', () => {
  const template = distributed();
  const [distribution] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
  const SourceArn = {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':cloudfront::',
        { Ref: 'AWS::AccountId' },
        ':distribution/',
        { Ref: distribution },
      ],
    ],
  };
  const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).map(
    ({ Properties: { FunctionName: _, ...rest } }) => rest,
  );
  expect(permissions).toEqual([
    { Action: 'lambda:InvokeFunctionUrl', Principal: 'cloudfront.amazonaws.com', SourceArn },
    {
      Action: 'lambda:InvokeFunction',
      InvokedViaFunctionUrl: true,
      Principal: 'cloudfront.amazonaws.com',
      SourceArn,
    },
  ]);
});

test('fails when anybody may call the address anyway, or the distribution would wait too long [edge-function-url-origin]', () => {
  const acceptPublic = 'Anybody may call this one for a test';
  expect(() => distributed({ authType: FunctionUrlAuthType.NONE, acceptPublic })).toThrow(
    'The authType of the Function URL must be set to AWS_IAM',
  );
  expect(() => distributed({}, { readTimeout: Duration.minutes(3) })).toThrow(
    'Stack/Address:\n  readTimeout is 3 minutes; give 1 second to 2 minutes',
  );
});
