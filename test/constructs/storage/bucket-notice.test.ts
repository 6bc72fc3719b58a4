import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { EventType } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { NoticeTopic } from '../../../lib/constructs/messaging/notice-topic';
import { TopicOrder } from '../../../lib/constructs/messaging/topic-order';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { AsyncDestination } from '../../../lib/constructs/serverless/async-destination';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { FileTrigger } from '../../../lib/constructs/serverless/file-trigger';
import { BucketNotice, type BucketNoticeProps } from '../../../lib/constructs/storage/bucket-notice';
import { NoticeListener } from '../../../lib/constructs/storage/notice-listener';
import { objectEvents } from '../../../lib/constructs/storage/object-events';
import { testStack } from '../../support/app';
import { decide, text } from '../../support/decide';
import { make } from './parts';

function parts() {
  const stack = testStack();
  const alarms = new AlarmTopic(stack, 'Alarms');
  const { bucket } = make(stack, { announces: true });
  const queueOf = (id: string, encryptionKey?: Key) =>
    new WorkQueue(stack, id, { alarms, consumerTimeout: Duration.minutes(1), ...(encryptionKey && { encryptionKey }) });
  const notice = (id: string, props: Partial<BucketNoticeProps> = {}) =>
    new BucketNotice(stack, id, {
      bucket,
      events: [objectEvents.created],
      to: NoticeListener.queue(queueOf(`${id}Queue`).queue),
      ...props,
    });
  return { stack, alarms, bucket, queueOf, notice };
}
const configured = (template: Template): any => {
  const [{ Properties }] = Object.values(template.findResources('Custom::S3BucketNotifications'));
  return Properties.NotificationConfiguration;
};
const bucketName = (template: Template) =>
  Object.keys(template.findResources('AWS::S3::Bucket')).find((id) => id.startsWith('Files'))!;
const statementsFor = (template: Template, type: string, property: string): any[] =>
  Object.values(template.findResources(type))
    .flatMap(({ Properties }) => Properties[property].Statement)
    .filter(({ Principal }) => Principal?.Service === 's3.amazonaws.com');

describe('what a bucket tells', () => {
  function three() {
    const { stack, alarms, bucket, notice } = parts();
    const topic = new NoticeTopic(stack, 'News', { alarms });
    notice('Removals', { events: [objectEvents.removed], to: NoticeListener.topic(topic) });
    notice('Texts', { of: { prefix: 'incoming/', suffix: '.txt' } });
    new FileTrigger(stack, 'Pictures', {
      bucket,
      incoming: 'incoming/',
      suffixes: ['.jpg'],
      outgoing: { bucket, prefixes: ['resized/'] },
      function: new AppFunction(stack, 'Worker', {
        description: 'Works',
        code: Code.fromInline('exports.handler = 1'),
      }),
      onFailure: AsyncDestination.queue(new FailureQueue(stack, 'Failures', { alarms }).queue),
    });
    return Template.fromStack(stack);
  }
  const template = three();
  const source = `<${bucketName(template)}.Arn>`;

  test('a topic, a queue and a function, each of its own keys [storage-events-destinations]', () => {
    const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = configured(template);
    expect(TopicConfigurations).toEqual([
      { Events: ['s3:ObjectRemoved:*'], TopicArn: { Ref: expect.stringMatching(/^NewsTopic/) } },
    ]);
    expect(QueueConfigurations).toEqual([
      {
        Events: ['s3:ObjectCreated:*'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'suffix', Value: '.txt' },
              { Name: 'prefix', Value: 'incoming/' },
            ],
          },
        },
        QueueArn: { 'Fn::GetAtt': [expect.stringMatching(/^TextsQueue/), 'Arn'] },
      },
    ]);
    expect(LambdaFunctionConfigurations).toHaveLength(2);
  });

  test('each is reached on behalf of this bucket of this account alone [storage-events-destinations]', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    for (const [type, action] of [
      ['AWS::SNS::TopicPolicy', 'sns:Publish'],
      ['AWS::SQS::QueuePolicy', 'sqs:SendMessage'],
    ]) {
      const [statement, ...more] = statementsFor(template, type, 'PolicyDocument');
      expect([statement.Action, more.length]).toEqual([action, 0]);
      const asked = (account: string, arn: string) =>
        decide(
          { Statement: [statement] },
          {
            principal: { Service: 's3.amazonaws.com' },
            action,
            resource: text(statement.Resource),
            context: { 'aws:SourceAccount': account, 'aws:SourceArn': arn },
          },
        );
      expect(asked('<AWS::AccountId>', source)).toBe('allow');
      expect(asked('999988887777', source)).toBe('implicit deny');
      expect(asked('<AWS::AccountId>', 'arn:aws:s3:::another')).toBe('implicit deny');
    }
  });

  test('nothing is told before the policies are there, or S3 would refuse to be told whom', () => {
    const [{ DependsOn }] = Object.values(template.findResources('Custom::S3BucketNotifications'));
    expect(DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^NewsTopicPolicy/),
        expect.stringMatching(/^TextsQueuePolicy/),
        expect.stringMatching(/^FilesBucketAllowBucketNotifications/),
      ]),
    );
  });

  test.each<[keyof typeof objectEvents, string]>([
    ['created', 's3:ObjectCreated:*'],
    ['createdByPut', 's3:ObjectCreated:Put'],
    ['createdByPost', 's3:ObjectCreated:Post'],
    ['createdByCopy', 's3:ObjectCreated:Copy'],
    ['createdInParts', 's3:ObjectCreated:CompleteMultipartUpload'],
    ['removed', 's3:ObjectRemoved:*'],
    ['deleted', 's3:ObjectRemoved:Delete'],
    ['hidden', 's3:ObjectRemoved:DeleteMarkerCreated'],
    ['restoreStarted', 's3:ObjectRestore:Post'],
    ['restored', 's3:ObjectRestore:Completed'],
    ['copyFailed', 's3:Replication:OperationFailedReplication'],
    ['copyLate', 's3:Replication:OperationMissedThreshold'],
    ['copyCaughtUp', 's3:Replication:OperationReplicatedAfterThreshold'],
    ['copyNotTracked', 's3:Replication:OperationNotTracked'],
  ])('%s is %s [storage-event-types]', (name, event) => {
    const { stack, notice } = parts();
    notice('One', { events: [objectEvents[name]] });
    expect(configured(Template.fromStack(stack)).QueueConfigurations).toMatchObject([{ Events: [event] }]);
    expect(Object.keys(objectEvents)).toHaveLength(14);
  });
});

describe('two who would hear of one object', () => {
  const second = (first: Partial<BucketNoticeProps>, then: Partial<BucketNoticeProps>) => () => {
    const { notice } = parts();
    notice('First', first);
    notice('Second', then);
  };

  test.each<[string, BucketNoticeProps['of'], BucketNoticeProps['of'], string]>([
    [
      'nested folders',
      { prefix: 'in/' },
      { prefix: 'in/urgent/' },
      'in/urgent/* is announced, and Stack/First hears of in/* already',
    ],
    ['one end', { suffix: '.jpg' }, { suffix: '.jpg' }, '*.jpg is announced, and Stack/First hears of *.jpg already'],
    ['everything', {}, { prefix: 'in/' }, 'in/* is announced, and Stack/First hears of every object already'],
    [
      'a longer end',
      { prefix: 'in/', suffix: 'g' },
      { suffix: '.jpg' },
      '*.jpg is announced, and Stack/First hears of in/*g already',
    ],
  ])('fails with %s [storage-events-overlap]', (_, first, then, fault) => {
    expect(second({ of: first }, { of: then })).toThrow(
      `Stack/Second:\n  s3:ObjectCreated:* of ${fault}; S3 tells one listener of each object, so choose filters that do not overlap, or let EventBridge tell both`,
    );
  });

  test.each<[string, Partial<BucketNoticeProps>, Partial<BucketNoticeProps>]>([
    ['other folders', { of: { prefix: 'in/' } }, { of: { prefix: 'out/' } }],
    ['other ends', { of: { prefix: 'in/', suffix: '.jpg' } }, { of: { prefix: 'in/', suffix: '.png' } }],
    ['other events', {}, { events: [objectEvents.removed] }],
    ['two of one family', { events: [objectEvents.createdByPut] }, { events: [objectEvents.createdByCopy] }],
  ])('%s may stand side by side [storage-events-overlap]', (_, first, then) => {
    expect(second(first, then)).not.toThrow();
  });

  test('fails with an event and its family, for two and for one [storage-events-overlap]', () => {
    expect(second({}, { events: [objectEvents.createdByPut] })).toThrow(
      's3:ObjectCreated:Put of every object is announced, and Stack/First hears of every object already',
    );
    expect(second({}, { events: [objectEvents.removed, objectEvents.deleted] })).toThrow(
      'Stack/Second:\n  s3:ObjectRemoved:* and s3:ObjectRemoved:Delete overlap; leave one of them out',
    );
  });
});

describe('listeners', () => {
  test('fails for FIFO queues and topics, and for nothing to tell [storage-events-overlap]', () => {
    const { stack, alarms, notice } = parts();
    const topic = new NoticeTopic(stack, 'News', {
      alarms,
      order: TopicOrder.fifo({ contentBasedDeduplication: true }),
    });
    const queue = new Queue(stack, 'Fifo', { fifo: true });
    expect(() => notice('One', { to: NoticeListener.topic(topic) })).toThrow(
      'Stack/One:\n  to is the FIFO topic Stack/News, to which S3 does not publish; give a standard topic, or have EventBridge tell a FIFO queue',
    );
    expect(() => notice('Two', { to: NoticeListener.queue(queue) })).toThrow(
      'Stack/Two:\n  to is the FIFO queue Stack/Fifo, to which S3 does not send; give a standard queue, or have EventBridge tell this one',
    );
    expect(() => notice('Three', { events: [] as EventType[] })).toThrow(
      'Stack/Three:\n  events is empty; name what is told',
    );
  });

  test('fails for a queue under the key of AWS [storage-events-encrypted-targets]', () => {
    const { stack, notice } = parts();
    const managed = new Queue(stack, 'Managed', { encryption: QueueEncryption.KMS_MANAGED });
    const byAlias = Queue.fromQueueAttributes(stack, 'ByAlias', {
      queueArn: 'arn:aws:sqs:eu-west-1:000000000000:theirs',
      keyArn: 'arn:aws:kms:eu-west-1:000000000000:alias/aws/sqs',
    });
    for (const [id, queue] of Object.entries({ Managed: managed, ByAlias: byAlias }))
      expect(() => notice(`To${id}`, { to: NoticeListener.queue(queue) })).toThrow(
        `Stack/To${id}:\n  to is the queue Stack/${id} under the AWS-managed key, which does not admit S3; encrypt it with a customer key or SSE-SQS`,
      );
  });

  test('the customer keys of queue and topic let S3 encrypt on behalf of this account [storage-events-encrypted-targets]', () => {
    const { stack, alarms, queueOf, notice } = parts();
    const key = new Key(stack, 'QueueKey');
    notice('One', { to: NoticeListener.queue(queueOf('Locked', key).queue) });
    notice('Two', {
      events: [objectEvents.removed],
      to: NoticeListener.topic(new NoticeTopic(stack, 'News', { alarms })),
    });
    const template = Template.fromStack(stack);
    const keys = Object.entries(template.findResources('AWS::KMS::Key')).filter(([id]) => /^(QueueKey|News)/.test(id));
    expect(keys).toHaveLength(2);
    for (const [id, { Properties }] of keys) {
      const use = (account: string, action: string) =>
        decide(Properties.KeyPolicy, {
          principal: { Service: 's3.amazonaws.com' },
          action,
          resource: `<${id}.Arn>`,
          context: { 'aws:SourceAccount': account, 'aws:SourceArn': `<${bucketName(template)}.Arn>` },
        });
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
        expect([id, use('<AWS::AccountId>', action)]).toEqual([id, 'allow']);
        expect([id, use('999988887777', action)]).toEqual([id, 'implicit deny']);
      }
    }
  });
});
