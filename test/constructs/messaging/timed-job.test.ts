import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { EventHub } from '../../../lib/constructs/messaging/event-hub';
import { jobContext, JobTarget } from '../../../lib/constructs/messaging/job-target';
import { JobTime } from '../../../lib/constructs/messaging/job-time';
import { TimedJob, type TimedJobProps } from '../../../lib/constructs/messaging/timed-job';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

const called = (stack: Stack) =>
  new AppFunction(stack, 'Called', { description: 'Runs', code: Code.fromInline('exports.handler = () => 1') })
    .function;
const make = (stack: Stack, props: Partial<TimedJobProps> | ((alarms: AlarmTopic) => Partial<TimedJobProps>) = {}) => {
  const alarms = new AlarmTopic(stack, 'Alarms');
  const given = typeof props === 'function' ? props(alarms) : props;
  return new TimedJob(stack, 'Job', {
    description: 'Closes the day',
    alarms,
    when: JobTime.cron('30 6 ? * MON-FRI *', 'Europe/Berlin'),
    target: given.target ?? JobTarget.function(called(stack)),
    ...given,
  });
};
const schedule = (template: Template) =>
  Object.values(template.findResources('AWS::Scheduler::Schedule'))[0].Properties;
const roleStatements = (template: Template) => {
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    /^JobRole/.test(Properties.PolicyName),
  );
  return policy.Properties.PolicyDocument.Statement.map(({ Action, Resource }: any) => [Action, text(Resource)]);
};

describe('TimedJob', () => {
  const template = templateOf((stack) => make(stack));

  test('runs a function at the times of a calendar in a time zone, and tells it when it was due [messaging-schedule, serverless-cron]', () => {
    expect(schedule(template)).toMatchObject({
      ScheduleExpression: 'cron(30 6 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^CalledFunction/), 'Arn'] },
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      },
    });
  });

  test('its role may run this function and keep what fails, for schedules of its own group only [messaging-schedule]', () => {
    expect(roleStatements(template)).toEqual([
      ['lambda:InvokeFunction', expect.stringMatching(/^<CalledFunction.*\.Arn>$/)],
      ['sqs:SendMessage', expect.stringMatching(/^<JobFailuresQueue.*\.Arn>$/)],
    ]);
    const [, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) => id.startsWith('JobRole'))!;
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': { Ref: 'AWS::AccountId' },
            'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^JobGroup/), 'Arn'] },
          },
        },
      },
    ]);
    expect(schedule(template).GroupName).toEqual({ Ref: expect.stringMatching(/^JobGroup/) });
  });

  test('a run that cannot be handed over is tried for a day and then kept, and an alarm tells [messaging-schedule]', () => {
    expect(schedule(template).Target).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^JobFailuresQueue/), 'Arn'] } },
    });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms.find(({ Namespace }) => Namespace === 'AWS/Scheduler')).toMatchObject({
      MetricName: 'InvocationDroppedCount',
      Dimensions: [{ Name: 'ScheduleGroup', Value: { Ref: expect.stringMatching(/^JobGroup/) } }],
      Threshold: 1,
    });
  });

  test.each<[string, JobTime, string]>([
    ['every minute', JobTime.rate(Duration.minutes(1)), 'rate(1 minute)'],
    ['every 90 minutes', JobTime.rate(Duration.minutes(90)), 'rate(90 minutes)'],
    ['every two hours', JobTime.rate(Duration.hours(2)), 'rate(2 hours)'],
    ['every week', JobTime.rate(Duration.days(7)), 'rate(7 days)'],
    ['once', JobTime.once(new Date('2038-01-19T03:14:08Z')), 'at(2038-01-19T03:14:08)'],
  ])('happens %s [messaging-schedule]', (_, when, expression) => {
    expect(schedule(templateOf((stack) => make(stack, { when }))).ScheduleExpression).toBe(expression);
  });

  test('may be spread over a window, and have a beginning and an end [messaging-schedule]', () => {
    const [start, end] = [new Date('2027-01-01T00:00:00Z'), new Date('2028-01-01T00:00:00Z')];
    expect(schedule(templateOf((stack) => make(stack, { window: Duration.minutes(15), start, end })))).toMatchObject({
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      StartDate: '2027-01-01T00:00:00.000Z',
      EndDate: '2028-01-01T00:00:00.000Z',
    });
  });
});

describe('a job may', () => {
  test('fill a queue', () => {
    const template = templateOf((stack) =>
      make(stack, (alarms) => ({
        target: JobTarget.queue(new WorkQueue(stack, 'Jobs', { alarms }).queue, { due: jobContext.scheduledTime }),
      })),
    );
    expect(roleStatements(template)[0][0]).toContain('sqs:SendMessage');
    expect(schedule(template).Target.Input).toBe('{"due":"<aws.scheduler.scheduled-time>"}');
  });

  test('start a workflow', () => {
    const template = templateOf((stack) => {
      const definitionBody = DefinitionBody.fromChainable(new Pass(stack, 'Done'));
      make(stack, { target: JobTarget.workflow(new StateMachine(stack, 'Flow', { definitionBody })) });
    });
    expect(roleStatements(template)[0]).toEqual(['states:StartExecution', expect.stringMatching(/^<Flow/)]);
  });

  test('put an event on a bus, under one name', () => {
    const template = templateOf((stack) =>
      make(stack, (alarms) => ({
        target: JobTarget.event(new EventHub(stack, 'Hub', { alarms }), {
          source: 'clock',
          detailType: 'hour.passed',
          detail: { at: jobContext.scheduledTime },
        }),
      })),
    );
    expect(schedule(template).Target).toMatchObject({
      EventBridgeParameters: { Source: 'clock', DetailType: 'hour.passed' },
      Input: '{"at":"<aws.scheduler.scheduled-time>"}',
    });
    expect(JSON.stringify(template.toJSON())).toContain('"Condition":{"StringEquals":{"events:source":"clock"}}');
  });

  test('call any API, on named resources only [messaging-schedule]', () => {
    const instance = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
    const template = templateOf((stack) =>
      make(stack, {
        target: JobTarget.call({
          service: 'ec2',
          action: 'stopInstances',
          input: { InstanceIds: ['i-1'] },
          resources: [instance],
        }),
      }),
    );
    expect(text(schedule(template).Target.Arn)).toBe('arn:<AWS::Partition>:scheduler:::aws-sdk:ec2:stopInstances');
    expect(roleStatements(template)[0]).toEqual(['ec2:StopInstances', instance]);
  });
});

describe('fails when', () => {
  const at = (text: string) => new Date(text);
  test.each<[string, (stack: Stack) => Partial<TimedJobProps>, string]>([
    [
      'the calendar is one of Unix [messaging-schedule]',
      () => ({ when: JobTime.cron('30 6 * * 1') }),
      'Stack/Job:\n  cron is "30 6 * * 1", which has 5 fields',
    ],
    [
      'the time zone is none [messaging-schedule]',
      () => ({ when: JobTime.cron('30 6 ? * MON *', 'Berlin') }),
      'time zone is Berlin; give one of the IANA list, such as Europe/Berlin',
    ],
    [
      'it happens every 30 seconds [messaging-schedule]',
      () => ({ when: JobTime.rate(Duration.seconds(30)) }),
      'rate is 30 seconds; give whole minutes from 1 minute to a year',
    ],
    [
      'it happened before [messaging-schedule]',
      () => ({ when: JobTime.once(at('2020-01-01T00:00:00Z')) }),
      'time is 2020-01-01T00:00:00 UTC, which has passed, so that nothing would ever happen; give a time to come',
    ],
    [
      'its time is none',
      () => ({ when: JobTime.once(at('tomorrow')) }),
      'time is no valid date; give the time it happens at',
    ],
    [
      'the window is too wide [messaging-schedule]',
      () => ({ window: Duration.minutes(1441) }),
      'window is 1 day 1 minute; give 1 minute to 1 day',
    ],
    [
      'it is tried 186 times [messaging-schedule]',
      () => ({ retryAttempts: 186 }),
      'retryAttempts is 186; give a whole number from 0 to 185',
    ],
    [
      'it is tried for longer than a day',
      () => ({ maxEventAge: Duration.hours(25) }),
      'maxEventAge is 1 day 1 hour; give 1 minute to 1 day',
    ],
    [
      'it ends before it starts [messaging-schedule]',
      () => ({ start: at('2028-01-01T00:00:00Z'), end: at('2027-01-01T00:00:00Z') }),
      'end is 2027-01-01T00:00:00.000Z, not after start, 2028-01-01T00:00:00.000Z; nothing would ever happen between them',
    ],
    [
      'what happens once has an end',
      () => ({ when: JobTime.once(at('2038-01-19T03:14:08Z')), end: at('2039-01-01T00:00:00Z') }),
      'start or end is given for what happens once; leave them out',
    ],
    [
      'an API may be called on everything [messaging-schedule]',
      () => ({ target: JobTarget.call({ service: 'ec2', action: 'stopInstances', resources: ['*'] }) }),
      'target calls ec2:StopInstances on *, so that the role may do it to everything; name resources, or say in noResource why the action takes none',
    ],
    [
      'any API may be called',
      () => ({
        target: JobTarget.call({ service: 'ec2', action: 'stopInstances', iamAction: 'ec2:*', resources: ['arn'] }),
      }),
      'target calls ec2:*; a job does one thing, so write one action',
    ],
    [
      'a queue is under the key of AWS',
      (stack) => ({ target: JobTarget.queue(new Queue(stack, 'Q', { encryption: QueueEncryption.KMS_MANAGED }), {}) }),
      'target is the queue Stack/Q under the AWS-managed key, which the Scheduler may not use',
    ],
    [
      'a standard queue has a group',
      (stack) => ({ target: JobTarget.queue(new Queue(stack, 'Q'), {}, 'group') }),
      'target is the standard queue Stack/Q with messageGroupId; a FIFO queue needs one, a standard queue takes none',
    ],
  ])('%s', (_, props, message) => {
    const stack = testStack();
    expect(() => make(stack, props(stack))).toThrow(message);
  });
});
