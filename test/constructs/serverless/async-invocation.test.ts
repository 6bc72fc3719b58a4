import type { Stack } from 'aws-cdk-lib';
import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Alias, Code, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { AsyncDestination } from '../../../lib/constructs/serverless/async-destination';
import { AsyncInvocation, type AsyncInvocationProps } from '../../../lib/constructs/serverless/async-invocation';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { testStack } from '../../support/app';

const code = Code.fromInline('exports.handler = async () => 1');
const type = 'AWS::Lambda::EventInvokeConfig';

interface Parts {
  readonly stack: Stack;
  readonly worker: AppFunction;
  readonly alias: IAlias;
}

function invoked(
  more: (parts: Parts) => Partial<AsyncInvocationProps> = ({ alias }) => ({ alias }),
  settings: (stack: Stack) => Partial<AppFunctionProps> = () => ({}),
): Template {
  const stack = testStack();
  const worker = new AppFunction(stack, 'Worker', { description: 'Works', code, ...settings(stack) });
  const alias = new Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion });
  new AsyncInvocation(stack, 'Runs', {
    function: worker,
    onFailure: AsyncDestination.queue(
      new FailureQueue(stack, 'Failures', { alarms: new AlarmTopic(stack, 'Alarms') }).queue,
    ),
    ...more({ stack, worker, alias }),
  });
  return Template.fromStack(stack);
}

describe('AsyncInvocation', () => {
  test('attempts and age are always written out, with what Lambda does by default [serverless-async-invoke]', () => {
    invoked().hasResourceProperties(type, { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
    invoked(({ alias }) => ({ alias, retryAttempts: 0, maxEventAge: Duration.minutes(1) })).hasResourceProperties(
      type,
      {
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      },
    );
  });

  test.each([
    ['three attempts more', { retryAttempts: 3 }],
    ['an age of 30 seconds', { maxEventAge: Duration.seconds(30) }],
    ['an age of 7 hours', { maxEventAge: Duration.hours(7) }],
  ])('fails with %s [serverless-async-invoke]', (_, props) => {
    expect(() => invoked(({ alias }) => ({ alias, ...props }))).toThrow();
  });

  test('settings belong to the alias that is called, and come after it [serverless-async-qualifier]', () => {
    const template = invoked();
    const [alias] = Object.keys(template.findResources('AWS::Lambda::Alias'));
    template.hasResource(type, { Properties: { Qualifier: 'live' }, DependsOn: Match.arrayWith([alias]) });
  });

  test('fails when settings are for the function itself while callers call its alias [serverless-async-qualifier]', () => {
    expect(() => invoked(() => ({}))).toThrow(
      'Stack/Runs:\n  alias is missing, but Stack/Worker has one; settings of the function itself hold for its newest code only, so give the alias',
    );
  });

  test('a function without an alias has its settings by itself [serverless-async-qualifier]', () => {
    const stack = testStack();
    const worker = new AppFunction(stack, 'Worker', { description: 'Works', code });
    new AsyncInvocation(stack, 'Runs', {
      function: worker,
      onFailure: AsyncDestination.queue(new Queue(stack, 'Queue')),
    });
    Template.fromStack(stack).hasResourceProperties(type, { Qualifier: '$LATEST' });
  });

  test('failures go to a queue, a topic, a function, a bus or a bucket, which the role may then reach [serverless-destinations]', () => {
    const cases: readonly [(stack: Stack) => AsyncDestination, string][] = [
      [(stack) => AsyncDestination.queue(new Queue(stack, 'To')), 'sqs:SendMessage'],
      [(stack) => AsyncDestination.topic(new Topic(stack, 'To')), 'sns:Publish'],
      [
        (stack) => AsyncDestination.function(new AppFunction(stack, 'To', { description: 'Told', code }).function),
        'lambda:InvokeFunction',
      ],
      [(stack) => AsyncDestination.bus(new EventBus(stack, 'To')), 'events:PutEvents'],
      [(stack) => AsyncDestination.bucket(new Bucket(stack, 'To')), 's3:PutObject'],
    ];
    for (const [destination, action] of cases) {
      const template = invoked(({ stack, alias }) => ({ alias, onFailure: destination(stack) }));
      const [config] = Object.values(template.findResources(type));
      expect(JSON.stringify(config.Properties.DestinationConfig.OnFailure)).toMatch(/"To[0-9A-Z]|"ToFunction/);
      const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      );
      expect(statements.flatMap(({ Action }) => Action)).toContain(action);
    }
  });

  test('records of success go where they are sent [serverless-destinations]', () => {
    invoked(({ stack, alias }) => ({
      alias,
      onSuccess: AsyncDestination.queue(new Queue(stack, 'Done')),
    })).hasResourceProperties(type, {
      DestinationConfig: { OnSuccess: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Done'), 'Arn'] } } },
    });
  });

  test('fails when a record goes to a FIFO queue or topic, or one of success to a bucket, all in one error [serverless-destinations]', () => {
    expect(() =>
      invoked(({ stack, alias }) => ({
        alias,
        onFailure: AsyncDestination.queue(new Queue(stack, 'Fifo', { fifo: true })),
        onSuccess: AsyncDestination.bucket(new Bucket(stack, 'Bucket')),
      })),
    ).toThrow(
      [
        'Stack/Runs:',
        'onFailure is a FIFO queue, to which Lambda cannot send; give a standard queue',
        'onSuccess is a bucket, to which Lambda sends failures only; give a queue, a topic, a function or a bus',
      ].join('\n  '),
    );
    expect(() =>
      invoked(({ stack, alias }) => ({
        alias,
        onSuccess: AsyncDestination.topic(new Topic(stack, 'Fifo', { fifo: true })),
      })),
    ).toThrow('onSuccess is a FIFO topic, to which Lambda cannot publish; give a standard topic');
  });

  test('fails when failures are kept twice for no reason given [serverless-async-dead-letter]', () => {
    const deadLettered = (stack: Stack) => ({ deadLetterQueue: new Queue(stack, 'Dead') });
    expect(() => invoked(({ alias }) => ({ alias }), deadLettered)).toThrow(
      'onFailure is given, and Stack/Worker has a dead-letter queue, so that each failure is kept twice; leave the queue out, or say in alsoDeadLettered why both are needed',
    );
    invoked(
      ({ alias }) => ({ alias, alsoDeadLettered: 'An old consumer reads the queue until March.' }),
      deadLettered,
    ).hasResourceProperties('AWS::Lambda::Function', {
      DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Dead'), 'Arn'] } },
    });
  });
});

describe('FailureQueue', () => {
  test('failures are kept for 14 days, encrypted, over TLS only, and the first sets off an alarm [serverless-async-dead-letter]', () => {
    const template = invoked();
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      EvaluationPeriods: 1,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
  });
});
