import { Duration, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DocumentTable, type DocumentTableProps } from '../../../lib/constructs/data/document-table';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { AsyncDestination } from '../../../lib/constructs/serverless/async-destination';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { StreamConsumer, type StreamConsumerProps } from '../../../lib/constructs/serverless/stream-consumer';
import { StreamSource } from '../../../lib/constructs/serverless/stream-source';
import { templateOf, testStack } from '../../support/app';

const mapping = 'AWS::Lambda::EventSourceMapping';
const partitionKey = { name: 'id', type: AttributeType.STRING };
const code = Code.fromInline('exports.handler = async () => ({ batchItemFailures: [] })');

interface Wanted {
  readonly table?: Partial<DocumentTableProps>;
  readonly source?: (stack: Stack) => StreamSource;
  readonly onFailure?: (stack: Stack) => AsyncDestination;
  readonly consumer?: Partial<StreamConsumerProps>;
}
function make(stack: Stack, { table, source, onFailure, consumer: more }: Wanted = {}): StreamConsumer {
  const alarms = new AlarmTopic(stack, 'Alarms');
  const changes = () =>
    StreamSource.table(
      new DocumentTable(stack, 'Items', { partitionKey, stream: StreamViewType.NEW_AND_OLD_IMAGES, ...table }),
    );
  const failures = () => AsyncDestination.queue(new FailureQueue(stack, 'Failures', { alarms }).queue);
  return new StreamConsumer(stack, 'Consumer', {
    source: source?.(stack) ?? changes(),
    consumer: new AppFunction(stack, 'Worker', { description: 'Works', code }),
    onFailure: onFailure?.(stack) ?? failures(),
    alarms,
    ...more,
  });
}
const synthesise = (wanted?: Wanted) => templateOf((stack) => make(stack, wanted));
const refusal = (wanted: Wanted) => () => make(testStack(), wanted);
const kinesis = (stack: Stack) => StreamSource.stream(new Stream(stack, 'Clicks'));

describe('StreamConsumer', () => {
  test('a change of a table runs the function, from the oldest on, and a bad one leaves to a queue [serverless-table-trigger, serverless-partial-batch]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    template.hasResourceProperties(mapping, {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Items'), 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 72_000,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailuresQueue'), 'Arn'] } },
      },
    });
  });

  test('the role may read the changes and not the table, write to the queue, and nobody may call the function [serverless-event-source-mapping, serverless-table-trigger]', () => {
    const template = synthesise();
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const { Statement } = (policy.Properties as { PolicyDocument: { Statement: { Action: string | string[] }[] } })
      .PolicyDocument;
    const ofService = (service: string) => Statement.filter(({ Action }) => [Action].flat()[0].startsWith(service));
    expect(ofService('dynamodb')).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Items/), 'StreamArn'] },
      },
    ]);
    expect(ofService('sqs')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^FailuresQueue/), 'Arn'] },
      },
    ]);
  });

  test('a Kinesis stream is read by several runs a shard, and so is its key [serverless-event-source-mapping, serverless-batch-limits]', () => {
    const template = synthesise({
      source: (stack) => StreamSource.stream(new Stream(stack, 'Clicks', { encryptionKey: new Key(stack, 'Key') })),
      consumer: {
        parallelizationFactor: 10,
        batchSize: 10_000,
        maxBatchingWindow: Duration.seconds(300),
        startingPosition: StartingPosition.LATEST,
      },
    });
    template.hasResourceProperties(mapping, {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Clicks'), 'Arn'] },
      ParallelizationFactor: 10,
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      StartingPosition: 'LATEST',
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: [
              'kinesis:DescribeStream',
              'kinesis:DescribeStreamSummary',
              'kinesis:GetRecords',
              'kinesis:GetShardIterator',
              'kinesis:ListShards',
            ],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Clicks'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
          },
        ]),
      },
    });
  });

  test('records that fit no pattern run nothing, and a window hands on what it counted', () => {
    synthesise({
      consumer: { filters: [{ eventName: ['INSERT'] }], tumblingWindow: Duration.seconds(900) },
    }).hasResourceProperties(mapping, {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      TumblingWindowInSeconds: 900,
    });
  });

  test('an alarm goes off when the function is behind', () => {
    synthesise({ consumer: { lateAfter: Duration.minutes(2) } }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IteratorAge',
      Namespace: 'AWS/Lambda',
      Threshold: 120_000,
      EvaluationPeriods: 3,
      AlarmDescription: 'Stack/Worker is more than 2 minutes behind its stream: it fails, or it is too slow.',
    });
  });

  test.each<[string, (stack: Stack) => AsyncDestination, string]>([
    ['topic', (stack) => AsyncDestination.topic(new Topic(stack, 'To')), 'sns:Publish'],
    ['bucket', (stack) => AsyncDestination.bucket(new Bucket(stack, 'To')), 's3:PutObject'],
  ])('a %s can be told of records that were given up [serverless-partial-batch]', (_, onFailure, action) => {
    const template = synthesise({ onFailure });
    template.hasResourceProperties(mapping, { DestinationConfig: { OnFailure: { Destination: Match.anyValue() } } });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(action);
  });

  test.each<[string, Wanted, string]>([
    [
      'the table keeps no stream [serverless-table-trigger]',
      { table: { stream: undefined } },
      'source is Stack/Items, a table that keeps no stream of its changes; give it stream, such as StreamViewType.NEW_AND_OLD_IMAGES',
    ],
    [
      'failures go to a bus [serverless-partial-batch]',
      { onFailure: (stack) => AsyncDestination.bus(new EventBus(stack, 'To')) },
      'onFailure is a bus, to which Lambda tells nothing of streams; give a queue, a topic or a bucket',
    ],
    [
      'failures go to a function [serverless-partial-batch]',
      {
        onFailure: (stack) =>
          AsyncDestination.function(new AppFunction(stack, 'To', { description: 'Told', code }).function),
      },
      'onFailure is a function, to which Lambda tells nothing of streams; give a queue, a topic or a bucket',
    ],
    [
      'failures go to a FIFO queue [serverless-partial-batch]',
      { onFailure: (stack) => AsyncDestination.queue(new Queue(stack, 'To', { fifo: true })) },
      'onFailure is a FIFO queue, to which Lambda cannot send; give a standard queue',
    ],
    [
      'a batch is above ten thousand [serverless-batch-limits]',
      { consumer: { batchSize: 10_001 } },
      'batchSize is 10001; give a whole number from 1 to 10000',
    ],
    [
      'records are collected for longer than five minutes [serverless-batch-limits]',
      { consumer: { maxBatchingWindow: Duration.seconds(301) } },
      'maxBatchingWindow is 5 minutes 1 second; give 0 seconds to 5 minutes',
    ],
    [
      'a shard has more than ten runs [serverless-batch-limits]',
      { consumer: { parallelizationFactor: 11 } },
      'parallelizationFactor is 11; give a whole number from 1 to 10',
    ],
    [
      'a batch is tried for ever [serverless-partial-batch]',
      { consumer: { retryAttempts: -1 } },
      'retryAttempts is -1; give a whole number from 0 to 10000',
    ],
    [
      'a record of a table may get as old as its stream [serverless-table-trigger]',
      { consumer: { maxRecordAge: Duration.hours(24) } },
      'maxRecordAge is 1 day; give 1 minute to 23 hours',
    ],
    [
      'a record may get older than a week',
      { source: kinesis, consumer: { maxRecordAge: Duration.days(8) } },
      'maxRecordAge is 8 days; give 1 minute to 7 days',
    ],
    [
      'a window is longer than fifteen minutes',
      { consumer: { tumblingWindow: Duration.seconds(901) } },
      'tumblingWindow is 15 minutes 1 second; give 0 seconds to 15 minutes',
    ],
    [
      'several runs share a window',
      { consumer: { tumblingWindow: Duration.seconds(60), parallelizationFactor: 2 } },
      'tumblingWindow is given, and parallelizationFactor is 2; a window is counted by one run at a time, so leave one of them out',
    ],
    [
      'there are more than five patterns',
      { consumer: { filters: Array.from({ length: 6 }, () => ({ eventName: ['INSERT'] })) } },
      'filters has 6 patterns; give at most 5, or merge some',
    ],
  ])('fails when %s', (_, wanted, message) => {
    expect(refusal(wanted)).toThrow(`Stack/Consumer:\n  ${message}`);
  });
});
