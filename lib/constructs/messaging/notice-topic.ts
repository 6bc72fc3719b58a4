import { Aws, Duration, Stack, Validations, type Size } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AccountPrincipal,
  OrganizationPrincipal,
  PolicyStatement,
  ServicePrincipal,
  type Grant,
  type IGrantable,
  type IPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Subscription, Topic, type CfnTopic, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { isNoAccount, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { DeliveryLogs } from './delivery-logs';
import type { Notice, NoticeFilter } from './filter-policy';
import { refuseEveryone } from './open-policy';
import { rendered } from './rendered-filter';
import type { Subscriber } from './subscriber';
import { subscriberFaults, usualMaximum } from './subscriber-faults';
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
    refuseEveryone(
      topic,
      'use the topic',
      'name an account with admitAccount, or an organisation with admitOrganisation',
    );
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
    const { fifo, maximumMessageSize, samples, subscriptions } = this;
    refuse(this, subscriberFaults(id, details, filter, { fifo, maximumMessageSize, samples, subscriptions }));

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
    this.delivery?.log(details.protocol, subscription);
    return subscription;
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
