import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { WorkQueue, type WorkQueueProps } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testStack } from '../../support/app';
import { decide, decideTogether, text, type PolicyDocument } from '../../support/decide';

const make = (stack: Stack, props: Partial<WorkQueueProps> = {}) =>
  new WorkQueue(stack, 'Jobs', { alarms: new AlarmTopic(stack, 'Alarms'), ...props });
const synthesise = (props: Partial<WorkQueueProps> = {}) => templateOf((stack) => make(stack, props));
const refusal = (props: Partial<WorkQueueProps>) => () => make(testStack(), props);

const jobs = { QueueName: Match.stringLikeRegexp('^Stack-Jobs-') };
const deadLetters = { QueueName: Match.absent() };

describe('WorkQueue', () => {
  test('is a standard queue, for it may hand out a message twice and in any order [messaging-queue-standard]', () => {
    synthesise().allResourcesProperties('AWS::SQS::Queue', {
      FifoQueue: Match.absent(),
      ContentBasedDeduplication: Match.absent(),
    });
  });

  test('everything is written out: four days, a minute hidden, no delay, long polling, 1 MiB [messaging-queue-visibility, messaging-queue-delay, messaging-queue-polling, messaging-queue-retention, messaging-queue-message-size]', () => {
    synthesise().hasResourceProperties('AWS::SQS::Queue', {
      ...jobs,
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: 60,
      DelaySeconds: 0,
      ReceiveMessageWaitTimeSeconds: 20,
      MaximumMessageSize: 1_048_576,
    });
  });

  test('what is asked for is taken as given, to the ends of the ranges', () => {
    synthesise({
      consumerTimeout: Duration.minutes(2),
      visibilityTimeout: Duration.hours(12),
      retentionPeriod: Duration.days(14),
      deliveryDelay: Duration.seconds(900),
      receiveMessageWaitTime: Duration.seconds(0),
      maxMessageSizeBytes: 1024,
      maxReceiveCount: 1,
    }).hasResourceProperties('AWS::SQS::Queue', {
      ...jobs,
      MessageRetentionPeriod: 1_209_600,
      VisibilityTimeout: 43_200,
      DelaySeconds: 900,
      ReceiveMessageWaitTimeSeconds: 0,
      MaximumMessageSize: 1024,
      RedrivePolicy: { deadLetterTargetArn: Match.anyValue(), maxReceiveCount: 1 },
    });
  });

  test('a message that failed three times moves to a queue of its own, which takes messages from this queue only and keeps them for two weeks [messaging-queue-dead-letter]', () => {
    const template = synthesise();
    const [[deadLetterId]] = Object.entries(
      template.findResources('AWS::SQS::Queue', { Properties: Match.objectLike(deadLetters) }),
    ) as any;
    const [[, queue]] = Object.entries(
      template.findResources('AWS::SQS::Queue', { Properties: Match.objectLike(jobs) }),
    ) as any;
    expect(queue.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetterId, 'Arn'] },
      maxReceiveCount: 3,
    });
    const { RedriveAllowPolicy, MessageRetentionPeriod } =
      template.findResources('AWS::SQS::Queue')[deadLetterId].Properties;
    expect(RedriveAllowPolicy.redrivePermission).toBe('byQueue');
    expect(RedriveAllowPolicy.sourceQueueArns.map(text)).toEqual([
      `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${queue.Properties.QueueName}`,
    ]);
    expect(MessageRetentionPeriod).toBe(1_209_600);
  });

  test('the first dead letter raises an alarm [messaging-queue-dead-letter]', () => {
    const template = synthesise();
    template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Namespace: 'AWS/SQS',
      Dimensions: [
        { Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('JobsDeadLetters'), 'QueueName'] } },
      ],
      Statistic: 'Maximum',
      Threshold: 1,
      EvaluationPeriods: 1,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
  });

  test('a backlog raises an alarm when an age is given', () => {
    synthesise({ oldestMessageAge: Duration.minutes(15) }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('JobsQueue'), 'QueueName'] } }],
      Threshold: 900,
    });
  });

  test('both queues are encrypted by SQS, or with the key given, and refuse plain HTTP [messaging-queue-encryption]', () => {
    const template = synthesise();
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    template.resourcePropertiesCountIs('AWS::SQS::QueuePolicy', {}, 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
    templateOf((stack) => make(stack, { encryptionKey: new Key(stack, 'Key') })).allResourcesProperties(
      'AWS::SQS::Queue',
      {
        KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      },
    );
  });

  test.each<[string, Partial<WorkQueueProps>, string]>([
    [
      'visibility is under six times the timeout of the function [messaging-queue-visibility]',
      { consumerTimeout: Duration.seconds(30), visibilityTimeout: Duration.minutes(2) },
      "visibilityTimeout is 2 minutes, under six times the function's timeout of 30 seconds; give at least 3 minutes, or shorten the function's timeout",
    ],
    [
      'visibility is above 12 hours [messaging-queue-visibility]',
      { visibilityTimeout: Duration.hours(13) },
      'visibilityTimeout is 13 hours; give 0 seconds to 12 hours',
    ],
    [
      'retention is above 14 days [messaging-queue-retention]',
      { retentionPeriod: Duration.days(15), deadLetterRetentionPeriod: Duration.days(14) },
      'retentionPeriod is 15 days; give 1 minute to 14 days',
    ],
    [
      'retention is under a minute [messaging-queue-retention]',
      { retentionPeriod: Duration.seconds(30) },
      'retentionPeriod is 30 seconds; give 1 minute to 14 days',
    ],
    [
      'dead letters are kept more than 14 days [messaging-queue-retention]',
      { deadLetterRetentionPeriod: Duration.days(15) },
      'deadLetterRetentionPeriod is 15 days; give 1 minute to 14 days',
    ],
    [
      'dead letters are kept shorter than messages [messaging-queue-dead-letter]',
      { retentionPeriod: Duration.days(5), deadLetterRetentionPeriod: Duration.days(4) },
      'deadLetterRetentionPeriod is 4 days, shorter than retentionPeriod, 5 days; a message keeps its age when it is moved aside, so give the dead letters at least as long',
    ],
    [
      'a message would expire before it is moved aside [messaging-queue-dead-letter]',
      { retentionPeriod: Duration.minutes(5), maxReceiveCount: 5 },
      'retentionPeriod is 5 minutes, but 5 receives of 1 minute each take 5 minutes; a failing message would be lost before it is moved aside, so keep messages longer or lower maxReceiveCount',
    ],
    [
      'a message is never received [messaging-queue-dead-letter]',
      { maxReceiveCount: 0 },
      'maxReceiveCount is 0; give a whole number from 1 to 1000',
    ],
    [
      'a message is received more than a thousand times [messaging-queue-dead-letter]',
      { maxReceiveCount: 1001 },
      'maxReceiveCount is 1001; give a whole number from 1 to 1000',
    ],
    [
      'the delay is above 900 seconds [messaging-queue-delay]',
      { deliveryDelay: Duration.seconds(901) },
      'deliveryDelay is 15 minutes 1 second; give 0 seconds to 15 minutes',
    ],
    [
      'a poll waits longer than 20 seconds [messaging-queue-polling]',
      { receiveMessageWaitTime: Duration.seconds(21) },
      'receiveMessageWaitTime is 21 seconds; give 0 seconds to 20 seconds',
    ],
    [
      'messages are too small [messaging-queue-message-size]',
      { maxMessageSizeBytes: 1023 },
      'maxMessageSizeBytes is 1023 bytes; give a whole number from 1024 to 1048576 bytes',
    ],
    [
      'messages are too large [messaging-queue-message-size]',
      { maxMessageSizeBytes: 2_097_152 },
      'maxMessageSizeBytes is 2097152 bytes; give a whole number from 1024 to 1048576 bytes',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(refusal(props)).toThrow(`Stack/Jobs:\n  ${message}`);
  });

  test('fails with every fault at once', () => {
    expect(refusal({ maxReceiveCount: 0, deliveryDelay: Duration.minutes(16), maxMessageSizeBytes: 1 })).toThrow(
      [
        'Stack/Jobs:',
        'maxReceiveCount is 0; give a whole number from 1 to 1000',
        'deliveryDelay is 16 minutes; give 0 seconds to 15 minutes',
        'maxMessageSizeBytes is 1 bytes; give a whole number from 1024 to 1048576 bytes',
      ].join('\n  '),
    );
  });

  test('the CDK itself lets no dead-letter queue serve more than ten sources by name [messaging-queue-dead-letter]', () => {
    const stack = testStack();
    const sourceQueues = Array.from({ length: 11 }, (_, i) => new Queue(stack, `Source${i}`));
    const redriveAllowPolicy = { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues };
    expect(() => new Queue(stack, 'DeadLetters', { redriveAllowPolicy })).toThrow('Up to 10 sourceQueues');
  });
});

describe('access to a WorkQueue', () => {
  const queueArn = (policies: Record<string, any>) =>
    Object.keys(policies).find((id) => id.startsWith('JobsQueuePolicy'))!;
  const policyAfter = (admit: (queue: WorkQueue) => void, key = false) => {
    const template = templateOf((stack) => admit(make(stack, key ? { encryptionKey: new Key(stack, 'Key') } : {})));
    const policies = template.findResources('AWS::SQS::QueuePolicy');
    const document: PolicyDocument = policies[queueArn(policies)].Properties.PolicyDocument;
    return {
      document,
      template,
      queue: text(
        template.findResources('AWS::SQS::QueuePolicy')[queueArn(policies)].Properties.PolicyDocument.Statement[0]
          .Resource,
      ),
    };
  };
  const theirs = { AWS: 'arn:<AWS::Partition>:iam::111122223333:root' };
  const strangers = { AWS: 'arn:<AWS::Partition>:iam::999999999999:root' };

  test('of an own identity needs a word of either policy; of another account a word of both [messaging-queue-access]', () => {
    const { document, queue } = policyAfter((jobs) => jobs.admitSender('111122223333'));
    const lets: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }] };
    const silent: PolicyDocument = { Statement: [] };
    const send = (identity: PolicyDocument, principal: Record<string, string>, own: boolean) =>
      decideTogether(identity, document, { principal, action: 'sqs:SendMessage', resource: queue }, own);

    expect(send(lets, { AWS: 'arn:aws:iam::<AWS::AccountId>:role/ours' }, true)).toBe('allow');
    expect(send(silent, { AWS: 'arn:aws:iam::<AWS::AccountId>:role/ours' }, true)).toBe('implicit deny');
    expect(send(lets, theirs, false)).toBe('allow');
    expect(send(silent, theirs, false)).toBe('implicit deny');
    expect(send(lets, strangers, false)).toBe('implicit deny');
  });

  test('to send is not access to receive, and the other way round [messaging-queue-access]', () => {
    const may = (admit: (queue: WorkQueue) => void, action: string) => {
      const { document, queue } = policyAfter(admit);
      return decide(document, { principal: theirs, action, resource: queue }) === 'allow';
    };
    const sender = (queue: WorkQueue) => queue.admitSender('111122223333');
    const receiver = (queue: WorkQueue) => queue.admitReceiver('111122223333');
    expect(['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:PurgeQueue'].map((action) => may(sender, action))).toEqual([
      true,
      false,
      false,
    ]);
    expect(
      ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:SetQueueAttributes'].map((action) =>
        may(receiver, action),
      ),
    ).toEqual([false, true, true, false]);
  });

  test('comes with the use of the key that goes with it [messaging-queue-access, messaging-queue-encryption]', () => {
    const { template } = policyAfter((jobs) => jobs.admitReceiver('111122223333'), true);
    const [key] = Object.values(
      template.findResources('AWS::KMS::Key', { Properties: { Description: Match.absent() } }),
    );
    const use = (action: string) => decide(key.Properties.KeyPolicy, { principal: theirs, action, resource: '*' });
    expect([use('kms:Decrypt'), use('kms:GenerateDataKey')]).toEqual(['allow', 'implicit deny']);
  });

  test('to send alone is what an own role is granted, and what of the key that needs', () => {
    const { template } = policyAfter((jobs) => {
      jobs.grantSend(new Role(Stack.of(jobs), 'Sender', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    }, true);
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const granted = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(granted.flatMap(({ Action }) => Action).sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'sqs:SendMessage',
    ]);
    expect(granted.filter(({ Resource }) => Resource === '*')).toEqual([]);
  });

  test('may be given to an account that is known only when it is deployed', () => {
    const { document, queue } = policyAfter((jobs) => jobs.admitSender(Aws.ACCOUNT_ID));
    const principal = { AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' };
    expect(decide(document, { principal, action: 'sqs:SendMessage', resource: queue })).toBe('allow');
  });

  test.each(['*', 'arn:aws:iam::111122223333:root', '1111'])(
    'fails when it is given to %s [messaging-queue-access]',
    (account) => {
      expect(() => make(testStack()).admitSender(account)).toThrow(
        `Stack/Jobs:\n  account is ${account}; give the 12 digits of one account`,
      );
    },
  );
});
