import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../lib/app';
import { FakeBuckets, s3Error } from '../support/fake-bucket';
import { FakeFanOut } from '../support/fake-fanout';
import { FakeIdempotencyTable } from '../support/fake-idempotency-table';
import { FakeClock, poll } from '../support/fake-queue';
import { decide, text, type PolicyDocument } from '../support/decide';
import { architecture, matchesItsSnapshots, synthesised, type CfnTemplate } from '../support/architecture';
import { announced, environmentOf, mp4, plainText, record, startWorker } from '../lambda/video-job-fanout/worker';
import { context } from '../support/fresh-handler';

const name = 'video-job-fanout';
const template: CfnTemplate = synthesised(name)[name];
const renditions = ['480p', '720p', '1080p'] as const;
type Rendition = (typeof renditions)[number];

const every = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const only = (type: string, part: string) => {
  const found = every(type).filter(([id]) => id.includes(part));
  expect([part, found.map(([id]) => id)]).toEqual([part, [expect.any(String)]]);
  return { id: found[0][0], ...found[0][1].Properties! } as Record<string, any> & { id: string };
};
const queueOf = (rendition: Rendition) => only('AWS::SQS::Queue', `Jobs${rendition}Queue`);
const deadLettersOf = (rendition: Rendition) => only('AWS::SQS::Queue', `Jobs${rendition}DeadLetters`);
const policyOf = (part: string): PolicyDocument => only('AWS::IAM::Policy', part).PolicyDocument;
const uploadBucket = only('AWS::S3::Bucket', 'Uploads').id;
const renditionBucket = only('AWS::S3::Bucket', 'Renditions').id;
const topic = only('AWS::SNS::Topic', 'Announcements').id;
const key = only('AWS::KMS::Key', 'Announcements').id;

describe('an upload announces itself', () => {
  test('when it lies below uploads/ and has the suffix of a video, in small or capital letters, and not otherwise', () => {
    const { NotificationConfiguration, BucketName } = only('Custom::S3BucketNotifications', 'Uploads');
    expect(text(BucketName)).toBe(`<${uploadBucket}>`);
    expect(Object.keys(NotificationConfiguration)).toEqual(['TopicConfigurations']);
    const told = NotificationConfiguration.TopicConfigurations.map(({ Events, Filter, TopicArn }: any) => [
      ...Events,
      text(TopicArn),
      ...Filter.Key.FilterRules.map(({ Name, Value }: any) => `${Name} ${Value}`).sort(),
    ]);
    expect(told).toEqual(
      ['.mp4', '.MP4', '.mov', '.MOV', '.mkv', '.MKV', '.webm', '.WEBM'].map((suffix) => [
        's3:ObjectCreated:*',
        `<${topic}>`,
        'prefix uploads/',
        `suffix ${suffix}`,
      ]),
    );
  });

  test('on a topic that lets this bucket of this account publish, over TLS, and nobody else [messaging-topic-publish-subscribe, messaging-topic-encryption]', () => {
    const { PolicyDocument } = only('AWS::SNS::TopicPolicy', 'Announcements');
    const publish = (service: string, bucket: string, account: string, secure = 'true') =>
      decide(PolicyDocument, {
        principal: { Service: service },
        action: 'sns:Publish',
        resource: `<${topic}>`,
        context: { 'aws:SourceArn': bucket, 'aws:SourceAccount': account, 'aws:SecureTransport': secure },
      });
    const bucket = `<${uploadBucket}.Arn>`;
    expect(publish('s3.amazonaws.com', bucket, '<AWS::AccountId>')).toBe('allow');
    expect(publish('s3.amazonaws.com', bucket, '<AWS::AccountId>', 'false')).toBe('explicit deny');
    expect(publish('s3.amazonaws.com', `<${renditionBucket}.Arn>`, '<AWS::AccountId>')).toBe('implicit deny');
    expect(publish('s3.amazonaws.com', bucket, '999999999999')).toBe('implicit deny');
    expect(publish('events.amazonaws.com', bucket, '<AWS::AccountId>')).toBe('implicit deny');
    expect(text(only('AWS::SNS::Topic', 'Announcements').KmsMasterKeyId)).toBe(`<${key}.Arn>`);
  });

  test('under a customer key that S3 may use for this bucket, and SNS for topics of this account and region [messaging-topic-encryption, messaging-fanout-encrypted-queue]', () => {
    const { KeyPolicy, EnableKeyRotation } = only('AWS::KMS::Key', 'Announcements');
    const use = (service: string, context: Record<string, string>) =>
      ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:PutKeyPolicy'].map((action) =>
        decide(KeyPolicy, { principal: { Service: service }, action, resource: '*', context }),
      );
    const yes = ['allow', 'allow', 'implicit deny'];
    const no = Array(3).fill('implicit deny');
    const account = '<AWS::AccountId>';
    const topicOf = (owner: string) => `arn:<AWS::Partition>:sns:<AWS::Region>:${owner}:uploads`;
    expect(use('s3.amazonaws.com', { 'aws:SourceAccount': account, 'aws:SourceArn': `<${uploadBucket}.Arn>` })).toEqual(
      yes,
    );
    expect(use('s3.amazonaws.com', { 'aws:SourceAccount': account, 'aws:SourceArn': '<Other.Arn>' })).toEqual(no);
    expect(
      use('s3.amazonaws.com', { 'aws:SourceAccount': '999999999999', 'aws:SourceArn': `<${uploadBucket}.Arn>` }),
    ).toEqual(no);
    expect(use('sns.amazonaws.com', { 'aws:SourceArn': topicOf(account) })).toEqual(yes);
    expect(use('sns.amazonaws.com', { 'aws:SourceArn': topicOf('999999999999') })).toEqual(no);
    expect(use('sns.amazonaws.com', {})).toEqual(no);
    expect(use('sqs.amazonaws.com', { 'aws:SourceAccount': account })).toEqual(no);
    expect(EnableKeyRotation).toBe(true);
  });

  test('only after the topic admits it; the helper that sets it up may do nothing else', () => {
    const [[, notifications]] = every('Custom::S3BucketNotifications') as [[string, any]];
    expect(notifications.DependsOn).toContain(only('AWS::SNS::TopicPolicy', 'Announcements').id);
    const [[, handler]] = every('AWS::Lambda::Function').filter(([id]) => id.startsWith('BucketNotifications')) as any;
    expect(text(handler.Properties.Role)).toBe(`<${only('AWS::IAM::Role', 'Installer').id}.Arn>`);
    expect(handler.DependsOn).toContain(only('AWS::IAM::Policy', 'Installer').id);
    expect(only('AWS::IAM::Role', 'Installer').ManagedPolicyArns).toBeUndefined();
    expect(policyOf('Installer').Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:PutBucketNotification',
        Resource: { 'Fn::GetAtt': [uploadBucket, 'Arn'] },
      },
    ]);
  });
});

describe('the topic fans out', () => {
  test('to exactly three queues, each by a filter of its own over the body, delivered bare [messaging-fanout, messaging-topic-filter]', () => {
    const filter = (keys: unknown) => ({
      Records: { eventName: [{ prefix: 'ObjectCreated:' }], s3: { object: { key: keys } } },
    });
    expect(
      every('AWS::SNS::Subscription').map(
        ([
          ,
          { Properties: { TopicArn, Protocol, Endpoint, FilterPolicyScope, FilterPolicy, RawMessageDelivery } = {} },
        ]) => [text(TopicArn), Protocol, text(Endpoint), FilterPolicyScope, FilterPolicy, RawMessageDelivery],
      ),
    ).toEqual(
      [
        ['480p', [{ prefix: 'uploads/' }]],
        ['720p', [{ 'anything-but': { prefix: 'uploads/upto/480p/' } }]],
        ['1080p', [{ 'anything-but': { prefix: 'uploads/upto/' } }]],
      ].map(([rendition, keys]) => [
        `<${topic}>`,
        'sqs',
        `<${queueOf(rendition as Rendition).id}.Arn>`,
        'MessageBody',
        filter(keys),
        true,
      ]),
    );
  });

  test.each(renditions)(
    'only the topic may send to the %s queue and its dead letters, and only over TLS [messaging-fanout, messaging-queue-encryption]',
    (rendition) => {
      for (const queue of [queueOf(rendition), deadLettersOf(rendition)]) {
        const { PolicyDocument, Queues } = only('AWS::SQS::QueuePolicy', queue.id.slice(0, -8));
        expect(Queues.map(text)).toEqual([`<${queue.id}>`]);
        const send = (service: string, source: string, secure = 'true') =>
          decide(PolicyDocument, {
            principal: { Service: service },
            action: 'sqs:SendMessage',
            resource: `<${queue.id}.Arn>`,
            context: { 'aws:SourceArn': source, 'aws:SecureTransport': secure },
          });
        expect(send('sns.amazonaws.com', `<${topic}>`)).toBe('allow');
        expect(send('sns.amazonaws.com', `<${topic}>`, 'false')).toBe('explicit deny');
        expect(send('sns.amazonaws.com', 'arn:aws:sns:eu-west-1:999999999999:mine')).toBe('implicit deny');
        expect(send('s3.amazonaws.com', `<${uploadBucket}.Arn>`)).toBe('implicit deny');
        expect(
          decide(PolicyDocument, {
            principal: { AWS: 'arn:aws:iam::999999999999:root' },
            action: 'sqs:ReceiveMessage',
            resource: `<${queue.id}.Arn>`,
          }),
        ).toBe('implicit deny');
        expect(text(queue.KmsMasterKeyId)).toBe(`<${key}.Arn>`);
      }
      for (const [id, { Properties }] of every('AWS::IAM::Policy')) {
        const sends = decide(Properties!.PolicyDocument, {
          action: 'sqs:SendMessage',
          resource: `<${queueOf(rendition).id}.Arn>`,
        });
        expect([id, sends]).toEqual([id, 'implicit deny']);
      }
    },
  );

  test.each(renditions)(
    '%s jobs are hidden six times the worker timeout, tried three times, then kept aside for two weeks, with an alarm at the first [messaging-queue-visibility, messaging-queue-dead-letter, messaging-queue-retention, messaging-queue-polling]',
    (rendition) => {
      const worker = only('AWS::Lambda::Function', `Worker${rendition}`);
      const queue = queueOf(rendition);
      const deadLetters = deadLettersOf(rendition);
      expect(queue.VisibilityTimeout).toBe(6 * worker.Timeout);
      expect(queue.RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
        maxReceiveCount: 3,
      });
      expect([queue.MessageRetentionPeriod, deadLetters.MessageRetentionPeriod]).toEqual([345_600, 1_209_600]);
      expect(queue.ReceiveMessageWaitTimeSeconds).toBe(20);
      expect(text(deadLetters.RedriveAllowPolicy.sourceQueueArns[0])).toBe(
        `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${queue.QueueName}`,
      );
      const alarm = only('AWS::CloudWatch::Alarm', `Jobs${rendition}DeadLetterAlarm`);
      expect(alarm).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters.id, 'QueueName'] } }],
        Threshold: 1,
        AlarmActions: [{ Ref: only('AWS::SNS::Topic', 'Alarms').id }],
      });
    },
  );

  test('no asynchronous edge loses work silently: every queue, subscription and mapping ends in a watched dead-letter queue [messaging-dead-letter-everywhere]', () => {
    const watched = every('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties!.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => text(Properties!.Dimensions[0].Value).replace('.QueueName>', '.Arn>'));
    const edges = [
      ...every('AWS::SNS::Subscription').map(([, { Properties }]) => Properties!.RedrivePolicy),
      ...every('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
        const source = text(Properties!.EventSourceArn).slice(1, -5);
        return template.Resources[source].Properties!.RedrivePolicy;
      }),
    ];
    expect(edges).toHaveLength(6);
    for (const redrive of edges) expect(watched).toContain(text(redrive.deadLetterTargetArn));
    expect(new Set(watched).size).toBe(3);
    expect(every('AWS::Lambda::EventInvokeConfig')).toEqual([]);
  });

  test('a message that not even a dead-letter queue takes raises an alarm, and failed deliveries are logged [messaging-topic-delivery-status]', () => {
    expect(only('AWS::CloudWatch::Alarm', 'LossAlarm').MetricName).toBe('NumberOfNotificationsFailedToRedriveToDlq');
    const [logging] = only('AWS::SNS::Topic', 'Announcements').DeliveryStatusLogging;
    expect(logging).toMatchObject({ Protocol: 'sqs', SuccessFeedbackSampleRate: '10' });
  });
});

describe('each queue has a worker', () => {
  test.each(renditions)(
    '%s: a function of its own that reports single failures [serverless-event-source-mapping, serverless-partial-batch, messaging-fanout]',
    (rendition) => {
      const worker = only('AWS::Lambda::Function', `Worker${rendition}`);
      expect(only('AWS::Lambda::EventSourceMapping', `Worker${rendition}`)).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [queueOf(rendition).id, 'Arn'] },
        FunctionName: { Ref: worker.id },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 5 },
      });
      expect(every('AWS::Lambda::Permission')).toEqual([]);
    },
  );

  test.each(renditions)(
    '%s: it may read uploads, write its own manifests, work its own queue, and nothing else [serverless-execution-role]',
    (rendition) => {
      const may = (action: string, resource: string) =>
        decide(policyOf(`Worker${rendition}`), { action, resource }) === 'allow';
      const other = renditions.find((one) => one !== rendition)!;
      const [uploads, results] = [`<${uploadBucket}.Arn>`, `<${renditionBucket}.Arn>`];

      expect(may('s3:GetObjectVersion', `${uploads}/uploads/holiday.mp4`)).toBe(true);
      expect(may('s3:GetObjectVersion', `${uploads}/private/diary.txt`)).toBe(false);
      expect(may('s3:PutObject', `${uploads}/uploads/holiday.mp4`)).toBe(false);
      expect(may('s3:DeleteObject', `${uploads}/uploads/holiday.mp4`)).toBe(false);
      expect(may('s3:ListBucket', uploads)).toBe(false);
      expect(may('s3:PutObject', `${results}/holiday.mp4/v1/${rendition}.json`)).toBe(true);
      expect(may('s3:PutObject', `${results}/holiday.mp4/v1/${other}.json`)).toBe(false);
      expect(may('s3:GetObject', `${results}/holiday.mp4/v1/${rendition}.json`)).toBe(false);
      expect(may('sqs:ReceiveMessage', `<${queueOf(rendition).id}.Arn>`)).toBe(true);
      expect(may('sqs:DeleteMessage', `<${queueOf(other).id}.Arn>`)).toBe(false);
      expect(may('sqs:ReceiveMessage', `<${deadLettersOf(rendition).id}.Arn>`)).toBe(false);
      expect(may('dynamodb:PutItem', `<${only('AWS::DynamoDB::Table', 'Done').id}.Arn>`)).toBe(true);
      expect(may('dynamodb:Scan', `<${only('AWS::DynamoDB::Table', 'Done').id}.Arn>`)).toBe(false);
      expect(may('kms:Decrypt', `<${key}.Arn>`)).toBe(true);
      expect(may('kms:GenerateDataKey', `<${key}.Arn>`)).toBe(false);
    },
  );

  test('work is remembered longer than a dead letter can be redriven [serverless-idempotency]', () => {
    const remembered = Number(
      only('AWS::Lambda::Function', 'Worker480p').Environment.Variables.IDEMPOTENCY_EXPIRY_SECONDS,
    );
    expect(remembered).toBeGreaterThan(deadLettersOf('480p').MessageRetentionPeriod);
  });

  test('production lets more batches be worked at once and protects the table', () => {
    const production = architecture(name, { profile: 'production' });
    production.allResourcesProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 50 } });
    production.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  });

  test('an address for alarms is subscribed when one is given, and nobody else is', () => {
    const mailed = architecture(name, { alarmEmail: 'ops@example.com' });
    mailed.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    Template.fromJSON(template).resourcePropertiesCountIs('AWS::SNS::Subscription', { Protocol: 'email' }, 0);
  });

  test('outputs name the buckets, and the queues of each rendition', () => {
    const outputs = Object.keys(template.Outputs!);
    expect(outputs).toEqual(expect.arrayContaining(['UploadBucket', 'RenditionBucket']));
    for (const rendition of renditions)
      for (const output of ['QueueUrl', 'DeadLetterQueueUrl', 'DeadLetterQueueArn', 'Function', 'LogGroup'])
        expect(outputs).toContain(`${output}${rendition}`);
    Template.fromJSON(template).hasOutput('QueueUrl720p', { Value: Match.objectLike({ Ref: queueOf('720p').id }) });
  });
});

describe('with the template and the workers as they are deployed', () => {
  const buckets = new FakeBuckets();
  const table = new FakeIdempotencyTable();
  const log: string[] = [];
  beforeEach(() => {
    buckets.reset();
    table.reset();
    log.length = 0;
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((...[line]: unknown[]) => void log.push(String(line)));
  });

  /** Three queues and three workers, each worker told by the environment the template gives it. */
  function deployed(overrides: { copies?: number; random?: () => number } = {}) {
    const clock = new FakeClock();
    const fanOut = new FakeFanOut(template, topic, clock, overrides);
    const branch = (rendition: Rendition) => {
      const id = Object.keys(fanOut.queues).find((each) => each.includes(rendition))!;
      const { Variables } = only('AWS::Lambda::Function', `Worker${rendition}`).Environment;
      const environment = Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, text(value)]));
      const worker = startWorker(rendition, environment);
      return { queue: fanOut.queues[id], deadLetters: fanOut.deadLetters[id], worker };
    };
    const branches = Object.fromEntries(renditions.map((each) => [each, branch(each)])) as Record<
      Rendition,
      ReturnType<typeof branch>
    >;
    return {
      clock,
      branches,
      upload: (key: string, content = mp4, version = 'v1') => {
        buckets.upload(`<${uploadBucket}>`, key, version, content);
        fanOut.publish(announced(key, { bucket: `<${uploadBucket}>`, version }));
      },
      publish: (body: unknown) => fanOut.publish(body),
      /** Lets every worker poll its queue until nothing is visible. */
      work: async () => {
        for (const { queue, worker } of Object.values(branches))
          while (queue.visible > 0) if ((await poll(queue, worker)) === 0) break;
      },
    };
  }
  const results = () => [...buckets.written.keys()].map((path) => path.replace(`<${renditionBucket}>/`, '')).sort();

  test('one upload becomes three results, independently [messaging-fanout, messaging-topic-publish-subscribe]', async () => {
    const { upload, work, branches } = deployed();
    upload('uploads/holiday.mp4');
    for (const { queue } of Object.values(branches)) expect(queue.bodies).toHaveLength(1);
    await work();
    expect(results()).toEqual(['holiday.mp4/v1/1080p.json', 'holiday.mp4/v1/480p.json', 'holiday.mp4/v1/720p.json']);
    for (const { queue, deadLetters } of Object.values(branches))
      expect([queue.bodies, deadLetters.bodies]).toEqual([[], []]);
  });

  test.each([
    ['uploads/upto/480p/clip.mp4', ['480p']],
    ['uploads/upto/720p/clip.mp4', ['480p', '720p']],
    ['uploads/up to date.mp4', ['480p', '720p', '1080p']],
  ])('%s becomes %j, as its folder says [messaging-topic-filter]', async (key, wanted) => {
    const { upload, work } = deployed();
    upload(key);
    await work();
    expect(results()).toEqual(wanted.map((each) => `${key.slice('uploads/'.length)}/v1/${each}.json`).sort());
  });

  test("S3's own test message, and news of a deletion, pass no filter [messaging-topic-filter]", () => {
    const { publish, branches } = deployed();
    publish({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' });
    publish(announced('uploads/holiday.mp4', { name: 'ObjectRemoved:Delete' }));
    for (const { queue } of Object.values(branches)) expect(queue.bodies).toEqual([]);
  });

  test('a video of three gigabytes is not lost to a filter [messaging-topic-filter]', () => {
    const { publish, branches } = deployed();
    publish(announced('uploads/film.mkv', { size: 3_000_000_000 }));
    for (const { queue } of Object.values(branches)) expect(queue.bodies).toHaveLength(1);
  });

  test('copies, in any order, change nothing [messaging-queue-standard, serverless-idempotency]', async () => {
    let seed = 42;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const { upload, work, branches, clock } = deployed({ copies: 3, random });
    for (let i = 0; i < 12; i++) upload(`uploads/${i % 6}.mp4`, mp4, `v${i < 6 ? 1 : 2}`);
    for (let round = 0; round < 3; round++) {
      await work();
      clock.advance(60);
    }
    expect(results()).toHaveLength(36);
    for (const [, body] of buckets.written) expect(JSON.parse(body).schema).toBe(1);
    for (const { queue, deadLetters } of Object.values(branches))
      expect([queue.bodies, deadLetters.bodies]).toEqual([[], []]);
  });

  test('a broken video lies in all three dead-letter queues after three tries, and its reason in the log [messaging-queue-dead-letter]', async () => {
    const { upload, work, branches, clock } = deployed();
    upload('uploads/broken.mp4', plainText);
    upload('uploads/good.mp4');
    for (let tries = 1; tries <= 3; tries++) {
      await work();
      for (const { deadLetters } of Object.values(branches)) expect(deadLetters.bodies).toEqual([]);
      clock.advance(60);
    }
    await work();
    for (const { queue, deadLetters } of Object.values(branches)) {
      expect(queue.bodies).toEqual([]);
      expect(deadLetters.bodies.map((body) => JSON.parse(body).Records[0].s3.object.key)).toEqual([
        'uploads/broken.mp4',
      ]);
    }
    expect(results()).toHaveLength(3);
    expect(log.map((line) => JSON.parse(line)).filter(({ message }) => message === 'message refused')).toHaveLength(9);
  });

  test('a poisoned 720p job delays neither the other sizes nor the next 720p job [messaging-fanout]', async () => {
    const { upload, work, branches, clock } = deployed();
    buckets.trouble = ({ Key }) => (Key === 'first.mp4/v1/720p.json' ? s3Error('AccessDenied', 403) : undefined);
    upload('uploads/first.mp4');
    await work();
    expect(results()).toEqual(['first.mp4/v1/1080p.json', 'first.mp4/v1/480p.json']);
    upload('uploads/second.mp4');
    await work();
    expect(results()).toContain('second.mp4/v1/720p.json');
    for (let tries = 0; tries < 3; tries++) {
      clock.advance(60);
      await work();
    }
    expect(Object.values(branches).map(({ deadLetters }) => deadLetters.bodies.length)).toEqual([0, 1, 0]);
  });

  test('a message that comes back from the dead letters after the cause is mended is worked [messaging-queue-dead-letter]', async () => {
    const { upload, work, branches, clock } = deployed();
    buckets.trouble = ({ Key }) => (Key.endsWith('720p.json') ? s3Error('AccessDenied', 403) : undefined);
    upload('uploads/holiday.mp4');
    for (let tries = 0; tries <= 3; tries++) {
      await work();
      clock.advance(60);
    }
    buckets.trouble = () => undefined;
    const { deadLetters, queue } = branches['720p'];
    for (const body of deadLetters.bodies) queue.send(body);
    await work();
    expect(results()).toContain('holiday.mp4/v1/720p.json');
  });

  test('a worker that crashes leaves its messages to the next run [messaging-queue-visibility]', async () => {
    const { upload, branches, clock } = deployed();
    upload('uploads/holiday.mp4');
    const { queue, worker } = branches['480p'];
    await poll(queue, () => Promise.reject(new Error('Runtime exited with error: signal: killed')));
    expect([queue.visible, queue.bodies.length]).toEqual([0, 1]);
    clock.advance(59);
    expect(await poll(queue, worker)).toBe(0);
    clock.advance(1);
    expect(await poll(queue, worker)).toBe(1);
    expect(results()).toEqual(['holiday.mp4/v1/480p.json']);
    expect(queue.bodies).toEqual([]);
  });
});

test('the handler setting names an export of the built bundle, which takes a queue event and a context [serverless-handler-contract]', async () => {
  // Inside the repository, so that the bundle finds the SDK, which the Lambda runtime brings along.
  mkdirSync('.cache', { recursive: true });
  const outdir = mkdtempSync(resolve('.cache', 'bundle-test-'));
  const assembly = createApp({ only: [name] }, { gates: false, outdir }).synth();
  const stack = assembly.getStackByName(name).template as CfnTemplate;
  const [, { Properties }] = Object.entries(stack.Resources).find(([id]) =>
    id.startsWith('Worker720pTranscoderFunction'),
  )!;
  const [file, exported] = (Properties!.Handler as string).split('.') as [string, string];
  const [asset] = /[0-9a-f]{64}/.exec(JSON.stringify(Properties!.Code))!;

  const before = { ...process.env };
  Object.assign(process.env, environmentOf('720p'), {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const bundle = createRequire(__filename)(join(outdir, `asset.${asset}`, file));
  const poison = record('poison');
  await expect(bundle[exported]({ Records: [poison] }, context)).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: poison.messageId }],
  });
  process.env = before;
  rmSync(outdir, { recursive: true });
});

describe('the template', () => matchesItsSnapshots(name));
