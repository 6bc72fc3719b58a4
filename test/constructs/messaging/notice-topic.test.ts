import { Aws, Duration, Size, type Stack, Lazy } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { NoticeFilter } from '../../../lib/constructs/messaging/filter-policy';
import { NoticeTopic, type NoticeTopicProps } from '../../../lib/constructs/messaging/notice-topic';
import { OrderedQueue } from '../../../lib/constructs/messaging/ordered-queue';
import { Subscriber } from '../../../lib/constructs/messaging/subscriber';
import { TopicOrder } from '../../../lib/constructs/messaging/topic-order';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testStack } from '../../support/app';
import { decide, text, type PolicyDocument } from '../../support/decide';

interface Scene {
  readonly stack: Stack;
  readonly alarms: AlarmTopic;
  readonly news: NoticeTopic;
  /** A queue for what could not be delivered. */
  readonly lost: Queue;
}
function scene(stack: Stack, props: Partial<NoticeTopicProps> = {}): Scene {
  const alarms = new AlarmTopic(stack, 'Alarms');
  return { stack, alarms, news: new NoticeTopic(stack, 'News', { alarms, ...props }), lost: new Queue(stack, 'Lost') };
}
const synthesise = (build: (scene: Scene) => unknown, props?: Partial<NoticeTopicProps>): Template =>
  templateOf((stack) => build(scene(stack, props)));
const refusal = (build: (scene: Scene) => unknown, props?: Partial<NoticeTopicProps>) => () =>
  build(scene(testStack(), props));

const fifo = TopicOrder.fifo({ contentBasedDeduplication: true });
const ordered = ({ stack, alarms }: Scene) =>
  new OrderedQueue(stack, 'Ordered', { alarms, contentBasedDeduplication: true });
const work = ({ stack, alarms }: Scene) => new WorkQueue(stack, 'Work', { alarms });
const handler = ({ stack }: Scene) =>
  new Function(stack, 'Handler', {
    code: Code.fromInline('x'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });

describe('NoticeTopic', () => {
  test('is encrypted with a rotating key of its own and takes messages over TLS only [messaging-topic-encryption]', () => {
    const template = synthesise(() => undefined);
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NewsKey'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      Description: 'Encrypts messages of Stack/News',
      EnableKeyRotation: true,
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: Match.stringLikeRegexp('^NewsTopic') }],
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  test('an identity that may publish may use the key for it [messaging-topic-encryption]', () => {
    const template = synthesise(({ stack, news }) =>
      news.grantPublish(new Role(stack, 'Publisher', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })),
    );
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('News'));
    const [key] = Object.keys(template.findResources('AWS::KMS::Key')).filter((id) => id.startsWith('News'));
    const may = (action: string, resource: string) =>
      decide(policy.Properties.PolicyDocument, { action, resource }) === 'allow';
    expect(may('sns:Publish', `<${topic}>`)).toBe(true);
    expect(
      ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:CreateGrant'].map((action) => may(action, `<${key}.Arn>`)),
    ).toEqual([true, true, false]);
  });

  test('a service that is admitted may publish for one resource of this account, and use the key for it', () => {
    const template = synthesise(({ news }) => news.admit('s3.amazonaws.com', 'arn:aws:s3:::uploads'));
    const conditions = {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' },
    };
    for (const [type, Action, property] of [
      ['AWS::SNS::TopicPolicy', 'sns:Publish', 'PolicyDocument'],
      ['AWS::KMS::Key', ['kms:Decrypt', 'kms:GenerateDataKey'], 'KeyPolicy'],
    ] as const) {
      template.hasResourceProperties(type, {
        [property]: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Allow',
              Action,
              Principal: { Service: 's3.amazonaws.com' },
              Condition: conditions,
            }),
          ]),
        },
      });
    }
  });

  test('fails when a service is admitted beside the key of AWS, which would not let it [messaging-topic-encryption]', () => {
    const stack = testStack();
    const { news } = scene(stack, { encryptionKey: Alias.fromAliasName(stack, 'AwsKey', 'alias/aws/sns') });
    expect(() => news.admit('s3.amazonaws.com', 'arn:aws:s3:::uploads')).toThrow(
      'Stack/News:\n  encryptionKey cannot admit s3.amazonaws.com, because its policy is not in this app; give a customer key made here, or leave it out',
    );
  });

  test('fails when EventBridge is admitted, whose use of the key cannot be narrowed', () => {
    expect(
      refusal(({ news }) => news.admit('events.amazonaws.com', 'arn:aws:events:eu-west-1:111122223333:rule/r')),
    ).toThrow(
      'Stack/News:\n  service is events.amazonaws.com, which tells the key neither account nor source; give the rule a role, and grantPublish to it',
    );
  });

  test('what reaches nobody, not even a dead-letter queue, raises an alarm', () => {
    synthesise(() => undefined).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailedToRedriveToDlq',
      Threshold: 1,
    });
  });
});

describe('the size of messages', () => {
  test.each([
    [undefined, 262_144],
    [Size.kibibytes(1), 1024],
    [Size.mebibytes(1), 1_048_576],
  ])('%s is written out as %d bytes [messaging-topic-message-size]', (maximumMessageSize, bytes) => {
    synthesise(() => undefined, { maximumMessageSize }).hasResourceProperties('AWS::SNS::Topic', {
      MaximumMessageSize: bytes,
    });
  });

  test.each([
    [Size.mebibytes(2), 2_097_152],
    [Size.bytes(1023), 1023],
  ])('fails when it is %s [messaging-topic-message-size]', (maximumMessageSize, bytes) => {
    expect(refusal(() => undefined, { maximumMessageSize })).toThrow(
      `Stack/News:\n  maximumMessageSize is ${bytes} bytes; give a whole number from 1024 to 1048576 bytes`,
    );
  });

  const large = { maximumMessageSize: Size.kibibytes(512) };
  test.each<[string, (lost: Queue) => Subscriber]>([
    ['email', (lost) => Subscriber.email('ops@example.com', lost)],
    ['sms', (lost) => Subscriber.sms('+4915112345678', lost)],
    ['https', (lost) => Subscriber.https('https://example.com/news', lost)],
  ])('fails when %s listens above 256 KiB [messaging-topic-message-size]', (protocol, subscriber) => {
    expect(refusal(({ news, lost }) => news.subscribe('Reader', subscriber(lost)), large)).toThrow(
      `Stack/News:\n  subscriber Reader listens by ${protocol}, which takes no message above 256 KiB, while maximumMessageSize is 512 KiB; lower it, or subscribe a queue`,
    );
    expect(refusal(({ news, lost }) => news.subscribe('Reader', subscriber(lost)))).not.toThrow();
  });

  test('fails at the 101st subscriber above 256 KiB [messaging-topic-message-size]', () => {
    const crowd = (count: number) =>
      refusal((all) => {
        const queue = work(all);
        for (let i = 1; i <= count; i++) all.news.subscribe(`Reader${i}`, Subscriber.queue(queue));
      }, large);
    expect(crowd(100)).not.toThrow();
    expect(crowd(101)).toThrow(
      'subscriber Reader101 is subscriber 101 of a topic with messages above 256 KiB; keep to 100',
    );
  });
});

describe('subscribers', () => {
  test('a queue gets the bare message, only from this topic, and its dead letters take what cannot be delivered [messaging-topic-delivery-retries]', () => {
    const template = synthesise((all) =>
      all.news.subscribe('Work', Subscriber.queue(work(all)), { rawMessageDelivery: true }),
    );
    template.hasResource('AWS::SNS::Subscription', {
      Properties: {
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkQueue'), 'Arn'] },
        RawMessageDelivery: true,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkDeadLetters'), 'Arn'] } },
        FilterPolicy: Match.absent(),
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^WorkQueuePolicy')]),
    });
    const policies = Object.entries(template.findResources('AWS::SQS::QueuePolicy')).filter(([id]) =>
      id.startsWith('Work'),
    );
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('News'));
    expect(policies).toHaveLength(2);
    for (const [, { Properties }] of policies) {
      const resource = text(Properties.PolicyDocument.Statement[0].Resource);
      const send = (source: string) =>
        decide(Properties.PolicyDocument, {
          principal: { Service: 'sns.amazonaws.com' },
          action: 'sqs:SendMessage',
          resource,
          context: { 'aws:SourceArn': source },
        });
      expect([send(`<${topic}>`), send('arn:aws:sns:eu-west-1:999999999999:other')]).toEqual([
        'allow',
        'implicit deny',
      ]);
    }
  });

  test('every protocol has its endpoint and a dead-letter queue [messaging-topic-delivery-retries, messaging-topic-subscribers]', () => {
    const template = synthesise((all) => {
      const { news, lost, stack } = all;
      const role = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('sns.amazonaws.com') });
      news.subscribe('Handler', Subscriber.function(handler(all), lost));
      news.subscribe(
        'Archive',
        Subscriber.firehose('arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive', role, lost),
      );
      news.subscribe('Hook', Subscriber.https('https://example.com/news', lost));
      news.subscribe('Mail', Subscriber.email('ops@example.com', lost));
      news.subscribe('Phone', Subscriber.sms('+4915112345678', lost));
      news.subscribe('App', Subscriber.push('arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/1', lost));
    });
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription')).map(
      ({ Properties }) => Properties,
    );
    expect(subscriptions.map(({ Protocol, Endpoint }) => [Protocol, text(Endpoint)])).toEqual([
      ['lambda', expect.stringMatching(/^<Handler.*\.Arn>$/)],
      ['firehose', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive'],
      ['https', 'https://example.com/news'],
      ['email', 'ops@example.com'],
      ['sms', '+4915112345678'],
      ['application', 'arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/1'],
    ]);
    for (const { RedrivePolicy } of subscriptions) expect(text(RedrivePolicy.deadLetterTargetArn)).toMatch(/^<Lost/);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: Match.stringLikeRegexp('^NewsTopic') },
    });
  });

  test.each(['015112345678', '+0123456789', '+49 151 1234', 'me'])(
    'fails when a telephone number is written %s',
    (number) => {
      expect(refusal(({ news, lost }) => news.subscribe('Phone', Subscriber.sms(number, lost)))).toThrow(
        `Stack/News:\n  subscriber Phone number is ${number}; write it in international form, such as +4915112345678`,
      );
    },
  );

  test('fails when an address is not HTTPS [messaging-topic-subscribers]', () => {
    expect(refusal(({ news, lost }) => news.subscribe('Hook', Subscriber.https('http://example.com', lost)))).toThrow(
      'Stack/News:\n  subscriber Hook url is http://example.com; give an address that begins with https://',
    );
  });

  test('an address that only the deployment knows is taken for what it will be', () => {
    const address = Lazy.string({ produce: () => 'https://example.com/' });
    expect(refusal(({ news, lost }) => news.subscribe('Hook', Subscriber.https(address, lost)))).not.toThrow();
  });

  test('the CDK itself wants no bare messages for mailboxes [messaging-topic-subscribers]', () => {
    expect(
      refusal(({ news, lost }) =>
        news.subscribe('Mail', Subscriber.email('ops@example.com', lost), { rawMessageDelivery: true }),
      ),
    ).toThrow('Raw message delivery can only be enabled for HTTP, HTTPS, SQS, and Firehose subscriptions');
  });

  test('fails when a queue stands under the AWS-managed key, which admits no topic; the CDK fails too [messaging-fanout-encrypted-queue]', () => {
    const managed = (stack: Stack) => new Queue(stack, 'Managed', { encryption: QueueEncryption.KMS_MANAGED });
    expect(
      refusal(({ stack, news, lost }) =>
        news.subscribe('Work', Subscriber.queue({ queue: managed(stack), deadLetterQueue: lost })),
      ),
    ).toThrow(
      'Stack/News:\n  subscriber Work has the queue Stack/Managed under the AWS-managed key, which admits no topic; encrypt it with a customer key or SSE-SQS',
    );
    expect(
      refusal(({ stack, news }) => news.subscribe('Mail', Subscriber.email('a@example.com', managed(stack)))),
    ).toThrow('has the queue Stack/Managed under the AWS-managed key');
  });

  test('the key of an encrypted queue admits topics of this account and region, whichever key it is [messaging-fanout-encrypted-queue]', () => {
    const template = synthesise(({ stack, alarms, news }) => {
      const encryptionKey = new Key(stack, 'QueueKey');
      news.subscribe('Work', Subscriber.queue(new WorkQueue(stack, 'Work', { alarms, encryptionKey })));
    });
    const [key] = Object.entries(template.findResources('AWS::KMS::Key')).filter(([id]) => id.startsWith('QueueKey'));
    const use = (source: string) =>
      decide(key[1].Properties.KeyPolicy, {
        principal: { Service: 'sns.amazonaws.com' },
        action: 'kms:GenerateDataKey',
        resource: '*',
        context: { 'aws:SourceArn': source },
      });
    expect(use('arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:news')).toBe('allow');
    expect(use('arn:<AWS::Partition>:sns:<AWS::Region>:999999999999:news')).toBe('implicit deny');
  });
});

describe('other accounts', () => {
  const topicOf = (build: (scene: Scene) => void) => {
    const policies = synthesise(build).findResources('AWS::SNS::TopicPolicy');
    const [, { Properties }] = Object.entries(policies).find(([id]) => id.startsWith('News'))!;
    return { policy: Properties.PolicyDocument as PolicyDocument, topic: text(Properties.Topics[0]) };
  };
  const keyOf = (build: (scene: Scene) => void) => {
    const keys = synthesise(build).findResources('AWS::KMS::Key');
    return Object.entries(keys).find(([id]) => id.startsWith('News'))![1].Properties.KeyPolicy as PolicyDocument;
  };
  const caller = (account: string) => ({ AWS: `arn:<AWS::Partition>:iam::${account}:role/caller` });
  const secure = { 'aws:SecureTransport': 'true' };

  test('a named account may publish and use the key through SNS, a stranger may neither [messaging-topic-cross-account]', () => {
    const { policy, topic } = topicOf(({ news }) => news.admitAccount('222233334444', 'publish'));
    const may = (account: string, action: string) =>
      decide(policy, { principal: caller(account), action, resource: topic, context: secure });
    expect(may('222233334444', 'sns:Publish')).toBe('allow');
    expect(may('222233334444', 'sns:Subscribe')).toBe('implicit deny');
    expect(may('222233334444', 'sns:DeleteTopic')).toBe('implicit deny');
    expect(may('999999999999', 'sns:Publish')).toBe('implicit deny');
    const key = keyOf(({ news }) => news.admitAccount('222233334444', 'publish'));
    const encrypts = (account: string, service: string) =>
      decide(key, {
        principal: caller(account),
        action: 'kms:GenerateDataKey',
        resource: '*',
        context: { 'kms:ViaService': `${service}.<AWS::Region>.amazonaws.com` },
      });
    expect([encrypts('222233334444', 'sns'), encrypts('222233334444', 's3'), encrypts('999999999999', 'sns')]).toEqual([
      'allow',
      'implicit deny',
      'implicit deny',
    ]);
  });

  test('one that may subscribe may not publish [messaging-topic-cross-account]', () => {
    const { policy, topic } = topicOf(({ news }) => news.admitAccount('222233334444', 'subscribe'));
    const may = (action: string) =>
      decide(policy, { principal: caller('222233334444'), action, resource: topic, context: secure });
    expect(['sns:Subscribe', 'sns:Publish'].map(may)).toEqual(['allow', 'implicit deny']);
  });

  test('every account of an organisation may, and no other [messaging-topic-cross-account]', () => {
    const { policy, topic } = topicOf(({ news }) => news.admitOrganisation('o-a1b2c3d4e5', 'publish'));
    const may = (organisation: string) =>
      decide(policy, {
        principal: caller('222233334444'),
        action: 'sns:Publish',
        resource: topic,
        context: { ...secure, 'aws:PrincipalOrgID': organisation },
      });
    expect(may('o-a1b2c3d4e5')).toBe('allow');
    expect(may('o-zzzzzzzzzz')).toBe('implicit deny');
  });

  test.each(['*', '2222', 'arn:aws:iam::222233334444:root'])(
    'fails with %s for an account [messaging-topic-cross-account]',
    (account) => {
      expect(refusal(({ news }) => news.admitAccount(account, 'publish'))).toThrow(
        `account is ${account}; give the 12 digits of one account, as a topic open to everyone is open to anyone's news and bill`,
      );
    },
  );

  test('an account that is known only when it is deployed is one', () => {
    const { policy, topic } = topicOf(({ news }) => news.admitAccount(Aws.ACCOUNT_ID, 'publish'));
    const call = { principal: caller('<AWS::AccountId>'), action: 'sns:Publish', resource: topic, context: secure };
    expect(decide(policy, call)).toBe('allow');
  });

  test('fails with what is no id of an organisation', () => {
    expect(refusal(({ news }) => news.admitOrganisation('*', 'subscribe'))).toThrow(
      'organisation is *; give its id, such as o-a1b2c3d4e5',
    );
  });
});

describe('filters', () => {
  test('over attributes and over the body are written down with their scope [messaging-topic-filter]', () => {
    const template = synthesise((all) => {
      const queue = Subscriber.queue(work(all));
      all.news.subscribe('Attributes', queue, {
        filter: NoticeFilter.byAttributes({ store: ['fans', { prefix: 'f' }] }),
      });
      all.news.subscribe('Body', queue, {
        filter: NoticeFilter.byBody({ order: { size: [{ numeric: ['>', 3] }] }, $or: [{ a: [1] }, { b: [2] }] }),
      });
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      FilterPolicy: { store: ['fans', { prefix: 'f' }] },
      FilterPolicyScope: Match.absent(),
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      FilterPolicy: { order: { size: [{ numeric: ['>', 3] }] }, $or: [{ a: [1] }, { b: [2] }] },
      FilterPolicyScope: 'MessageBody',
    });
  });

  test('fails when SNS would refuse the filter, with every fault at once [messaging-topic-filter]', () => {
    const filter = NoticeFilter.byBody({ a: [], b: [{ numeric: ['>', 2e9] }] });
    expect(refusal((all) => all.news.subscribe('Work', Subscriber.queue(work(all)), { filter }))).toThrow(
      [
        'Stack/News:',
        'subscriber Work filter a lists no condition and would never match; list one',
        'subscriber Work filter b compares with 2000000000; SNS compares numbers from -1000000000 to 1000000000 with five decimals, so send a text or a smaller unit',
      ].join('\n  '),
    );
  });

  test('fails when no sample of what is published would ever pass [messaging-topic-filter]', () => {
    const samples = [{ body: { kind: 'order' } }, { body: { kind: 'refund' } }];
    const subscribe = (kind: string) =>
      refusal(
        (all) =>
          all.news.subscribe('Work', Subscriber.queue(work(all)), { filter: NoticeFilter.byBody({ kind: [kind] }) }),
        { samples },
      );
    expect(subscribe('refund')).not.toThrow();
    expect(subscribe('Refund')).toThrow(
      'Stack/News:\n  subscriber Work has a filter that none of the samples passes, so it would never hear anything; correct the filter or the samples',
    );
  });
});

describe('order', () => {
  test('a FIFO topic delivers to FIFO queues and to standard queues [messaging-topic-fifo]', () => {
    const template = synthesise(
      (all) => {
        all.news.subscribe('Ordered', Subscriber.queue(ordered(all)));
        all.news.subscribe('Work', Subscriber.queue(work(all), new Queue(all.stack, 'Undelivered', { fifo: true })));
      },
      { order: TopicOrder.fifo({ contentBasedDeduplication: false, archive: Duration.days(30) }) },
    );
    template.hasResourceProperties('AWS::SNS::Topic', {
      FifoTopic: true,
      TopicName: Match.stringLikeRegexp('\\.fifo$'),
      ContentBasedDeduplication: false,
      ArchivePolicy: { MessageRetentionPeriod: 30 },
    });
    const places = Object.values(template.findResources('AWS::SNS::Subscription')).map(({ Properties }) =>
      text(Properties.RedrivePolicy.deadLetterTargetArn),
    );
    expect(places).toEqual([expect.stringMatching(/^<OrderedDeadLetters/), expect.stringMatching(/^<Undelivered/)]);
  });

  test('fails with a FIFO queue on a standard topic [messaging-topic-fifo]', () => {
    expect(refusal((all) => all.news.subscribe('Ordered', Subscriber.queue(ordered(all))))).toThrow(
      'Stack/News:\n  subscriber Ordered is a FIFO queue on a standard topic; make the topic with TopicOrder.fifo(…), or subscribe a standard queue',
    );
  });

  test.each<[string, (all: Scene) => Subscriber]>([
    ['email', ({ lost }) => Subscriber.email('ops@example.com', lost)],
    ['lambda', (all) => Subscriber.function(handler(all), all.lost)],
  ])('fails with %s on a FIFO topic [messaging-topic-fifo]', (protocol, subscriber) => {
    expect(refusal((all) => all.news.subscribe('Reader', subscriber(all)), { order: fifo })).toThrow(
      `Stack/News:\n  subscriber Reader listens by ${protocol} on a FIFO topic, which delivers to queues only; subscribe a queue, or make the topic standard`,
    );
  });

  test.each<[string, Partial<NoticeTopicProps>, (all: Scene) => Subscriber, string]>([
    [
      'a FIFO topic and a standard queue',
      { order: fifo },
      (all) => Subscriber.queue(work(all)),
      'would leave what a FIFO topic could not deliver to the standard queue Stack/Work/DeadLetters, which SNS does not use for it; give a FIFO queue',
    ],
    [
      'a FIFO topic, a FIFO queue and a standard one beside it',
      { order: fifo },
      (all) => Subscriber.queue(ordered(all), all.lost),
      'would leave what a FIFO topic could not deliver to the standard queue Stack/Lost, which SNS does not use for it; give a FIFO queue',
    ],
    [
      'a standard topic and a FIFO queue beside it',
      {},
      ({ stack }) => Subscriber.email('ops@example.com', new Queue(stack, 'Aside', { fifo: true })),
      'would leave what a standard topic could not deliver to the FIFO queue Stack/Aside, which SNS does not use for it; give a standard queue',
    ],
  ])(
    'fails when what it cannot deliver would go to a queue of another kind: %s [messaging-topic-fifo, messaging-queue-dead-letter]',
    (_, props, subscriber, message) => {
      expect(refusal((all) => all.news.subscribe('Reader', subscriber(all)), props)).toThrow(
        `Stack/News:\n  subscriber Reader ${message}`,
      );
    },
  );

  test.each([0, 1.5, 366])('fails when messages are archived for %d days [messaging-topic-fifo]', (days) => {
    const order = TopicOrder.fifo({ contentBasedDeduplication: true, archive: Duration.days(days) });
    expect(refusal(() => undefined, { order })).toThrow(
      `Stack/News:\n  archive is ${days} days; give a whole number from 1 to 365 days`,
    );
  });

  test('the CDK itself archives nothing of a standard topic [messaging-topic-fifo]', () => {
    expect(() => new Topic(testStack(), 'News', { messageRetentionPeriodInDays: 30 })).toThrow('only valid for FIFO');
  });
});

describe('retries of an HTTPS subscriber', () => {
  const hook =
    (retries: Parameters<typeof Subscriber.https>[2]) =>
    ({ news, lost }: Scene) =>
      news.subscribe('Hook', Subscriber.https('https://example.com', lost, retries));

  test('are those asked for [messaging-topic-delivery-retries]', () => {
    synthesise(
      hook({
        numRetries: 100,
        numNoDelayRetries: 3,
        minDelayTarget: Duration.seconds(1),
        maxDelayTarget: Duration.hours(1),
      }),
    ).hasResourceProperties('AWS::SNS::Subscription', {
      DeliveryPolicy: {
        healthyRetryPolicy: { numRetries: 100, numNoDelayRetries: 3, minDelayTarget: 1, maxDelayTarget: 3600 },
      },
    });
  });

  test('fail when their phases hold more than there are in all [messaging-topic-delivery-retries]', () => {
    expect(refusal(hook({ numRetries: 5, numNoDelayRetries: 3, numMaxDelayRetries: 3 }))).toThrow(
      'Stack/News:\n  subscriber Hook has 6 retries in its phases but 5 in all; raise numRetries or shorten a phase',
    );
  });

  test.each([
    [{ numRetries: 101 }, 'numRetries must be between 0 and 100'],
    [
      { minDelayTarget: Duration.seconds(9), maxDelayTarget: Duration.seconds(8) },
      'minDelayTarget must not exceed maxDelayTarget',
    ],
  ])('the CDK itself refuses %j [messaging-topic-delivery-retries]', (retries, message) => {
    expect(refusal(hook(retries))).toThrow(message);
  });

  test('the CDK itself refuses them for a queue [messaging-topic-delivery-retries]', () => {
    const stack = testStack();
    expect(
      () =>
        new Subscription(stack, 'Work', {
          topic: new Topic(stack, 'News'),
          protocol: SubscriptionProtocol.SQS,
          endpoint: 'arn:aws:sqs:eu-west-1:111122223333:work',
          deliveryPolicy: { healthyRetryPolicy: { numRetries: 3 } },
        }),
    ).toThrow('only supported for HTTP and HTTPS');
  });
});

describe('the log of deliveries', () => {
  test('is off unless asked for [messaging-topic-delivery-status]', () => {
    const template = synthesise((all) => all.news.subscribe('Work', Subscriber.queue(work(all))));
    template.hasResourceProperties('AWS::SNS::Topic', { DeliveryStatusLogging: Match.absent() });
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
  });

  test('is kept for each protocol once, in groups of the stack, by a role that may write those only [messaging-topic-delivery-status]', () => {
    const template = synthesise(
      (all) => {
        const { news, lost } = all;
        news.subscribe('Work', Subscriber.queue(work(all)));
        news.subscribe('Copy', Subscriber.queue(new WorkQueue(all.stack, 'Copy', { alarms: all.alarms })));
        news.subscribe('Handler', Subscriber.function(handler(all), lost));
        news.subscribe('Mail', Subscriber.email('ops@example.com', lost));
      },
      { successSampleRate: 10 },
    );
    const role = { 'Fn::GetAtt': [Match.stringLikeRegexp('^NewsDeliveryLogsRole'), 'Arn'] };
    template.hasResourceProperties('AWS::SNS::Topic', {
      DeliveryStatusLogging: ['sqs', 'lambda'].map((Protocol) => ({
        Protocol,
        SuccessFeedbackRoleArn: role,
        FailureFeedbackRoleArn: role,
        SuccessFeedbackSampleRate: '10',
      })),
    });
    const groups = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([id]) =>
      id.startsWith('News'),
    );
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('News'));
    expect(groups.map(([, { Properties }]) => text(Properties.LogGroupName))).toEqual([
      `sns/<AWS::Region>/<AWS::AccountId>/<${topic}.TopicName>`,
      `sns/<AWS::Region>/<AWS::AccountId>/<${topic}.TopicName>/Failure`,
    ]);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.PolicyName.startsWith('News'),
    );
    const write = (resource: string) =>
      decide(policy.Properties.PolicyDocument, { action: 'logs:PutLogEvents', resource });
    expect(groups.map(([id]) => write(`<${id}.Arn>`))).toEqual(['allow', 'allow']);
    expect(write('arn:aws:logs:eu-west-1:111122223333:log-group:other:*')).toBe('implicit deny');
    template.hasResource('AWS::SNS::Subscription', { DependsOn: Match.arrayWith(groups.map(([id]) => id).sort()) });
  });

  test.each([-1, 101, 0.5])(
    'fails when %d deliveries in a hundred are logged [messaging-topic-delivery-status]',
    (successSampleRate) => {
      expect(refusal(() => undefined, { successSampleRate })).toThrow(
        `Stack/News:\n  successSampleRate is ${successSampleRate} %; give a whole number from 0 to 100 %`,
      );
    },
  );
});
