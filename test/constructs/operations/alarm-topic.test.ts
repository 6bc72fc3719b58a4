import { Match } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf } from '../../support/app';

const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

describe('AlarmTopic', () => {
  test('CloudWatch of this account may publish and use the key of its own, and nobody else is admitted [messaging-service-publishers]', () => {
    const template = templateOf((stack) => new AlarmTopic(stack, 'Alarms'));
    const [topicPolicy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    expect(topicPolicy.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: cloudWatch,
        Condition: ofThisAccount,
      }),
    ]);
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const services = key.Properties.KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service);
    expect(services).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Principal: cloudWatch,
        Condition: ofThisAccount,
        Resource: '*',
      },
    ]);
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlarmsKey'), 'Arn'] },
    });
  });

  test('an address is subscribed only when one is given', () => {
    templateOf((stack) => new AlarmTopic(stack, 'Alarms')).resourceCountIs('AWS::SNS::Subscription', 0);
    templateOf((stack) => new AlarmTopic(stack, 'Alarms', { email: 'ops@example.com' })).hasResourceProperties(
      'AWS::SNS::Subscription',
      {
        Protocol: 'email',
        Endpoint: 'ops@example.com',
      },
    );
  });

  test('an alarm reports when it goes off and when it recovers [messaging-service-publishers]', () => {
    const template = templateOf((stack) => {
      const metric = new Metric({ namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible' });
      new AlarmTopic(stack, 'Alarms').alarm(stack, 'Backlog', { metric, threshold: 1, evaluationPeriods: 1 });
    });
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topic }],
      OKActions: [{ Ref: topic }],
    });
  });
});
