import { Template } from 'aws-cdk-lib/assertions';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { PathInvalidation } from '../../../lib/constructs/edge/path-invalidation';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';

describe('PathInvalidation', () => {
  const stack = testStack();
  const distribution = Distribution.fromDistributionAttributes(stack, 'Edge', {
    distributionId: 'E2QWRUHAPOMQZL',
    domainName: 'd111.cloudfront.net',
  });
  new PathInvalidation(stack, 'Copies', { distribution, alarms: new AlarmTopic(stack, 'Alarms') });
  const template = Template.fromStack(stack);

  test('may end copies of one distribution, and do nothing else to it [edge-invalidate-paths]', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('cloudfront'));
    expect(statements).toEqual([
      {
        Action: 'cloudfront:CreateInvalidation',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':cloudfront::',
              { Ref: 'AWS::AccountId' },
              ':distribution/E2QWRUHAPOMQZL',
            ],
          ],
        },
      },
    ]);
  });

  test('is called by who does not wait: a wish that fails three times is kept, and somebody hears of it', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 2 });
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
  });
});
