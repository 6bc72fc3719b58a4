import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { PrivateMessaging, type PrivateMessagingProps } from '../../../lib/constructs/messaging/private-messaging';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';
import { decide, type PolicyDocument } from '../../support/decide';

type Props = (stack: Stack) => Partial<PrivateMessagingProps>;

function made(props: Props): { stack: Stack; template: () => Template } {
  const stack = testStack();
  const { vpc } = new TieredNetwork(stack, 'Network', {
    plan: { tiers: [{ name: 'workload', access: 'isolated' }], zones: 2 },
    gatewayEndpoints: {},
  });
  new PrivateMessaging(stack, 'Messaging', { vpc, ...props(stack) });
  return { stack, template: () => Template.fromStack(stack) };
}
const everything: Props = (stack) => ({
  queues: [new Queue(stack, 'Jobs')],
  topics: [new Topic(stack, 'News')],
  buses: [new EventBus(stack, 'Hub')],
  streams: [new Stream(stack, 'Clicks')],
});
const endpoints = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) => ({
    service: Properties.ServiceName['Fn::Join'][1].at(-1).slice(1) as string,
    policy: Properties.PolicyDocument as PolicyDocument,
    subnets: Properties.SubnetIds as unknown[],
    names: Properties.PrivateDnsEnabled as boolean,
  }));

describe('PrivateMessaging', () => {
  test('makes an interface in each zone for each service that is used, under its usual name, and none for the others [messaging-private-access]', () => {
    const all = endpoints(made(everything).template());
    expect(all.map(({ service, subnets, names }) => [service, subnets.length, names])).toEqual([
      ['sqs', 2, true],
      ['sns', 2, true],
      ['events', 2, true],
      ['kinesis-streams', 2, true],
    ]);
    const queue = made((stack) => ({ queues: [new Queue(stack, 'Jobs')] })).template();
    expect(endpoints(queue).map(({ service }) => service)).toEqual(['sqs']);
  });

  test('each lets through what is done with messages of what is named, and neither others nor changes [messaging-private-access]', () => {
    const { template } = made(everything);
    const [sqs, sns, events, kinesis] = endpoints(template());
    const arnOf = (type: string) => `<${Object.keys(template().findResources(type))[0]}.Arn>`;
    const topic = `<${Object.keys(template().findResources('AWS::SNS::Topic'))[0]}>`;
    const ask = ({ policy }: typeof sqs, action: string, resource: string) =>
      decide(policy, { action, resource, principal: { AWS: 'arn:aws:iam::111122223333:role/worker' } });
    const queue = arnOf('AWS::SQS::Queue');
    const stream = arnOf('AWS::Kinesis::Stream');
    const bus = arnOf('AWS::Events::EventBus');
    expect(
      [
        ask(sqs, 'sqs:ReceiveMessage', queue),
        ask(sqs, 'sqs:SendMessage', queue),
        ask(sns, 'sns:Publish', topic),
        ask(events, 'events:PutEvents', bus),
        ask(kinesis, 'kinesis:PutRecords', stream),
        ask(kinesis, 'kinesis:GetRecords', stream),
      ].every((verdict) => verdict === 'allow'),
    ).toBe(true);
    expect([
      ask(sqs, 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:444455556666:drop'),
      ask(sqs, 'sqs:SetQueueAttributes', queue),
      ask(sns, 'sns:Publish', 'arn:aws:sns:eu-west-1:444455556666:drop'),
      ask(sns, 'sns:Subscribe', topic),
      ask(events, 'events:PutEvents', 'arn:aws:events:eu-west-1:444455556666:event-bus/drop'),
      ask(events, 'events:PutRule', bus),
      ask(kinesis, 'kinesis:PutRecords', 'arn:aws:kinesis:eu-west-1:444455556666:stream/drop'),
    ]).toEqual(Array.from({ length: 7 }, () => 'implicit deny'));
  });

  test('fails when nothing is named, for the endpoint would be open to everything [messaging-private-access]', () => {
    expect(() => made(() => ({ queues: [] }))).toThrow(
      'Stack/Messaging:\n  queues, topics, buses and streams are none; name what is used from inside the network',
    );
  });
});
