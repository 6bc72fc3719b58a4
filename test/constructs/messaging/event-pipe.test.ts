import { Duration, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DocumentTable } from '../../../lib/constructs/data/document-table';
import { EventPipe, type EventPipeProps } from '../../../lib/constructs/messaging/event-pipe';
import { PipeSource, PipeTarget, type PipeStreamOptions } from '../../../lib/constructs/messaging/pipe-ends';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { StreamSource } from '../../../lib/constructs/serverless/stream-source';
import { templateOf, testStack } from '../../support/app';

interface Wanted {
  readonly source?: (stack: Stack, alarms: AlarmTopic) => PipeSource;
  readonly target?: (stack: Stack) => PipeTarget;
  readonly options?: Partial<PipeStreamOptions>;
  readonly stream?: StreamViewType;
  readonly pipe?: Partial<EventPipeProps>;
}

const toBus = (stack: Stack) =>
  PipeTarget.bus(new EventBus(stack, 'Bus'), { source: 'shop.orders', detailType: 'OrderPlaced' });

function make(stack: Stack, { source, target = toBus, options, stream, pipe }: Wanted = {}): EventPipe {
  const alarms = new AlarmTopic(stack, 'Alarms');
  const changes = () =>
    PipeSource.stream(
      StreamSource.table(
        new DocumentTable(stack, 'Orders', {
          partitionKey: { name: 'id', type: AttributeType.STRING },
          ...(stream && { stream }),
        }),
      ),
      { failures: new FailureQueue(stack, 'Failures', { alarms }), ...options },
    );
  return new EventPipe(stack, 'Outbox', {
    description: 'Tells of orders',
    source: source?.(stack, alarms) ?? changes(),
    target: target(stack),
    alarms,
    ...pipe,
  });
}
const images = StreamViewType.NEW_IMAGE;
const synthesise = (wanted: Wanted = {}) => templateOf((stack) => make(stack, { stream: images, ...wanted }));
const refusal =
  (wanted: Wanted = {}) =>
  () =>
    make(testStack(), wanted);
const pipeIs = (wanted: Wanted, properties: object) =>
  synthesise(wanted).hasResourceProperties('AWS::Pipes::Pipe', properties);

describe('EventPipe', () => {
  test('what was written to a table becomes an event, and a record that cannot be handed on leaves the stream', () => {
    pipeIs(
      {
        pipe: {
          filters: [{ eventName: ['INSERT'] }],
          input: { orderId: '$.dynamodb.NewImage.id.S', currency: 'EUR' },
        },
      },
      {
        Source: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Orders'), 'StreamArn'] },
        SourceParameters: {
          DynamoDBStreamParameters: {
            StartingPosition: 'TRIM_HORIZON',
            BatchSize: 1,
            MaximumRetryAttempts: 10,
            MaximumRecordAgeInSeconds: 72_000,
            OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Failures'), 'Arn'] } },
          },
          FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
        },
        Target: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bus'), 'Arn'] },
        TargetParameters: {
          EventBridgeEventBusParameters: { Source: 'shop.orders', DetailType: 'OrderPlaced' },
          InputTemplate: '{"orderId":"<$.dynamodb.NewImage.id.S>","currency":"EUR"}',
        },
        LogConfiguration: { Level: 'ERROR' },
      },
    );
  });

  test('its role is for pipes of this account, and may read the one source and write the one target', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'pipes.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': Match.anyValue() },
            },
          },
        ],
      },
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements = policy.Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[];
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'events:PutEvents',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    expect(JSON.stringify(statements.map(({ Resource }) => Resource))).not.toContain('"*"');
    expect(statements.find(({ Action }) => Action === 'events:PutEvents')).toMatchObject({
      Condition: { StringEquals: { 'events:source': 'shop.orders' } },
    });
  });

  test('a Kinesis stream, a queue and a state machine are ends too', () => {
    pipeIs(
      {
        source: (stack, alarms) =>
          PipeSource.stream(StreamSource.stream(new Stream(stack, 'Clicks')), {
            failures: new FailureQueue(stack, 'Failures', { alarms }),
            maxRecordAge: Duration.days(7),
          }),
      },
      { SourceParameters: { KinesisStreamParameters: { MaximumRecordAgeInSeconds: 604_800 } } },
    );
    pipeIs(
      {
        source: (stack, alarms) => PipeSource.queue(new WorkQueue(stack, 'Work', { alarms })),
        target: (stack) =>
          PipeTarget.workflow(
            new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Do')) }),
          ),
      },
      {
        SourceParameters: { SqsQueueParameters: { BatchSize: 1 } },
        TargetParameters: { StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' } },
      },
    );
  });

  test('a FIFO queue gets the group of the record, and knows it again by its id', () => {
    pipeIs(
      { target: (stack) => PipeTarget.queue(new Queue(stack, 'Next', { fifo: true }), '$.dynamodb.Keys.id.S') },
      {
        TargetParameters: {
          SqsQueueParameters: { MessageGroupId: '$.dynamodb.Keys.id.S', MessageDeduplicationId: '$.eventID' },
        },
      },
    );
  });

  test('somebody hears when events are not handed on', () => {
    synthesise().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/EventBridge/Pipes',
      MetricName: 'ExecutionFailed',
      Dimensions: [{ Name: 'PipeName', Value: { Ref: Match.stringLikeRegexp('^Outbox') } }],
      AlarmActions: Match.anyValue(),
    });
  });

  test('fails when the table keeps no stream, and with every other fault in one error', () => {
    expect(
      refusal({
        options: { retryAttempts: -1, maxRecordAge: Duration.days(2) },
        target: (stack) => PipeTarget.bus(new EventBus(stack, 'Bus'), { source: 'aws.orders', detailType: '' }),
        pipe: { input: { id: '$dynamodb', note: 'a "word"' } },
      }),
    ).toThrow(
      [
        'Stack/Outbox:',
        'source is Stack/Orders, a table that keeps no stream of its changes; give it stream, such as StreamViewType.NEW_AND_OLD_IMAGES',
        'retryAttempts is -1; give a whole number from 0 to 10000',
        'maxRecordAge is 2 days; give 1 minute to 23 hours',
        'source of the events is aws.orders; give a name of your own of letters, digits, dots, hyphens and underscores, which does not begin with aws.',
        'detailType has 0 characters; give 1 to 128',
        'input has id: $dynamodb, which is neither a path such as $.dynamodb.NewImage.id.S nor a plain text',
        'input has note: a "word", which is neither a path such as $.dynamodb.NewImage.id.S nor a plain text',
      ].join('\n  '),
    );
  });

  test('fails when a FIFO queue gets no group, a standard one gets one, and with six patterns', () => {
    expect(refusal({ stream: images, target: (s) => PipeTarget.queue(new Queue(s, 'Next', { fifo: true })) })).toThrow(
      'target is a FIFO queue, which takes no message without a group; say where in the record it stands, such as $.dynamodb.Keys.id.S',
    );
    expect(refusal({ stream: images, target: (s) => PipeTarget.queue(new Queue(s, 'Next'), '$.x') })).toThrow(
      'target is a standard queue, which has no groups; leave $.x out',
    );
    expect(refusal({ stream: images, pipe: { filters: Array(6).fill({}) } })).toThrow(
      'filters has 6 patterns; give at most 5, or merge some',
    );
  });
});
