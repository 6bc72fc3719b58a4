import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DataStream, type DataStreamProps } from '../../../lib/constructs/messaging/data-stream';
import { StreamCapacity } from '../../../lib/constructs/messaging/stream-capacity';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

const make = (stack: Stack, props: Partial<DataStreamProps> = {}) =>
  new DataStream(stack, 'Clicks', { alarms: new AlarmTopic(stack, 'Alarms'), ...props });
const synthesise = (props: Partial<DataStreamProps> = {}) => templateOf((stack) => make(stack, props));
const refusal = (props: Partial<DataStreamProps>) => () => make(testStack(), props);
const alarmsOf = (template: Template, prefix: string): any[] =>
  Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
    .filter(([id]) => id.startsWith(prefix))
    .map(([, { Properties }]) => Properties);

describe('DataStream', () => {
  test('is one shard that keeps records for a day, encrypted, with everything written out [messaging-stream, messaging-stream-retention, messaging-stream-record-size]', () => {
    synthesise().hasResource('AWS::Kinesis::Stream', {
      Properties: {
        ShardCount: 1,
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        RetentionPeriodHours: 24,
        MaxRecordSizeInKiB: 1024,
        StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      },
    });
  });

  test('can be encrypted with a key of its own, which writers and readers may then use', () => {
    const template = templateOf((stack) => {
      const stream = make(stack, { encryptionKey: new Key(stack, 'Key') });
      const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
      stream.grantWrite(role('Writer'));
      stream.grantRead(role('Reader'));
    });
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      StreamEncryption: { EncryptionType: 'KMS', KeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } },
    });
    const actions = (role: string) =>
      Object.entries(template.findResources('AWS::IAM::Policy'))
        .filter(([id]) => id.startsWith(role))
        .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action));
    expect(actions('Writer')).toEqual([
      'kinesis:PutRecord',
      'kinesis:PutRecords',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ]);
    expect(actions('Reader')).toEqual([
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kms:Decrypt',
    ]);
  });

  test('tells when writers or readers are turned away, and when a reader is half the window behind [messaging-stream-capacity]', () => {
    const watched = alarmsOf(synthesise(), 'Clicks').map(({ MetricName, Threshold, Statistic, AlarmActions }) => {
      expect(AlarmActions).toHaveLength(1);
      return [MetricName, Statistic, Threshold];
    });
    expect(watched.sort()).toEqual([
      ['GetRecords.IteratorAgeMilliseconds', 'Maximum', 12 * 3_600_000],
      ['ReadProvisionedThroughputExceeded', 'Sum', 0],
      ['WriteProvisionedThroughputExceeded', 'Sum', 0],
    ]);
  });

  test('keeps records for a year when a reason is given, and lets a reader be as far behind as it says [messaging-stream-retention]', () => {
    const template = synthesise({
      retention: Duration.days(365),
      retentionReason: 'The yearly report is made from the clicks themselves',
      tolerableLag: Duration.days(2),
    });
    template.hasResourceProperties('AWS::Kinesis::Stream', { RetentionPeriodHours: 8760 });
    expect(alarmsOf(template, 'ClicksBehind')[0].Threshold).toBe(172_800_000);
  });

  test('takes records of 10 MiB when told so [messaging-stream-record-size]', () => {
    synthesise({ maxRecordSize: Size.mebibytes(10) }).hasResourceProperties('AWS::Kinesis::Stream', {
      MaxRecordSizeInKiB: 10_240,
    });
  });

  test('runs on demand without shards of its own [messaging-stream-capacity]', () => {
    synthesise({ capacity: StreamCapacity.onDemand() }).hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: Match.absent(),
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    });
  });

  test('has up to twenty readers with throughput of their own, each with a name that another stream does not take [messaging-stream-consumers]', () => {
    const template = templateOf((stack) => {
      const stream = make(stack);
      for (let i = 1; i <= 20; i++) stream.addDedicatedReader(`Reader${i}`);
    });
    template.resourceCountIs('AWS::Kinesis::StreamConsumer', 20);
    template.hasResourceProperties('AWS::Kinesis::StreamConsumer', {
      ConsumerName: Match.stringLikeRegexp('^[0-9a-f]{8}-Reader20$'),
      StreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ClicksStream'), 'Arn'] },
    });
  });

  test('fails when there is a twenty-first such reader [messaging-stream-consumers]', () => {
    const stream = make(testStack());
    for (let i = 1; i <= 20; i++) stream.addDedicatedReader(`Reader${i}`);
    expect(() => stream.addDedicatedReader('Reader21')).toThrow(
      'Stack/Clicks:\n  Reader21 would be dedicated reader 21; a stream has at most 20, so let some share, or read one that hands on',
    );
  });

  test.each<[string, Partial<DataStreamProps>, string]>([
    [
      'records are kept for 23 hours [messaging-stream-retention]',
      { retention: Duration.hours(23) },
      'retention is 23 hours; give 1 day to 365 days',
    ],
    [
      'records are kept for 8,761 hours [messaging-stream-retention]',
      { retention: Duration.hours(8761), retentionReason: 'x' },
      'retention is 365 days 1 hour; give 1 day to 365 days',
    ],
    [
      'records are kept longer for no reason [messaging-stream-retention]',
      { retention: Duration.hours(48) },
      'retention is 2 days without a retentionReason; every hour beyond 24 is billed, so say what it is for or leave it out',
    ],
    [
      'there is a reason for nothing [messaging-stream-retention]',
      { retentionReason: 'just so' },
      'retentionReason is "just so", but 24 hours are included; leave it out',
    ],
    [
      'a record may hold 20,000 KiB [messaging-stream-record-size]',
      { maxRecordSize: Size.kibibytes(20_000) },
      'maxRecordSize is 20000 KiB; give a whole number of KiB from 1024 to 10240',
    ],
    [
      'a record may hold half a MiB [messaging-stream-record-size]',
      { maxRecordSize: Size.kibibytes(512) },
      'maxRecordSize is 512 KiB; give a whole number of KiB from 1024 to 10240',
    ],
    [
      'there are 0 shards [messaging-stream-capacity]',
      { capacity: StreamCapacity.shards(0) },
      'capacity has shards, which is 0; give a whole number from 1 to 10000',
    ],
    [
      'it scales from 4 to 4 shards [messaging-stream-capacity]',
      { capacity: StreamCapacity.scaled({ min: 4, max: 4 }) },
      'capacity has min 4 and max 4; make max larger, or take StreamCapacity.shards(4)',
    ],
    [
      'it scales from 0 shards [messaging-stream-capacity]',
      { capacity: StreamCapacity.scaled({ min: 0, max: 4 }) },
      'capacity has min, which is 0; give a whole number from 1 to 10000',
    ],
    [
      'it scales further than a day allows [messaging-stream-capacity]',
      { capacity: StreamCapacity.scaled({ min: 1, max: 2000 }) },
      'capacity goes from 1 to 2000 in 11 doublings, and Kinesis allows 10 a day; raise min',
    ],
    [
      'a reader may be further behind than anything is kept',
      { tolerableLag: Duration.hours(25) },
      'tolerableLag is 1 day 1 hour; give 1 minute to 1 day',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(refusal(props)).toThrow(`Stack/Clicks:\n  ${message}`);
  });

  test('the CDK itself refuses on-demand with shards, and hours out of range [messaging-stream-capacity, messaging-stream-retention]', () => {
    const stream = (props: ConstructorParameters<typeof Stream>[2]) => () => new Stream(testStack(), 'Stream', props);
    expect(stream({ streamMode: StreamMode.ON_DEMAND, shardCount: 2 })).toThrow(
      'streamMode must be set to PROVISIONED',
    );
    expect(stream({ retentionPeriod: Duration.hours(23) })).toThrow(
      'retentionPeriod must be between 24 and 8760 hours',
    );
    expect(stream({ retentionPeriod: Duration.hours(8761) })).toThrow('retentionPeriod must be between 24 and 8760');
  });
});

describe('a stream that scales', () => {
  const template = synthesise({ capacity: StreamCapacity.scaled({ min: 2, max: 12 }) });
  const scaling = (load: string) =>
    alarmsOf(template, `ClicksScaling${load}`).map(({ Threshold, EvaluationPeriods, AlarmActions, Metrics }) => {
      expect(AlarmActions).toBeUndefined();
      expect(Metrics[0].Expression).toBe('MAX([bytes / 60000000, records / 60000])');
      return [Threshold, EvaluationPeriods];
    });
  const wishes = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => ({
    alarm: Properties.EventPattern.resources[0]['Fn::GetAtt'][0].slice(0, 'ClicksScalingBusy12'.length),
    wish: JSON.parse(Properties.Targets[0].Input),
  }));

  test('begins with its smallest size', () => {
    template.hasResourceProperties('AWS::Kinesis::Stream', { ShardCount: 2 });
  });

  test('has for each size but the largest an alarm at four fifths, and for each but the smallest one below a quarter [messaging-stream-capacity]', () => {
    expect(scaling('Busy')).toEqual([1.6, 3.2, 6.4].map((threshold) => [threshold, 3]));
    expect(scaling('Idle')).toEqual([1, 2, 3].map((threshold) => [threshold, 60]));
  });

  test('each alarm asks for the next size, up or down [messaging-stream-capacity]', () => {
    const of = (alarm: string) => wishes.find((each) => each.alarm.startsWith(`ClicksScaling${alarm}`))?.wish;
    expect(['Busy2', 'Busy4', 'Busy8'].map(of)).toEqual([{ atLeast: 4 }, { atLeast: 8 }, { atLeast: 12 }]);
    expect(['Idle4', 'Idle8', 'Idle12'].map(of)).toEqual([{ atMost: 2 }, { atMost: 4 }, { atMost: 8 }]);
    expect(wishes).toHaveLength(6);
  });

  test('what scales it may look at this stream, and change shards, for which IAM knows no stream [messaging-stream-capacity]', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const [, { Properties }] = Object.entries(policies).find(([id]) => id.startsWith('ClicksScalingScalerRole'))!;
    const allowed = Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: any) =>
      [Action].flat().map((action) => `${action} ${text(Resource).replace(/[0-9A-F]{8}/, '')}`),
    ).filter((line: string) => line.startsWith('kinesis:'));
    expect(allowed.sort()).toEqual(['kinesis:DescribeStreamSummary <ClicksStream.Arn>', 'kinesis:UpdateShardCount *']);
  });

  test('an alarm that could not be followed is kept, with an alarm of its own', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    expect(alarmsOf(template, 'ClicksScalingFailures')).toHaveLength(1);
  });
});
