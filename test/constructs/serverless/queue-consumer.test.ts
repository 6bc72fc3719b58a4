import { Duration, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { OrderedQueue } from '../../../lib/constructs/messaging/ordered-queue';
import { WorkQueue, type WorkQueueProps } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { QueueConsumer, type QueueConsumerProps } from '../../../lib/constructs/serverless/queue-consumer';
import { templateOf, testStack } from '../../support/app';

interface Wanted {
  readonly queue?: Partial<WorkQueueProps>;
  readonly function?: Partial<AppFunctionProps>;
  readonly consumer?: Partial<QueueConsumerProps>;
  readonly fifo?: boolean;
}
function make(stack: Stack, wanted: Wanted = {}): QueueConsumer {
  const alarms = new AlarmTopic(stack, 'Alarms');
  const source = wanted.fifo
    ? new OrderedQueue(stack, 'Jobs', { alarms, contentBasedDeduplication: true, ...wanted.queue })
    : new WorkQueue(stack, 'Jobs', { alarms, ...wanted.queue });
  const code = Code.fromInline('exports.handler = async () => ({ batchItemFailures: [] })');
  const consumer = new AppFunction(stack, 'Worker', { description: 'Works', code, ...wanted.function });
  return new QueueConsumer(stack, 'Consumer', { source, consumer, ...wanted.consumer });
}
const synthesise = (wanted?: Wanted) => templateOf((stack) => make(stack, wanted));
const refusal = (wanted: Wanted) => () => make(testStack(), wanted);

describe('QueueConsumer', () => {
  test('lets Lambda poll the queue and always asks which messages failed [serverless-event-source-mapping, serverless-partial-batch]', () => {
    synthesise().hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^JobsQueue'), 'Arn'] },
      FunctionName: { Ref: Match.stringLikeRegexp('^WorkerFunction') },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: Match.absent(),
    });
  });

  test('works a FIFO queue message by message, so that poison takes nothing aside that only stood behind it [serverless-batch-limits]', () => {
    const batchSize = (consumer: Partial<QueueConsumerProps>) =>
      Object.values(synthesise({ fifo: true, consumer }).findResources('AWS::Lambda::EventSourceMapping'))[0].Properties
        .BatchSize;
    expect(batchSize({})).toBe(1);
    expect(batchSize({ batchSize: 5 })).toBe(5);
  });

  test('gives the role of the function what reading this queue takes, and nobody leave to call the function [serverless-event-source-mapping]', () => {
    const template = synthesise();
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: [
              'sqs:ChangeMessageVisibility',
              'sqs:DeleteMessage',
              'sqs:GetQueueAttributes',
              'sqs:GetQueueUrl',
              'sqs:ReceiveMessage',
            ],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^JobsQueue'), 'Arn'] },
          },
        ]),
      },
    });
  });

  test('and the key of an encrypted queue, to read only', () => {
    const template = templateOf((stack) => make(stack, { queue: { encryptionKey: new Key(stack, 'Key') } }));
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
          },
        ]),
      },
    });
  });

  test('batches of ten thousand over five minutes, and a thousand runs at once, are taken as given [serverless-batch-limits]', () => {
    synthesise({
      queue: { visibilityTimeout: Duration.seconds(360) },
      consumer: { batchSize: 10_000, maxBatchingWindow: Duration.seconds(300), maxConcurrency: 1000 },
    }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      ScalingConfig: { MaximumConcurrency: 1000 },
    });
  });

  test.each<[string, Wanted, string]>([
    [
      'messages come back while the function may still work [messaging-queue-visibility, serverless-batch-limits]',
      { function: { timeout: Duration.seconds(30) } },
      "visibilityTimeout is 1 minute, under six times the function's timeout of 30 seconds; give at least 3 minutes, or shorten the function's timeout",
    ],
    [
      'the batching window eats up the visibility [messaging-queue-visibility, serverless-batch-limits]',
      { consumer: { maxBatchingWindow: Duration.seconds(20) } },
      "visibilityTimeout is 1 minute, under six times the function's timeout of 10 seconds and the batching window of 20 seconds; give at least 1 minute 20 seconds, or shorten the function's timeout",
    ],
    [
      'a batch is above ten without a window [serverless-batch-limits]',
      { consumer: { batchSize: 11 } },
      'batchSize is 11 without maxBatchingWindow; give a whole number from 1 to 10 without maxBatchingWindow',
    ],
    [
      'a batch is above ten with a window of no time [serverless-batch-limits]',
      { consumer: { batchSize: 100, maxBatchingWindow: Duration.seconds(0) } },
      'batchSize is 100 with a maxBatchingWindow of 0 seconds; Lambda takes more than 10 with a second or more',
    ],
    [
      'a batch is above ten thousand [serverless-batch-limits]',
      {
        queue: { visibilityTimeout: Duration.minutes(5) },
        consumer: { batchSize: 10_001, maxBatchingWindow: Duration.seconds(1) },
      },
      'batchSize is 10001; give a whole number from 1 to 10000',
    ],
    [
      'messages are collected for longer than five minutes [serverless-batch-limits]',
      { queue: { visibilityTimeout: Duration.hours(1) }, consumer: { maxBatchingWindow: Duration.seconds(301) } },
      'maxBatchingWindow is 5 minutes 1 second; give at most 300 seconds',
    ],
    [
      'messages of a FIFO queue are collected [serverless-batch-limits]',
      {
        fifo: true,
        queue: { visibilityTimeout: Duration.hours(1) },
        consumer: { maxBatchingWindow: Duration.seconds(5) },
      },
      'maxBatchingWindow is given for a FIFO queue, which hands out what it has; leave it out',
    ],
    [
      'one run at a time is wanted [serverless-batch-limits]',
      { consumer: { maxConcurrency: 1 } },
      'maxConcurrency is 1; give a whole number from 2 to 1000',
    ],
    [
      'more than a thousand runs are wanted [serverless-batch-limits]',
      { consumer: { maxConcurrency: 1001 } },
      'maxConcurrency is 1001; give a whole number from 2 to 1000',
    ],
    [
      'more runs are wanted than the function reserves [serverless-batch-limits]',
      { function: { reservedConcurrentExecutions: 5 }, consumer: { maxConcurrency: 6 } },
      'maxConcurrency is 6, but the function reserves 5; runs above that are throttled and their messages fail, so reserve as many or lower maxConcurrency',
    ],
  ])('fails when %s', (_, wanted, message) => {
    expect(refusal(wanted)).toThrow(`Stack/Consumer:\n  ${message}`);
  });

  test('as many runs as the function reserves are fine [serverless-batch-limits]', () => {
    expect(refusal({ function: { reservedConcurrentExecutions: 5 }, consumer: { maxConcurrency: 5 } })).not.toThrow();
  });

  test('fails when a queue and its dead-letter queue are of different kinds [messaging-queue-dead-letter]', () => {
    const stack = testStack();
    const source = {
      queue: new Queue(stack, 'Fifo', { fifo: true }),
      deadLetterQueue: new Queue(stack, 'Standard'),
      visibilityTimeout: Duration.minutes(1),
      retentionPeriod: Duration.days(4),
      deadLetterRetentionPeriod: Duration.days(14),
      maxMessageSizeBytes: 1_048_576,
    };
    expect(() => make(stack, { consumer: { source } })).toThrow(
      'Stack/Consumer:\n  source has a queue and a dead-letter queue of different kinds; make both standard or both FIFO',
    );
  });
});
