import { Aws, Duration, Fn, Size, Stack, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AccountPrincipal,
  OrganizationPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
  type Grant,
  type IGrantable,
  type IPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  FilterOrPolicy,
  LoggingProtocol,
  Subscription,
  SubscriptionFilter,
  SubscriptionProtocol,
  Topic,
  type CfnTopic,
  type ITopic,
  type SubscriptionProps,
} from 'aws-cdk-lib/aws-sns';
import { QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { isNoAccount, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { FilterPolicy, Notice, NoticeFilter } from './filter-policy';
import type { Subscriber, SubscriberDetails } from './subscriber';
import { TopicOrder } from './topic-order';

export interface NoticeTopicProps {
  /** Where the topic's alarm reports to. */
  readonly alarms: AlarmTopic;
  /**
   * In which order messages are delivered.
   * @default TopicOrder.standard()
   */
  readonly order?: TopicOrder;
  /**
   * The largest message taken, body and attributes together, 1 KiB to 1 MiB. Above 256 KiB only queues, functions and
   * Firehose may subscribe, 100 of them. What is larger still belongs into a bucket, and its address into the message.
   * @default Size.kibibytes(256)
   */
  readonly maximumMessageSize?: Size;
  /**
   * The customer key messages are encrypted with. A key of AWS cannot admit a service that publishes.
   * @default - a new key
   */
  readonly encryptionKey?: IKey;
  /**
   * Messages as publishers send them. With these given, a filter that none of them passes is refused.
   * @default - filters are not tried out
   */
  readonly samples?: readonly Notice[];
  /**
   * Of how many deliveries in a hundred a success is logged, 0 to 100. Failures are always logged.
   * @default - no delivery is logged
   */
  readonly successSampleRate?: number;
}

export interface SubscribeOptions {
  /**
   * Which messages the subscriber gets.
   * @default - all
   */
  readonly filter?: NoticeFilter;
  /**
   * Whether queues, HTTPS addresses and Firehose get the bare message instead of one wrapped by SNS.
   * @default false
   */
  readonly rawMessageDelivery?: boolean;
}

const usualMaximum = Size.kibibytes(256);
/** Protocols that take messages above 256 KiB. */
const roomy: readonly SubscriptionProtocol[] = [
  SubscriptionProtocol.SQS,
  SubscriptionProtocol.LAMBDA,
  SubscriptionProtocol.FIREHOSE,
];
const logged: Readonly<Partial<Record<SubscriptionProtocol, LoggingProtocol>>> = {
  [SubscriptionProtocol.SQS]: LoggingProtocol.SQS,
  [SubscriptionProtocol.LAMBDA]: LoggingProtocol.LAMBDA,
  [SubscriptionProtocol.FIREHOSE]: LoggingProtocol.FIREHOSE,
  [SubscriptionProtocol.HTTPS]: LoggingProtocol.HTTP,
  [SubscriptionProtocol.APPLICATION]: LoggingProtocol.APPLICATION,
};

/**
 * News for whoever wants it: one message in, one copy for every subscriber whose filter it passes.
 *
 * Encrypted with a customer key, TLS only. Services publish after `admit`, identities after `grantPublish`. Every
 * subscription has a dead-letter queue, and an alarm tells when even that could not take a message.
 *
 * @claims messaging-topic-publish-subscribe, messaging-topic-filter, messaging-topic-message-size,
 * messaging-topic-encryption, messaging-topic-delivery-retries, messaging-topic-delivery-status, messaging-topic-fifo,
 * messaging-fanout-encrypted-queue, messaging-topic-subscribers, messaging-topic-cross-account
 */
export class NoticeTopic extends Construct {
  readonly topic: ITopic;
  readonly key: IKey;
  readonly lossAlarm: IAlarm;
  private readonly maximumMessageSize: Size;
  private readonly samples: readonly Notice[];
  private readonly fifo: boolean;
  private readonly delivery?: DeliveryLogs;
  private subscriptions = 0;

  constructor(scope: Construct, id: string, props: NoticeTopicProps) {
    super(scope, id);
    const { order = TopicOrder.standard(), maximumMessageSize = usualMaximum, samples = [] } = props;
    refuse(this, [
      outsideRange('maximumMessageSize', maximumMessageSize.toBytes(), 1024, 1_048_576, 'bytes'),
      outsideRange('archive', order.fifo?.archive?.toDays({ integral: false }), 1, 365, 'days'),
      outsideRange('successSampleRate', props.successSampleRate, 0, 100, '%'),
    ]);

    this.key =
      props.encryptionKey ??
      new Key(this, 'Key', { description: `Encrypts messages of ${this.node.path}`, enableKeyRotation: true });
    const topic = new Topic(this, 'Topic', {
      masterKey: this.key,
      enforceSSL: true,
      ...(order.fifo && {
        fifo: true,
        contentBasedDeduplication: order.fifo.contentBasedDeduplication,
        ...(order.fifo.archive && { messageRetentionPeriodInDays: order.fifo.archive.toDays() }),
      }),
    });
    (topic.node.defaultChild as CfnTopic).maximumMessageSize = maximumMessageSize.toBytes();
    this.topic = topic;
    this.maximumMessageSize = maximumMessageSize;
    this.samples = samples;
    this.fifo = order.fifo !== undefined;
    if (props.successSampleRate !== undefined) this.delivery = new DeliveryLogs(this, topic, props.successSampleRate);

    this.lossAlarm = props.alarms.alarm(this, 'LossAlarm', {
      alarmDescription: `A message of ${this.node.path} reached neither its subscriber nor the dead-letter queue.`,
      metric: topic.metric('NumberOfNotificationsFailedToRedriveToDlq', {
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Lets an AWS service publish, on behalf of one resource of this account only. Refuses EventBridge, which does not tell the
   * key on whose behalf it calls: let its rule publish by a role, and `grantPublish` to that.
   *
   * @param service such as `s3.amazonaws.com`
   * @param sourceArn the resource the news is about, such as a bucket
   * @returns what must be there before the service is told to publish
   */
  admit(service: string, sourceArn: string): IDependable {
    refuse(this, [
      service === 'events.amazonaws.com' &&
        'service is events.amazonaws.com, which tells the key neither account nor source; give the rule a role, and grantPublish to it',
    ]);
    const principals = [
      new ServicePrincipal(service, {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': sourceArn } },
      }),
    ];
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
    const { statementAdded } = this.key.addToResourcePolicy(
      new PolicyStatement({ principals, actions, resources: ['*'] }),
    );
    refuse(this, [
      !statementAdded &&
        `encryptionKey cannot admit ${service}, because its policy is not in this app; give a customer key made here, or leave it out`,
    ]);
    const { policyDependable } = this.topic.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    return policyDependable ?? this.topic;
  }

  /**
   * Lets identities of another account publish or subscribe, where that account lets them too.
   *
   * @param account 12 digits
   * @param may `publish`, or `subscribe` a queue or function of theirs
   */
  admitAccount(account: string, may: 'publish' | 'subscribe'): void {
    refuse(this, [
      isNoAccount(account) &&
        `account is ${account}; give the 12 digits of one account, as a topic open to everyone is open to anyone's news and bill`,
    ]);
    this.admitOthers(new AccountPrincipal(account), may);
  }

  /**
   * The same for every account of an organisation.
   *
   * @param organisation such as `o-a1b2c3d4e5`
   */
  admitOrganisation(organisation: string, may: 'publish' | 'subscribe'): void {
    refuse(this, [
      !/^o-[a-z0-9]{10,32}$/.test(organisation) && `organisation is ${organisation}; give its id, such as o-a1b2c3d4e5`,
    ]);
    this.admitOthers(new OrganizationPrincipal(organisation), may);
  }

  private admitOthers(principal: IPrincipal, may: 'publish' | 'subscribe'): void {
    const actions = may === 'publish' ? ['sns:Publish'] : ['sns:Subscribe', 'sns:GetTopicAttributes'];
    this.topic.addToResourcePolicy(
      new PolicyStatement({ principals: [principal], actions, resources: [this.topic.topicArn] }),
    );
    // Who publishes encrypts; a subscriber is handed what SNS has decrypted.
    if (may === 'publish')
      this.key.addToResourcePolicy(
        new PolicyStatement({
          principals: [principal],
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
          resources: ['*'],
          conditions: { StringEquals: { 'kms:ViaService': `sns.${Aws.REGION}.amazonaws.com` } },
        }),
      );
  }

  /** Lets an identity publish, and use the key for it. */
  grantPublish(grantee: IGrantable): Grant {
    if (Construct.isConstruct(grantee))
      Validations.of(grantee).acknowledge({
        id: 'AwsSolutions::AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
        reason:
          'Publishing to an encrypted topic takes a data key of its key, with or without the plaintext; the statement names that one key.',
      });
    return this.topic.grantPublish(grantee);
  }

  /** Delivers to a subscriber from now on. */
  subscribe(id: string, { details }: Subscriber, options: SubscribeOptions = {}): Subscription {
    const { filter, rawMessageDelivery = false } = options;
    this.subscriptions += 1;
    refuse(this, this.subscriptionFaults(id, details, filter));

    const { queue, handler } = details;
    const subscription = new Subscription(this, id, {
      topic: this.topic,
      protocol: details.protocol,
      endpoint: details.endpoint,
      deadLetterQueue: details.deadLetterQueue,
      ...(rawMessageDelivery && { rawMessageDelivery }),
      ...(details.role && { subscriptionRoleArn: details.role.roleArn }),
      ...(details.retries && { deliveryPolicy: { healthyRetryPolicy: details.retries } }),
      ...(filter && rendered(filter)),
    });
    if (queue) subscription.node.addDependency(this.admitTo(queue));
    this.admitToKey(details.deadLetterQueue);
    handler?.addPermission(`${id}Permission`, {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: this.topic.topicArn,
    });
    const protocol = logged[details.protocol];
    if (this.delivery && protocol) this.delivery.log(protocol, subscription);
    return subscription;
  }

  private subscriptionFaults(id: string, details: SubscriberDetails, filter?: NoticeFilter): (string | undefined)[] {
    const { protocol, queue, deadLetterQueue } = details;
    const large = this.maximumMessageSize.toBytes() > usualMaximum.toBytes();
    return [
      details.fault,
      this.orderFault(details),
      ...[queue, deadLetterQueue].map((each) =>
        each?.encryptionType === QueueEncryption.KMS_MANAGED
          ? `has the queue ${each.node.path} under the AWS-managed key, which admits no topic; encrypt it with a customer key or SSE-SQS`
          : undefined,
      ),
      large && !roomy.includes(protocol)
        ? `listens by ${protocol}, which takes no message above 256 KiB, while maximumMessageSize is ${this.maximumMessageSize.toKibibytes()} KiB; lower it, or subscribe a queue`
        : undefined,
      large && this.subscriptions > 100
        ? `is subscriber ${this.subscriptions} of a topic with messages above 256 KiB; keep to 100, or lower maximumMessageSize`
        : undefined,
      ...(filter?.faults() ?? []),
      filter && this.samples.length > 0 && !this.samples.some((sample) => filter.accepts(sample))
        ? 'has a filter that none of the samples passes, so it would never hear anything; correct the filter or the samples'
        : undefined,
      ...retryFaults(details.retries),
    ].map((fault) => fault && `subscriber ${id} ${fault}`);
  }

  /** What of a subscriber does not go with the order of this topic. */
  private orderFault({ protocol, queue, deadLetterQueue }: SubscriberDetails): string | undefined {
    if (queue?.fifo && !this.fifo)
      return 'is a FIFO queue on a standard topic; make the topic with TopicOrder.fifo(…), or subscribe a standard queue';
    if (this.fifo && !queue)
      return `listens by ${protocol} on a FIFO topic, which delivers to queues only; subscribe a queue, or make the topic standard`;
    if (deadLetterQueue.fifo === this.fifo) return undefined;
    const [own, other] = this.fifo ? ['FIFO', 'standard'] : ['standard', 'FIFO'];
    return `would leave what a ${own} topic could not deliver to the ${other} queue ${deadLetterQueue.node.path}, which SNS does not use for it; give a ${own} queue`;
  }

  /** Only this topic may send to a subscribed queue. Nothing is delivered before it may. */
  private admitTo(queue: IQueue): IDependable {
    const { policyDependable } = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topic.topicArn } },
      }),
    );
    this.admitToKey(queue);
    return policyDependable ?? queue;
  }

  /**
   * Lets topics use the key of a queue; only those of this account and region. The topic itself cannot be named, because it
   * may stand under the same key, and CloudFormation makes no two resources that refer to each other.
   */
  private admitToKey(queue: IQueue): void {
    const topics = Stack.of(this).formatArn({ service: 'sns', resource: '*' });
    queue.encryptionMasterKey?.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { ArnLike: { 'aws:SourceArn': topics } },
      }),
    );
  }
}

/** Where SNS writes down its deliveries: two log groups whose names it chooses, made here so that they expire and go away. */
class DeliveryLogs extends Construct {
  private readonly role: Role;
  private readonly protocols = new Set<LoggingProtocol>();

  constructor(
    scope: Construct,
    private readonly topic: Topic,
    private readonly successSampleRate: number,
  ) {
    super(scope, 'DeliveryLogs');
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('sns.amazonaws.com') });
    for (const [id, suffix] of [
      ['Successes', []],
      ['Failures', ['Failure']],
    ] as const) {
      const group = new LogGroup(this, id, {
        logGroupName: Fn.join('/', ['sns', Aws.REGION, Aws.ACCOUNT_ID, topic.topicName, ...suffix]),
      });
      group.grant(
        this.role,
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:PutMetricFilter',
        'logs:PutRetentionPolicy',
      );
    }
  }

  /** Logs deliveries over a protocol; no delivery is made before the log groups are there. */
  log(protocol: LoggingProtocol, subscription: Subscription): void {
    subscription.node.addDependency(this);
    if (this.protocols.has(protocol)) return;
    this.protocols.add(protocol);
    this.topic.addLoggingConfig({
      protocol,
      successFeedbackRole: this.role,
      failureFeedbackRole: this.role,
      successFeedbackSampleRate: this.successSampleRate,
    });
  }
}

/** What SNS refuses about the retries of an HTTPS subscriber and the CDK lets pass. */
function retryFaults(retries: SubscriberDetails['retries']): (string | undefined)[] {
  if (!retries) return [];
  const { numRetries = 3, numNoDelayRetries = 0, numMinDelayRetries = 0, numMaxDelayRetries = 0 } = retries;
  const phases = numNoDelayRetries + numMinDelayRetries + numMaxDelayRetries;
  return [
    phases > numRetries
      ? `has ${phases} retries in its phases but ${numRetries} in all; raise numRetries or shorten a phase`
      : undefined,
  ];
}

type RenderedFilter = Pick<SubscriptionProps, 'filterPolicy' | 'filterPolicyWithMessageBody'>;

/** The CDK's way of writing a filter down. */
function rendered({ scope, policy }: NoticeFilter): RenderedFilter {
  if (scope === 'MessageAttributes') {
    return {
      filterPolicy: Object.fromEntries(
        Object.entries(policy).map(([property, conditions]) => [
          property,
          new SubscriptionFilter(conditions as never[]),
        ]),
      ),
    };
  }
  return { filterPolicyWithMessageBody: nested(policy) };
}

function nested(policy: FilterPolicy): Record<string, FilterOrPolicy> {
  return Object.fromEntries(
    Object.entries(policy).map(([property, wanted]) => [
      property,
      Array.isArray(wanted)
        ? FilterOrPolicy.filter(new SubscriptionFilter(wanted as never[]))
        : FilterOrPolicy.policy(nested(wanted as FilterPolicy)),
    ]),
  );
}
