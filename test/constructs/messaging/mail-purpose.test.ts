import type { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { MailKind, MailPurpose } from '../../../lib/constructs/messaging/mail-purpose';
import { NoticeTopic } from '../../../lib/constructs/messaging/notice-topic';
import { MailSender, SenderIdentity } from '../../../lib/constructs/messaging/sender-identity';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { templateOf, testStack } from '../../support/app';

const leave = 'https://letters.example.com/unsubscribe';

function purposes(stack: Stack, kinds: Readonly<Record<string, MailKind>>): void {
  const alarms = new AlarmTopic(stack, 'Alarms');
  const failures = new FailureQueue(stack, 'Failures', { alarms });
  const sender = new SenderIdentity(stack, 'Sender', { sender: MailSender.domain('example.com') });
  const events = new NoticeTopic(stack, 'Told', { alarms });
  for (const [id, kind] of Object.entries(kinds)) {
    const purpose = new MailPurpose(stack, id, { kind, sender, events, alarms, failures });
    const consumer = new AppFunction(stack, `${id}Worker`, {
      description: 'Sends',
      code: Code.fromInline('exports.handler = async () => ({ batchItemFailures: [] })'),
      environment: purpose.environment,
    });
    purpose.sendBy(consumer, 2);
  }
}
const both = { Receipts: MailKind.transactional(), Letters: MailKind.marketing(leave) };
let template: Template;
beforeAll(() => (template = templateOf((stack) => purposes(stack, both))));

describe('MailPurpose', () => {
  test('mail for a person and mail to many have each a set, a queue and figures of their own [messaging-email-purposes]', () => {
    const sets = Object.keys(template.findResources('AWS::SES::ConfigurationSet'));
    expect(sets).toEqual([expect.stringMatching(/^Receipts/), expect.stringMatching(/^Letters/)]);
    for (const set of sets) {
      template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
        ConfigurationSetName: { Ref: set },
      });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Dimensions: [{ Name: 'ses:configuration-set', Value: { Ref: set } }],
      });
    }
    const queues = Object.entries(template.findResources('AWS::Lambda::EventSourceMapping')).map(
      ([, { Properties }]) => Properties.EventSourceArn['Fn::GetAtt'][0],
    );
    expect(queues).toEqual([expect.stringMatching(/^ReceiptsMails/), expect.stringMatching(/^LettersMails/)]);
  });

  test('mail goes over TLS only, and SES keeps addresses that bounced or complained from getting more [messaging-email-suppression]', () => {
    template.allResourcesProperties('AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });

  test('what becomes of a mail is told to a topic, which lets SES publish for these sets only [messaging-email-suppression]', () => {
    template.hasResource('AWS::SES::ConfigurationSetEventDestination', {
      Properties: {
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['send', 'delivery', 'bounce', 'complaint', 'reject', 'renderingFailure'],
          SnsDestination: { TopicARN: { Ref: Match.stringLikeRegexp('^ToldTopic') } },
        },
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ToldTopicPolicy')]),
    });
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy')).filter((one) =>
      JSON.stringify(one).includes('ses.amazonaws.com'),
    );
    const admitted = (policy.Properties.PolicyDocument.Statement as Record<string, any>[]).filter(
      ({ Principal }) => Principal.Service === 'ses.amazonaws.com',
    );
    expect(admitted.map(({ Condition }) => JSON.stringify(Condition.ArnLike['aws:SourceArn']))).toEqual([
      expect.stringContaining('configuration-set'),
      expect.stringContaining('configuration-set'),
    ]);
    expect(
      admitted.every(({ Condition }) => Condition.StringEquals['aws:SourceAccount'].Ref === 'AWS::AccountId'),
    ).toBe(true);
  });

  test.each([
    ['Reputation.BounceRate', 0.05],
    ['Reputation.ComplaintRate', 0.001],
  ])('%s goes off at %d, for each purpose [messaging-email-reputation]', (MetricName, Threshold) => {
    const alarms = template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { Namespace: 'AWS/SES', MetricName, Threshold, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
    });
    expect(Object.keys(alarms)).toHaveLength(2);
  });

  test('an alarm on mail to many stops its queue, by a function that may do that to this one queue, and on mail for a person none does [messaging-email-reputation]', () => {
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^LettersBounceRate'), 'Arn'] },
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^LettersComplaintRate'), 'Arn'] },
        ],
        detail: { state: { value: ['ALARM'] } },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LettersPauseFunction'), 'Arn'] } })],
    });
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string; Resource: unknown }[],
    );
    const pausing = policies.filter(({ Action }) => Action === 'lambda:UpdateEventSourceMapping');
    expect(pausing).toHaveLength(1);
    expect(JSON.stringify(pausing[0].Resource)).toMatch(/event-source-mapping:.*LettersConsumerMapping/);
  });

  test('mail to many steps back often before it is moved aside, mail for a person fails soon', () => {
    const redrive = (queue: string, maxReceiveCount: number) =>
      expect(
        Object.entries(template.findResources('AWS::SQS::Queue'))
          .filter(([id]) => id.startsWith(queue))
          .flatMap(([, { Properties }]) => Properties.RedrivePolicy?.maxReceiveCount ?? []),
      ).toEqual([maxReceiveCount]);
    redrive('LettersMails', 100);
    redrive('ReceiptsMails', 5);
  });

  test('fails when nobody can leave mail to many with one click [messaging-email-purposes]', () => {
    const refusal = (url: string) => () => purposes(testStack(), { Letters: MailKind.marketing(url) });
    expect(refusal('')).toThrow(
      'Stack/Letters:\n  unsubscribeUrl is empty; large receivers turn away mail to many that nobody can leave with one click, so say where',
    );
    for (const url of ['http://letters.example.com', 'letters.example.com/leave', 'mailto:leave@example.com'])
      expect(refusal(url)).toThrow(`unsubscribeUrl is ${url}; mail programs post to HTTPS addresses only, so give one`);
  });
});
