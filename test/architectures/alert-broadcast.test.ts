import { retries } from '../../lib/architectures/alert-broadcast/receiver';
import { retrySchedule } from '../../lib/constructs/messaging/delivery-retries';
import { decide } from '../support/decide';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'alert-broadcast';
const sandbox = architecture(name);
const everybody = architecture(name, {
  alarmEmail: 'ops@example.com',
  alarmPhone: '+4915112345678',
  smsEnabled: 'true',
});
type Properties = Record<string, any>;
const all = (type: string, template = sandbox): [string, Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties ?? {}]);
const only = (type: string, id: RegExp, template = sandbox): Properties => {
  const found = all(type, template).filter(([key]) => id.test(key));
  expect([id, found.map(([key]) => key)]).toEqual([id, [expect.any(String)]]);
  return found[0][1];
};
const news = { Ref: expect.stringMatching(/^NewsTopic/) };
const text = (value: any): string => {
  if (typeof value === 'string') return value;
  if (value.Ref) return `<${value.Ref}>`;
  return (value['Fn::Join'][1] as unknown[]).map(text).join('');
};

describe('who has news', () => {
  const statement = (policy: Properties, service: string) =>
    policy.Statement.filter(({ Principal }: any) => Principal?.Service === service);

  test('any alarm of the account and Region may publish and encrypt, and no alarm of another [messaging-service-publishers]', () => {
    const policy = only('AWS::SNS::TopicPolicy', /^News/).PolicyDocument;
    const key = only('AWS::KMS::Key', /^News/).KeyPolicy;
    const topic = text(only('AWS::SNS::TopicPolicy', /^News/).Topics[0]);
    const may = (document: Properties, action: string, resource: string, account: string, of = account) =>
      decide(document as never, {
        principal: { Service: 'cloudwatch.amazonaws.com' },
        action,
        resource,
        context: {
          'aws:SourceAccount': account,
          'aws:SourceArn': `arn:<AWS::Partition>:cloudwatch:<AWS::Region>:${of}:alarm:errors`,
          'aws:SecureTransport': 'true',
        },
      });
    for (const [document, action, resource] of [
      [policy, 'sns:Publish', topic],
      [key, 'kms:GenerateDataKey', '*'],
      [key, 'kms:Decrypt', '*'],
    ] as const) {
      expect(may(document, action, resource, '<AWS::AccountId>')).toBe('allow');
      expect(may(document, action, resource, '999999999999')).toBe('implicit deny');
      expect(may(document, action, resource, '<AWS::AccountId>', '999999999999')).toBe('implicit deny');
    }
    expect(statement(policy, 'cloudwatch.amazonaws.com')).toHaveLength(1);
  });

  test('an alarm on failing functions tells when it goes off and when it is over, and none of those that watch the broadcast does [messaging-service-publishers]', () => {
    const publishing = all('AWS::CloudWatch::Alarm').filter(([, { AlarmActions }]) =>
      /^News/.test(AlarmActions[0].Ref),
    );
    expect(publishing).toEqual([
      [
        expect.stringMatching(/^PublishersFunctionErrors/),
        expect.objectContaining({ AlarmActions: [news], OKActions: [news] }),
      ],
    ]);
    expect(all('AWS::CloudWatch::Alarm').length).toBeGreaterThan(6);
  });

  test.each([
    [/^PublishersStacks/, 'aws.cloudformation', '"about":"stack","urgent":false'],
    [/^PublishersGroups/, 'aws.autoscaling', '"about":"group","urgent":true'],
  ])(
    '%s: what AWS tells becomes news by a role, in a form that filters look into [messaging-service-publishers]',
    (id, source, form) => {
      const { EventPattern, Targets } = only('AWS::Events::Rule', id);
      expect(EventPattern.source).toEqual([source]);
      expect(Targets).toHaveLength(1);
      const [{ Arn, RoleArn, InputTransformer, DeadLetterConfig }] = Targets;
      expect([Arn, RoleArn, DeadLetterConfig.Arn]).toEqual([
        news,
        expect.objectContaining({ 'Fn::GetAtt': [expect.stringMatching(id), 'Arn'] }),
        { 'Fn::GetAtt': [expect.stringMatching(/^Undelivered/), 'Arn'] },
      ]);
      expect(InputTransformer.InputTemplate).toContain(form);
    },
  );
});

describe('who hears it', () => {
  const subscriptions = (template = everybody) =>
    all('AWS::SNS::Subscription', template)
      .filter(([id]) => id.startsWith('News'))
      .map(([, { Protocol, Endpoint }]) => [Protocol, Endpoint]);

  test('a system at its HTTPS address, people by mail and phone, and nobody loses what could not be delivered [messaging-topic-subscribers]', () => {
    expect(subscriptions()).toEqual([
      ['https', { 'Fn::GetAtt': [expect.stringMatching(/^ReceiverDoorUrl/), 'FunctionUrl'] }],
      ['email', 'ops@example.com'],
      ['sms', '+4915112345678'],
    ]);
    for (const [id, { RedrivePolicy }] of all('AWS::SNS::Subscription', everybody))
      if (id.startsWith('News'))
        expect(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]).toMatch(/^UndeliveredQueue/);
  });

  test('without addresses it is the system alone, and no phone rings while the account may not send messages [messaging-sms-sandbox]', () => {
    expect(subscriptions(sandbox).map(([protocol]) => protocol)).toEqual(['https']);
    const unready = architecture(name, { alarmPhone: '+4915112345678' });
    expect(subscriptions(unready).map(([protocol]) => protocol)).toEqual(['https']);
  });

  test('a phone rings for what is urgent, and for no alarm that is over [messaging-topic-filter]', () => {
    const { FilterPolicy, FilterPolicyScope } = only('AWS::SNS::Subscription', /^NewsPhone/, everybody);
    expect([FilterPolicyScope, FilterPolicy]).toEqual([
      'MessageBody',
      { $or: [{ NewStateValue: ['ALARM'] }, { urgent: [true] }] },
    ]);
  });

  test('the system is tried again for no longer than SNS lets a policy last, an hour [messaging-topic-delivery-retries]', () => {
    const { healthyRetryPolicy } = only('AWS::SNS::Subscription', /^NewsReceiver/).DeliveryPolicy;
    expect(healthyRetryPolicy).toEqual({
      ...retries,
      minDelayTarget: retries.minDelayTarget.toSeconds(),
      maxDelayTarget: retries.maxDelayTarget.toSeconds(),
    });
    const { lasts } = retrySchedule(healthyRetryPolicy);
    expect(lasts[0]).toBeGreaterThan(40 * 60);
    expect(lasts[1]).toBeLessThanOrEqual(60 * 60);
  });

  test('it is subscribed when it can answer, and anybody may call it: SNS asks for a confirmation at once [messaging-topic-subscribers]', () => {
    const [[, { DependsOn }]] = Object.entries(sandbox.findResources('AWS::SNS::Subscription'));
    expect(DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ReceiverFunctionRoleDefaultPolicy/),
        expect.stringMatching(/^ReceiverFunctioninvokefunctionurl/),
      ]),
    );
  });

  test('every delivery to it is logged [messaging-topic-delivery-status]', () => {
    expect(only('AWS::SNS::Topic', /^News/).DeliveryStatusLogging).toEqual([
      expect.objectContaining({ Protocol: 'http/s', SuccessFeedbackSampleRate: '100' }),
    ]);
  });
});

describe('templates', () => matchesItsSnapshots(name));
