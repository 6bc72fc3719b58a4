import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBusPolicy } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EventHub, type EventHubProps } from '../../../lib/constructs/messaging/event-hub';
import { EventRoute } from '../../../lib/constructs/messaging/event-route';
import { RouteTarget } from '../../../lib/constructs/messaging/route-target';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { templateOf, testApp, testStack } from '../../support/app';
import { text } from '../../support/decide';

const make = (stack: Stack, props: Partial<EventHubProps> = {}) =>
  new EventHub(stack, 'Hub', { alarms: new AlarmTopic(stack, 'Alarms'), ...props });
const only = (template: Template, type: string) => {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0].Properties;
};

describe('EventHub', () => {
  test('is a bus named after the stack, whose failures wait in a watched queue that only it may fill [messaging-event-bus]', () => {
    const template = templateOf((stack) => make(stack));
    const { Name, DeadLetterConfig } = only(template, 'AWS::Events::EventBus');
    expect([text(Name), text(DeadLetterConfig.Arn)]).toEqual([
      '<AWS::StackName>-Hub',
      expect.stringMatching(/^<HubFailuresQueue.*\.Arn>$/),
    ]);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('^HubBus'), 'Arn'] } } },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });

  test('writes down what could not be delivered in a log group of the stack, and nothing of what events hold [messaging-event-bus]', () => {
    const template = templateOf((stack) => make(stack));
    expect(only(template, 'AWS::Events::EventBus').LogConfig).toEqual({ IncludeDetail: 'NONE', Level: 'ERROR' });
    expect(only(template, 'AWS::Logs::DeliverySource')).toMatchObject({
      LogType: 'ERROR_LOGS',
      ResourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^HubBus/), 'Arn'] },
    });
    expect(text(only(template, 'AWS::Logs::DeliveryDestination').DestinationResourceArn)).toMatch(
      /^<HubLogsGroup.*Arn>$/,
    );
    const [delivery] = Object.values(template.findResources('AWS::Logs::Delivery'));
    expect(delivery.DependsOn).toEqual([
      expect.stringMatching(/^HubLogsGroup.*Policy/),
      expect.stringMatching(/^HubLogsSource/),
    ]);
  });

  test('is encrypted with a customer key that EventBridge may use for this bus alone [messaging-event-bus]', () => {
    const template = templateOf((stack) => make(stack, { busName: 'hub', encryptionKey: new Key(stack, 'Key') }));
    expect(only(template, 'AWS::Events::EventBus').KmsKeyIdentifier).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'],
    });
    const admitted = Object.values(template.findResources('AWS::KMS::Key'))
      .flatMap(({ Properties }) => Properties.KeyPolicy.Statement)
      .find(({ Principal }) => Principal.Service === 'events.amazonaws.com');
    expect(text(admitted.Condition.StringEquals['kms:EncryptionContext:aws:events:event-bus:arn'])).toMatch(
      /:event-bus\/hub$/,
    );
  });

  test('a producer may put events under its own name only [messaging-event-bus]', () => {
    const template = templateOf((stack) => {
      const role = new Role(stack, 'Shop', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      make(stack).grantSend(role, 'shop.orders');
    });
    expect(only(template, 'AWS::IAM::Policy').PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^HubBus/), 'Arn'] },
        Condition: { StringEquals: { 'events:source': 'shop.orders' } },
      },
    ]);
    template.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });

  test('takes the events of a partner on a bus named after the source [messaging-partner-bus]', () => {
    const partner = 'aws.partner/example.com/shop-7/orders';
    const template = templateOf((stack) => make(stack, { partner }));
    expect(only(template, 'AWS::Events::EventBus')).toMatchObject({ Name: partner, EventSourceName: partner });
  });

  test('keeps events for as long as asked, all or those of a pattern [messaging-event-archive]', () => {
    const all = templateOf((stack) => make(stack, { archive: { retention: Duration.days(30) } }));
    expect(only(all, 'AWS::Events::Archive')).toMatchObject({
      RetentionDays: 30,
      EventPattern: { account: [{ Ref: 'AWS::AccountId' }] },
      SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^HubBus/), 'Arn'] },
    });
    const some = templateOf((stack) =>
      make(stack, { archive: { retention: Duration.days(1), pattern: { 'detail-type': [{ prefix: 'upload.' }] } } }),
    );
    expect(only(some, 'AWS::Events::Archive').EventPattern).toEqual({ 'detail-type': [{ prefix: 'upload.' }] });
  });
});

describe('other accounts', () => {
  test('one account, or one organisation, may send under one name [messaging-event-cross-bus]', () => {
    const template = templateOf((stack) => {
      const hub = make(stack);
      hub.admitAccount('111122223333', 'branch.sales');
      hub.admitOrganisation('o-a1b2c3d4e5', 'branch.stock');
    });
    const statements = Object.values(template.findResources('AWS::Events::EventBusPolicy')).map(
      ({ Properties }) => Properties.Statement,
    );
    expect(
      statements.map(({ Principal, Action, Condition }) => [text(Principal.AWS ?? Principal), Action, Condition]),
    ).toEqual([
      [
        'arn:<AWS::Partition>:iam::111122223333:root',
        'events:PutEvents',
        { StringEquals: { 'events:source': 'branch.sales' } },
      ],
      [
        '*',
        'events:PutEvents',
        { StringEquals: { 'events:source': 'branch.stock', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      ],
    ]);
  });

  test('an account that is known only when it is deployed is named alike, whatever else the app holds', () => {
    const sidAfter = (tokens: number) => {
      for (let i = 0; i < tokens; i++) Lazy.string({ produce: () => 'another' });
      const account = Lazy.uncachedString({ produce: () => '111122223333' });
      const template = templateOf((stack) => make(stack).admitAccount(account, 'branch.sales'));
      return only(template, 'AWS::Events::EventBusPolicy').Statement.Sid as string;
    };
    expect([sidAfter(0), sidAfter(3)]).toEqual(Array(2).fill('cdk-Account111122223333branchsales'));
  });

  test('a route of one account hands events to the bus of another, by a role for that bus alone [messaging-event-cross-bus]', () => {
    const app = testApp();
    const env = (account: string) => ({ env: { account, region: 'eu-central-1' } });
    const centre = new Stack(app, 'Centre', env('111122223333'));
    const hub = new EventHub(centre, 'Hub', { alarms: new AlarmTopic(centre, 'Alarms'), busName: 'centre' });
    hub.admitAccount('444455556666', 'branch.sales');
    const branch = new Stack(app, 'Branch', env('444455556666'));
    const alarms = new AlarmTopic(branch, 'Alarms');
    const arn = 'arn:aws:events:eu-central-1:111122223333:event-bus/centre';
    new EventRoute(branch, 'Upwards', {
      description: 'Sales of this branch are told to the centre',
      alarms,
      hub: new EventHub(branch, 'Hub', { alarms }),
      pattern: { source: ['branch.sales'], 'detail-type': ['sold'] },
      targets: [RouteTarget.bus(arn)],
    });
    const there = Template.fromStack(centre);
    expect(only(there, 'AWS::Events::EventBusPolicy').Statement).toMatchObject({
      Condition: { StringEquals: { 'events:source': 'branch.sales' } },
    });
    const here = Template.fromStack(branch);
    const [{ Arn, RoleArn, DeadLetterConfig }] = only(here, 'AWS::Events::Rule').Targets;
    expect([Arn, text(RoleArn), text(DeadLetterConfig.Arn)]).toEqual([
      arn,
      expect.stringMatching(/^<UpwardsRole/),
      expect.stringMatching(/^<HubFailuresQueue/),
    ]);
    expect(only(here, 'AWS::IAM::Policy').PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: arn },
    ]);
    here.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });
});

describe('fails when', () => {
  test.each<[string, Partial<EventHubProps>, string]>([
    [
      'the name is of AWS [messaging-event-bus]',
      { busName: 'aws.hub' },
      "Stack/Hub:\n  busName is aws.hub; names that begin with aws. are Amazon's, so give one of your own",
    ],
    ['the name has a slash [messaging-event-bus]', { busName: 'a/b' }, "'eventBusName' must not contain '/'"],
    [
      'a partner has another name',
      { busName: 'hub', partner: 'aws.partner/a/b' },
      'busName is hub and partner aws.partner/a/b; a bus for a partner is named after its source, so leave busName out',
    ],
    [
      'the partner source is none [messaging-partner-bus]',
      { partner: 'example.com' },
      "'eventSourceName' must satisfy",
    ],
    [
      'events are kept for no time',
      { archive: { retention: Duration.days(0) } },
      'archive.retention is 0 days; give 1 day to 3650 days',
    ],
    [
      'events are kept for half a day more',
      { archive: { retention: Duration.hours(36) } },
      'archive.retention is 1 day 12 hours; give whole days',
    ],
    [
      'the archive keeps nothing',
      { archive: { retention: Duration.days(1), pattern: { source: [] } } },
      'archive.pattern source lists no condition and would never match; list one',
    ],
  ])('%s', (_, props, message) => expect(() => make(testStack(), props)).toThrow(message));

  test.each<[string, (hub: EventHub) => void, string]>([
    [
      'a producer calls itself AWS',
      (hub) => hub.admitAccount('111122223333', 'aws.ec2'),
      "source is aws.ec2; names that begin with aws. are Amazon's, so give one of your own",
    ],
    [
      'a producer has no name',
      (hub) => hub.admitAccount('111122223333', ''),
      'source is empty; say under which name events are sent',
    ],
    [
      'a producer has many names',
      (hub) => hub.admitAccount('111122223333', 'shop.*'),
      'source is shop.*; a producer has one name, so write it out',
    ],
    [
      'everyone is an account',
      (hub) => hub.admitAccount('*', 'shop'),
      "account is *; give the 12 digits of one account, as a bus open to everyone is open to anyone's events",
    ],
    [
      'an organisation is none',
      (hub) => hub.admitOrganisation('*', 'shop'),
      'organisation is *; give the id of an organisation, such as o-a1b2c3d4e5',
    ],
  ])('%s', (_, act, message) => expect(() => act(make(testStack()))).toThrow(message));

  test('somebody opens the bus to everyone behind its back [messaging-event-bus]', () => {
    const stack = testStack();
    const { bus } = make(stack);
    const statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: bus.eventBusArn } as any;
    new EventBusPolicy(bus, 'Open', { eventBus: bus, statement, statementId: 'open' });
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Hub/Bus/Open/Resource lets everyone (Principal *) put events on the bus; name an account, or an organisation with admitOrganisation',
    );
  });
});
