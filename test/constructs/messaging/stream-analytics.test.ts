import { CfnResource, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnApplication } from 'aws-cdk-lib/aws-kinesisanalytics';
import { DataStream } from '../../../lib/constructs/messaging/data-stream';
import { guardAnalytics } from '../../../lib/constructs/messaging/retired-analytics';
import { StreamAnalytics, type StreamAnalyticsProps } from '../../../lib/constructs/messaging/stream-analytics';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { createApp } from '../../../lib/app';
import { testApp, templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

function make(stack: Stack, props: Partial<StreamAnalyticsProps> = {}): StreamAnalytics {
  const alarms = new AlarmTopic(stack, 'Alarms');
  return new StreamAnalytics(stack, 'Sessions', {
    source: new DataStream(stack, 'Clicks', { alarms }),
    program: { bucket: new Bucket(stack, 'Programs'), key: 'sessions.jar' },
    acceptHourlyCost: 'Sessions end half an hour after the last click, which no tumbling window can say',
    alarms,
    ...props,
  });
}
const synthesise = (props: Partial<StreamAnalyticsProps> = {}) => templateOf((stack) => make(stack, props));

describe('StreamAnalytics', () => {
  const template = synthesise({ units: 4, settings: { board: { size: '10' } } });

  test('is a Flink application that saves where it is each minute, scales, and falls back to what worked [messaging-stream-analytics]', () => {
    template.hasResourceProperties('AWS::KinesisAnalyticsV2::Application', {
      RuntimeEnvironment: 'FLINK-1_20',
      ApplicationMode: 'STREAMING',
      ApplicationConfiguration: {
        ApplicationCodeConfiguration: {
          CodeContentType: 'ZIPFILE',
          CodeContent: { S3ContentLocation: { FileKey: 'sessions.jar' } },
        },
        ApplicationSnapshotConfiguration: { SnapshotsEnabled: true },
        ApplicationSystemRollbackConfiguration: { RollbackEnabled: true },
        EnvironmentProperties: {
          PropertyGroups: [
            { PropertyGroupId: 'source', PropertyMap: { region: { Ref: 'AWS::Region' } } },
            { PropertyGroupId: 'board', PropertyMap: { size: '10' } },
          ],
        },
        FlinkApplicationConfiguration: {
          CheckpointConfiguration: {
            ConfigurationType: 'CUSTOM',
            CheckpointingEnabled: true,
            CheckpointInterval: 60_000,
          },
          ParallelismConfiguration: { AutoScalingEnabled: true, Parallelism: 4, ParallelismPerKPU: 1 },
        },
      },
    });
  });

  test('may read its program, its stream and write its log, and nothing else [messaging-stream-analytics]', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const [, { Properties }] = Object.entries(policies).find(([id]) => id.startsWith('SessionsRole'))!;
    const allowed = Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: any) =>
      [Action].flat().map((action) => `${action} ${text(Resource).replace(/[0-9A-F]{8}/, '')}`),
    );
    expect(allowed).toEqual([
      's3:GetObject <Programs.Arn>/sessions.jar',
      's3:GetObjectVersion <Programs.Arn>/sessions.jar',
      'kinesis:DescribeStream <ClicksStream.Arn>',
      'kinesis:DescribeStreamSummary <ClicksStream.Arn>',
      'kinesis:GetRecords <ClicksStream.Arn>',
      'kinesis:GetShardIterator <ClicksStream.Arn>',
      'kinesis:ListShards <ClicksStream.Arn>',
      'logs:DescribeLogStreams <SessionsLogs.Arn>',
      'logs:PutLogEvents <SessionsLogs.Arn>',
    ]);
  });

  test('logs into a group of the stack, and tells when it is down or cannot save where it is [messaging-stream-analytics]', () => {
    template.hasResourceProperties('AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption', {
      CloudWatchLoggingOption: { LogStreamARN: Match.anyValue() },
    });
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id]) => id.startsWith('Sessions'))
      .map(([, { Properties }]) => Properties.MetricName ?? Properties.Metrics[0].Expression);
    expect(alarms).toEqual(['downtime', 'DIFF(failed)']);
  });

  test.each<[string, Partial<StreamAnalyticsProps>, string]>([
    [
      'nobody says why its hours are worth it',
      { acceptHourlyCost: 'yes' },
      'acceptHourlyCost is "yes"; say in a sentence why an application of two processing units and more that is billed by the hour is needed, or count with a StreamConsumer and its tumblingWindow',
    ],
    ['it has no unit', { units: 0 }, 'units is 0; give a whole number from 1 to 64'],
  ])('fails when %s [messaging-stream-analytics]', (_, props, message) => {
    expect(() => make(testStack(), props)).toThrow(`Stack/Sessions:\n  ${message}`);
  });

  test('fails when the program is none', () => {
    const stack = testStack();
    const program = { bucket: new Bucket(stack, 'Other'), key: 'sessions.sql' };
    expect(() => make(stack, { program })).toThrow(
      'program.key is sessions.sql; name a .jar, or a .zip of a Python program',
    );
  });
});

describe('SQL applications', () => {
  const refusal =
    'AWS::KinesisAnalytics::Application belongs to SQL applications, which AWS has deleted since January 2026; count by a function with a window (StreamConsumer), or by Flink (StreamAnalytics)';

  test('fails when one is made, wherever it is [messaging-stream-analytics]', () => {
    const app = testApp();
    new CfnApplication(new Stack(app, 'Stack'), 'Old', { inputs: [] });
    guardAnalytics(app);
    expect(() => app.synth()).toThrow(`Stack/Old:\n  ${refusal}`);
  });

  test('fails in every app of this repository, in whatever stack [messaging-stream-analytics]', () => {
    const app = createApp({ only: [] }, { gates: false, context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'Elsewhere');
    new CfnResource(stack, 'Old', { type: 'AWS::KinesisAnalytics::Application' });
    expect(() => app.synth()).toThrow(refusal);
  });
});
