import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { InterfaceEndpoint } from '../network/interface-endpoint';
import { PrivateServiceAccess, type PrivateServiceAccessProps } from '../network/private-service-access';

export interface PrivateMessagingProps extends Pick<
  PrivateServiceAccessProps,
  'vpc' | 'subnets' | 'singleZoneReason' | 'clients'
> {
  /**
   * Queues that are sent to or worked from inside.
   * @default - none
   */
  readonly queues?: readonly IQueue[];
  /**
   * Topics that are published to from inside.
   * @default - none
   */
  readonly topics?: readonly ITopic[];
  /**
   * Buses that events are put on from inside.
   * @default - none
   */
  readonly buses?: readonly IEventBus[];
  /**
   * Streams that are written and read from inside.
   * @default - none
   */
  readonly streams?: readonly IStream[];
}

/**
 * The way from a network without internet to its queues, topics, buses and streams, whose services are public: an interface endpoint for
 * each service that is used, which lets through what is done with a message and those that are named, and nothing else.
 *
 * Nobody inside can carry data out by a queue of an account of his own: an endpoint speaks for everybody who comes through.
 *
 * @claims messaging-private-access
 */
export class PrivateMessaging extends Construct {
  /** The interface endpoints by service: `sqs`, `sns`, `events`, `kinesis-streams`. */
  readonly interfaces: Readonly<Record<string, InterfaceEndpoint>>;

  constructor(scope: Construct, id: string, props: PrivateMessagingProps) {
    super(scope, id);
    const { queues = [], topics = [], buses = [], streams = [], vpc, subnets, singleZoneReason, clients } = props;
    const arns: Readonly<Record<string, readonly string[]>> = {
      sqs: queues.map(({ queueArn }) => queueArn),
      sns: topics.map(({ topicArn }) => topicArn),
      events: buses.map(({ eventBusArn }) => eventBusArn),
      'kinesis-streams': streams.map(({ streamArn }) => streamArn),
    };
    const services = Object.keys(arns).filter((service) => arns[service].length > 0);
    refuse(this, [
      services.length === 0 && 'queues, topics, buses and streams are none; name what is used from inside the network',
    ]);
    const access = new PrivateServiceAccess(this, 'Services', {
      vpc,
      ...(subnets && { subnets }),
      ...(singleZoneReason !== undefined && { singleZoneReason }),
      ...(clients && { clients }),
      services,
      allow: Object.fromEntries(
        services.map((service) => [service, [{ actions: uses[service], resources: arns[service] }]]),
      ),
    });
    this.interfaces = access.interfaces;
  }
}

/** What is done with a message; who makes and changes queues, topics and streams has other ways. */
const uses: Readonly<Record<string, readonly string[]>> = {
  sqs: [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ],
  sns: ['sns:Publish'],
  events: ['events:PutEvents'],
  'kinesis-streams': [
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:PutRecord',
    'kinesis:PutRecords',
  ],
};
