import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { RuleTargetInput, EventField } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { BusEvent } from '../../../lib/constructs/messaging/bus-pattern';
import { EventHub } from '../../../lib/constructs/messaging/event-hub';
import { EventRoute, type EventRouteProps } from '../../../lib/constructs/messaging/event-route';
import { NoticeTopic } from '../../../lib/constructs/messaging/notice-topic';
import { OrderedQueue } from '../../../lib/constructs/messaging/ordered-queue';
import { RouteTarget } from '../../../lib/constructs/messaging/route-target';
import { TopicOrder } from '../../../lib/constructs/messaging/topic-order';
import { WorkQueue } from '../../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

const stops = {
  source: ['aws.ec2'],
  'detail-type': ['EC2 Instance State-change Notification'],
  detail: { state: ['stopped'] },
};
/** Parts to route events to. */
class Parts {
  readonly alarms: AlarmTopic;
  constructor(readonly stack: Stack) {
    this.alarms = new AlarmTopic(stack, 'Alarms');
  }
  queue = (id = 'Jobs') => new WorkQueue(this.stack, id, { alarms: this.alarms }).queue;
  called = () =>
    new AppFunction(this.stack, 'Called', {
      description: 'Is told',
      code: Code.fromInline('exports.handler = () => 1'),
    });
  topic = (order?: TopicOrder) => new NoticeTopic(this.stack, 'News', { alarms: this.alarms, ...(order && { order }) });
  hub = (samples?: readonly BusEvent[]) =>
    new EventHub(this.stack, 'Hub', { alarms: this.alarms, ...(samples && { samples }) });
  route = (props: Partial<EventRouteProps> = {}, id = 'Route') =>
    new EventRoute(this.stack, id, {
      description: 'Stops are told',
      alarms: this.alarms,
      pattern: stops,
      targets: [RouteTarget.queue(this.queue(`${id}Jobs`))],
      ...props,
    });
}
const parts = () => new Parts(testStack());
const built = (build: (parts: Parts) => unknown) => templateOf((stack) => build(new Parts(stack)));
const rule = (template: Template) => {
  const rules = Object.values(template.findResources('AWS::Events::Rule'));
  expect(rules).toHaveLength(1);
  return rules[0].Properties;
};
const event = (source: string, type: string, detail: object = {}): BusEvent => ({
  source,
  'detail-type': type,
  detail,
});

describe('EventRoute', () => {
  test('tells a function, a topic and a queue of every stopped instance, on the default bus [messaging-event-rule]', () => {
    const template = built((all) =>
      all.route({
        targets: [
          RouteTarget.function(all.called().function),
          RouteTarget.topic(all.topic(), {
            input: RuleTargetInput.fromText(`${EventField.fromPath('$.detail.instance-id')} has stopped`),
          }),
          RouteTarget.queue(all.queue()),
        ],
      }),
    );
    const { EventPattern, EventBusName, Targets } = rule(template);
    expect(EventBusName).toBeUndefined();
    expect(EventPattern).toEqual({ ...stops, 'replay-name': [{ exists: false }] });
    expect(Targets.map(({ Arn }: { Arn: unknown }) => text(Arn))).toEqual([
      expect.stringMatching(/^<CalledFunction.*\.Arn>$/),
      expect.stringMatching(/^<NewsTopic/),
      expect.stringMatching(/^<JobsQueue.*\.Arn>$/),
    ]);
    expect(Targets[1].InputTransformer).toEqual({
      InputPathsMap: { 'detail-instance-id': '$.detail.instance-id' },
      InputTemplate: '"<detail-instance-id> has stopped"',
    });
  });

  test('only this rule may call the function and fill the queue, and a role publishes [messaging-event-rule]', () => {
    const template = built((all) =>
      all.route({
        targets: [
          RouteTarget.function(all.called().function),
          RouteTarget.topic(all.topic()),
          RouteTarget.queue(all.queue()),
        ],
      }),
    );
    const arn = { 'Fn::GetAtt': [expect.stringMatching(/^RouteRule/), 'Arn'] };
    const [permission] = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(permission.Properties).toMatchObject({ Principal: 'events.amazonaws.com', SourceArn: arn });
    const queues = Object.values(template.findResources('AWS::SQS::QueuePolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const sent = queues.filter(({ Principal }) => Principal.Service === 'events.amazonaws.com');
    expect(sent).toHaveLength(2);
    for (const { Condition } of sent) expect(Condition).toEqual({ ArnEquals: { 'aws:SourceArn': arn } });
    const [role] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('RouteRole'),
    );
    const [trust] = role[1].Properties.AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    expect(text(trust.Condition.ArnLike['aws:SourceArn'])).toMatch(/:rule\/\*$/);
  });

  test('tries each delivery 185 times within a day, and then keeps it where an alarm goes off [messaging-event-target-safety]', () => {
    const template = built((all) => {
      const { queue } = new WorkQueue(all.stack, 'Short', { alarms: all.alarms });
      all.route({
        targets: [
          RouteTarget.queue(all.queue()),
          RouteTarget.queue(queue, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
        ],
      });
    });
    const { Targets } = rule(template);
    expect(Targets.map(({ RetryPolicy }: any) => RetryPolicy)).toEqual([
      { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    ]);
    for (const { DeadLetterConfig } of Targets) expect(text(DeadLetterConfig.Arn)).toMatch(/^<RouteFailuresQueue/);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms.find(({ MetricName }) => MetricName === 'FailedInvocations')).toMatchObject({
      Namespace: 'AWS/Events',
      Threshold: 1,
      Dimensions: [{ Name: 'RuleName', Value: { Ref: expect.stringMatching(/^RouteRule/) } }],
    });
    expect(
      alarms.filter(({ AlarmDescription }) => /for good and lies in Stack\/Route\/Failures/.test(AlarmDescription)),
    ).toHaveLength(1);
  });

  test('listens to a hub, whose queue keeps what fails; figures then name the bus [messaging-event-target-safety, messaging-event-bus]', () => {
    const template = built((all) => all.route({ hub: all.hub(), pattern: { 'detail-type': ['sold'] } }));
    const { EventBusName, Targets } = rule(template);
    expect(text(EventBusName)).toMatch(/^<HubBus/);
    expect(text(Targets[0].DeadLetterConfig.Arn)).toMatch(/^<HubFailuresQueue/);
    const figures = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .find(({ MetricName }) => MetricName === 'FailedInvocations');
    expect(figures!.Dimensions.map(({ Name }: { Name: string }) => Name)).toEqual(['EventBusName', 'RuleName']);
  });

  test('starts a workflow and hands on to a bus by one role that may do these two things [messaging-event-rule]', () => {
    const template = built((all) => {
      const definitionBody = DefinitionBody.fromChainable(new Pass(all.stack, 'Done'));
      all.route({
        targets: [
          RouteTarget.workflow(new StateMachine(all.stack, 'Flow', { definitionBody })),
          RouteTarget.bus('arn:aws:events:eu-west-1:111122223333:event-bus/other'),
        ],
      });
    });
    const roles = rule(template).Targets.map(({ RoleArn }: { RoleArn: unknown }) => text(RoleArn));
    expect(roles[0]).toMatch(/^<RouteRole/);
    expect(roles[1]).toBe(roles[0]);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      /^RouteRole/.test(Properties.PolicyName),
    );
    expect(
      policy.Properties.PolicyDocument.Statement.map(({ Action, Resource }: any) => [Action, text(Resource)]),
    ).toEqual([
      ['states:StartExecution', expect.stringMatching(/^<Flow/)],
      ['events:PutEvents', 'arn:aws:events:eu-west-1:111122223333:event-bus/other'],
    ]);
  });

  test('hears replays only where it says why that does no harm, and tells so by a tag [messaging-event-archive]', () => {
    const safe = rule(built((all) => all.route({ replaySafe: 'the same stop is written once' })));
    expect(safe.EventPattern).toEqual(stops);
    expect(safe.Tags).toEqual([{ Key: 'groundplan:replay-safe', Value: 'yes' }]);
    expect(rule(built((all) => all.route())).Tags).toBeUndefined();
  });
});

describe('loops', () => {
  const failed = event('media', 'upload.failed', { attempt: 1 });
  const pattern = { source: ['media'], 'detail-type': ['upload.failed'] };

  test('fails when a target puts on the bus what its own route hears [messaging-event-loop-guard]', () => {
    const all = parts();
    expect(() =>
      all.route({
        hub: all.hub(),
        pattern,
        targets: [RouteTarget.function(all.called().function, { emits: [failed] })],
      }),
    ).toThrow(
      'Stack/Route:\n  targets put the event media upload.failed on the bus, which fits the pattern of this route, so that it would run for ever; narrow the pattern, or say in loopEnds what brings it to an end',
    );
  });

  test('fails when two routes feed each other [messaging-event-loop-guard]', () => {
    const all = parts();
    const hub = all.hub();
    const retried = event('media', 'upload.retried');
    all.route({ hub, pattern, targets: [RouteTarget.queue(all.queue(), { emits: [retried] })] }, 'Retry');
    expect(() =>
      all.route(
        {
          hub,
          pattern: { 'detail-type': ['upload.retried'] },
          targets: [RouteTarget.function(all.called().function, { emits: [failed] })],
        },
        'Again',
      ),
    ).toThrow(
      'Stack/Again:\n  targets put the event media upload.retried on the bus by way of Stack/Retry, which fits',
    );
  });

  test('fails when the bus is the target of its own rule [messaging-event-loop-guard]', () => {
    const all = parts();
    const hub = all.hub();
    expect(() => all.route({ hub, pattern, targets: [RouteTarget.bus(hub.bus.eventBusArn)] })).toThrow(
      'Stack/Route:\n  target 1 is the bus this route listens to, so that every event would come back for ever; give another bus',
    );
  });

  test('one that says how it ends may come back, and so may what goes to another bus or does not fit [messaging-event-loop-guard]', () => {
    const all = parts();
    const hub = all.hub();
    const called = all.called().function;
    const targets = [RouteTarget.function(called, { emits: [failed] })];
    all.route({ hub, pattern, targets, loopEnds: 'after three attempts it goes elsewhere' }, 'Ends');
    all.route({ hub, pattern: { ...pattern, detail: { attempt: [{ numeric: ['>=', 3] }] } }, targets }, 'Narrow');
    all.route({ pattern: { ...pattern }, targets: [RouteTarget.bus(hub.bus.eventBusArn)] }, 'Default');
  });
});

describe('fails when', () => {
  test.each<[string, (all: Parts) => unknown, string]>([
    [
      'a pattern is empty [messaging-event-rule]',
      (all) => all.route({ pattern: {} }),
      'Stack/Route:\n  pattern names no field and would match everything on the bus; name a source at least',
    ],
    [
      'a pattern is too broad [messaging-event-rule]',
      (all) => all.route({ pattern: { source: ['aws.ec2'] } }),
      'pattern names nothing but where events come from, so that every kind of event there would be delivered; name a detail-type, or say in everything why all are wanted',
    ],
    [
      'there are six targets [messaging-event-rule]',
      (all) => all.route({ targets: Array.from({ length: 6 }, (_, i) => RouteTarget.queue(all.queue(`Q${i}`))) }),
      'targets has 6; a rule takes 5, so make a second route, or one to a topic',
    ],
    ['nobody is told', (all) => all.route({ targets: [] }), 'targets is empty; say who is told'],
    [
      'no sample fits',
      (all) => all.route({ samples: [event('aws.ec2', 'other')] }),
      'pattern fits none of the samples, so this route would never hear anything; correct the pattern or the samples',
    ],
    [
      'no sample of the hub fits',
      (all) => all.route({ hub: all.hub([event('media', 'upload.stored')]) }),
      'pattern fits none of the samples',
    ],
    [
      '186 retries are asked for [messaging-event-target-safety]',
      (all) => all.route({ targets: [RouteTarget.queue(all.queue(), { retryAttempts: 186 })] }),
      'target 1 retryAttempts is 186; give a whole number from 0 to 185',
    ],
    [
      '25 hours are asked for [messaging-event-target-safety]',
      (all) => all.route({ targets: [RouteTarget.queue(all.queue(), { maxEventAge: Duration.hours(25) })] }),
      'target 1 maxEventAge is 1 day 1 hour; give 1 minute to 1 day',
    ],
    [
      'a queue is under the key of AWS',
      (all) =>
        all.route({
          targets: [RouteTarget.queue(new Queue(all.stack, 'Q', { encryption: QueueEncryption.KMS_MANAGED }))],
        }),
      'target 1 is the queue Stack/Q under the AWS-managed key, which admits no rule; encrypt it with a customer key or SSE-SQS',
    ],
    [
      'a FIFO queue has no group',
      (all) =>
        all.route({
          targets: [
            RouteTarget.queue(
              new OrderedQueue(all.stack, 'Q', { alarms: all.alarms, contentBasedDeduplication: true }).queue,
            ),
          ],
        }),
      'target 1 is the FIFO queue Stack/Q/Queue without messageGroupId; say within what order is kept',
    ],
    [
      'a standard queue has a group',
      (all) => all.route({ targets: [RouteTarget.queue(all.queue(), { messageGroupId: 'a' })] }),
      'target 1 has messageGroupId for the standard queue Stack/Jobs/Queue; leave it out, or give a FIFO queue',
    ],
    [
      'a topic is ordered',
      (all) =>
        all.route({ targets: [RouteTarget.topic(all.topic(TopicOrder.fifo({ contentBasedDeduplication: true })))] }),
      'target 1 is the FIFO topic Stack/News, to which EventBridge does not publish; give a standard topic or a FIFO queue',
    ],
    [
      'replays do no harm for no reason',
      (all) => all.route({ replaySafe: '' }),
      'replaySafe is empty; say why targets bear an event a second time',
    ],
  ])('%s', (_, act, message) => expect(() => act(parts())).toThrow(message));

  test('a broad pattern with a reason is taken', () => {
    expect(() =>
      parts().route({ pattern: { source: ['aws.health'] }, everything: 'all of AWS Health is read by people' }),
    ).not.toThrow();
  });
});
