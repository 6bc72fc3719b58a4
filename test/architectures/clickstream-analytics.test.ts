import { DynamoDBClient, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { Match } from 'aws-cdk-lib/assertions';
import { mockClient } from 'aws-sdk-client-mock';
import { aClick, context } from '../lambda/clickstream-analytics/clicks';
import { handler as readHours } from '../../lambda/clickstream-analytics/hourly';
import { handler as countMinutes } from '../../lambda/clickstream-analytics/minutes';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { FakeStream } from '../support/fake-stream';

const name = 'clickstream-analytics';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const { Resources: resources } = synthesised(name)[name];

/** The logical id of the one resource of a type whose id begins so. */
function idOf(type: string, prefix: string): string {
  const found = Object.entries(resources).filter(([id, { Type }]) => Type === type && id.startsWith(prefix));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} begin with ${prefix}`);
  return found[0][0];
}
const stream = { 'Fn::GetAtt': [idOf('AWS::Kinesis::Stream', 'Clicks'), 'Arn'] };
const failures = { 'Fn::GetAtt': [idOf('AWS::SQS::Queue', 'Failures'), 'Arn'] };
const functionOf = (prefix: string) => ({ Ref: idOf('AWS::Lambda::Function', prefix) });

describe('the stream', () => {
  test('keeps clicks for a day, begins with one shard, and is doubled and halved by itself [messaging-stream, messaging-stream-capacity]', () => {
    sandbox.hasResourceProperties('AWS::Kinesis::Stream', { ShardCount: 1, RetentionPeriodHours: 24 });
    const wishes = Object.values(sandbox.findResources('AWS::Events::Rule')).map(({ Properties }) =>
      JSON.parse(Properties.Targets[0].Input),
    );
    expect(wishes).toEqual(expect.arrayContaining([{ atLeast: 2 }, { atMost: 1 }]));
    expect(wishes).toHaveLength(2);
  });

  test('begins with two in production, where it goes up to four [messaging-stream-capacity]', () => {
    production.hasResourceProperties('AWS::Kinesis::Stream', { ShardCount: 2 });
    const wishes = Object.values(production.findResources('AWS::Events::Rule')).map(({ Properties }) =>
      JSON.parse(Properties.Targets[0].Input),
    );
    expect(Math.max(...wishes.map(({ atLeast = 0 }) => atLeast))).toBe(4);
  });

  test('runs on demand, and with throughput of its own for the leaderboard, where a variant says so [messaging-stream-capacity, messaging-stream-consumers]', () => {
    const onDemand = architecture(name, { variant: ['clicks-on-demand'] });
    onDemand.hasResourceProperties('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    onDemand.resourceCountIs('AWS::Events::Rule', 0);
    const dedicated = architecture(name, { variant: ['dedicated-board'] });
    const [consumer] = Object.keys(dedicated.findResources('AWS::Kinesis::StreamConsumer'));
    dedicated.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [consumer, 'ConsumerARN'] },
      TumblingWindowInSeconds: 60,
    });
    dedicated.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
            Resource: { 'Fn::GetAtt': [consumer, 'ConsumerARN'] },
          },
        ]),
      },
    });
  });
});

describe('its readers', () => {
  test('one counts by the minute: a mapping that gathers for a minute, splits what fails, and gives up what keeps failing [messaging-stream-consumers, serverless-stream-processing, serverless-event-source-mapping]', () => {
    sandbox.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      FunctionName: functionOf('MinutesCounter'),
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 60,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 3,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: failures } },
    });
  });

  test('one counts within windows of a minute, whose runs hand on what they have counted [messaging-stream-window-function]', () => {
    sandbox.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      FunctionName: functionOf('LeaderboardCounter'),
      TumblingWindowInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: failures } },
    });
  });

  test('one comes once an hour by itself, without a mapping, and keeps its own place [messaging-stream-consumers]', () => {
    sandbox.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: { 'Fn::GetAtt': [functionOf('HoursReader').Ref, 'Arn'] } },
    });
    const mapped = Object.values(sandbox.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties.FunctionName.Ref,
    );
    expect(mapped).toHaveLength(2);
    expect(mapped).not.toContain(functionOf('HoursReader').Ref);
  });

  test('one keeps clicks: through a function that scrubs them, gathered for a minute, into a bucket for a year [messaging-delivery-stream, messaging-delivery-transform]', () => {
    sandbox.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      KinesisStreamSourceConfiguration: { KinesisStreamARN: stream },
      ExtendedS3DestinationConfiguration: {
        Prefix: 'clicks/',
        ErrorOutputPrefix: 'clicks/undelivered/',
        BufferingHints: { IntervalInSeconds: 60 },
        ProcessingConfiguration: { Enabled: true },
      },
    });
    sandbox.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ Id: 'Ageing', ExpirationInDays: 365 })]) },
    });
  });

  test('those with a mapping and the one without see all clicks of the same window, each at its pace [messaging-stream-consumers, messaging-stream]', async () => {
    const [kinesis, dynamodb] = [mockClient(KinesisClient), mockClient(DynamoDBClient)];
    const clicks = new FakeStream(2);
    const minutes = new Set<string>();
    const hours: number[] = [];
    kinesis.on(ListShardsCommand).callsFake(async () => ({ Shards: clicks.listed() }));
    kinesis.on(GetShardIteratorCommand).callsFake(async (input) => clicks.iterator(input));
    kinesis.on(GetRecordsCommand).callsFake(async (input) => clicks.records(input));
    dynamodb.on(QueryCommand).resolves({ Items: [] });
    dynamodb.on(UpdateItemCommand).callsFake(async ({ ExpressionAttributeValues: values }) => {
      for (const id of values[':ids'].SS) minutes.add(id);
    });
    dynamodb.on(TransactWriteItemsCommand).callsFake(async ({ TransactItems }) => {
      for (const { Update } of TransactItems.slice(1))
        hours.push(Number(Update.ExpressionAttributeValues[':clicks'].N));
    });
    for (let i = 0; i < 60; i++)
      clicks.put(JSON.stringify(aClick({ id: `click-${String(i).padStart(4, '0')}` })), `visitor-${i % 9}`);

    for (const batch of clicks.batches(7)) await countMinutes({ Records: batch }, context);
    expect(await readHours({}, context)).toEqual({ clicks: 60, refused: 0, caughtUp: true });
    expect(minutes.size).toBe(60);
    expect(hours.reduce((sum, each) => sum + each)).toBe(60);
    kinesis.restore();
    dynamodb.restore();
  });
});

describe('nothing is lost in silence', () => {
  test('what is given up has its place kept in a queue for two weeks, with an alarm at the first', () => {
    for (const prefix of ['Failures', 'HoursFailures', 'ClicksScalingFailures']) {
      const queue = idOf('AWS::SQS::Queue', prefix);
      expect(resources[queue].Properties!.MessageRetentionPeriod).toBe(1_209_600);
      sandbox.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
        Threshold: 1,
      });
    }
  });

  test.each([
    ['IteratorAge', 2],
    ['WriteProvisionedThroughputExceeded', 1],
    ['ReadProvisionedThroughputExceeded', 1],
    ['GetRecords.IteratorAgeMilliseconds', 1],
    ['DeliveryToS3.DataFreshness', 1],
    ['KinesisMillisBehindLatest', 1],
    ['InvocationDroppedCount', 1],
  ])('there is an alarm on %s [messaging-stream-capacity]', (metric, count) => {
    sandbox.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName: metric }, count);
  });

  test('production keeps its tables', () => {
    production.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
    });
  });
});

describe('the template', () => matchesItsSnapshots(name));
