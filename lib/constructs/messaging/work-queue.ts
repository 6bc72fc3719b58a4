import type { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, Grant, PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';
import { makeQueuePair, queueFaults, withDefaults, type IQueuePair, type QueuePairProps } from './queue-pair';

export type WorkQueueProps = QueuePairProps;

/** What of the key whoever sends needs. */
const toSend = ['kms:GenerateDataKey', 'kms:Decrypt'];

/**
 * Work to be done, in no particular order and at least once: a standard queue whose failing messages move to a dead-letter
 * queue of its own, with an alarm at the first of them.
 *
 * Consumers must bear a message twice and messages out of order. Both queues are encrypted and refuse plain HTTP.
 *
 * @claims messaging-queue-standard, messaging-queue-visibility, messaging-queue-delay, messaging-queue-polling,
 * messaging-queue-retention, messaging-queue-dead-letter, messaging-queue-encryption, messaging-queue-access,
 * messaging-queue-message-size
 */
export class WorkQueue extends Construct implements IQueuePair {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly visibilityTimeout: Duration;
  readonly retentionPeriod: Duration;
  readonly deadLetterRetentionPeriod: Duration;
  readonly maxMessageSizeBytes: number;
  readonly alarms: readonly IAlarm[];
  private readonly encryptionKey?: IKey;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const settings = withDefaults(props);
    refuse(this, queueFaults(settings));

    const { queue, deadLetterQueue, alarms } = makeQueuePair(this, settings);
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;
    this.alarms = alarms;
    this.visibilityTimeout = settings.visibilityTimeout;
    this.retentionPeriod = settings.retentionPeriod;
    this.deadLetterRetentionPeriod = settings.deadLetterRetentionPeriod;
    this.maxMessageSizeBytes = settings.maxMessageSizeBytes;
    this.encryptionKey = settings.encryptionKey;
  }

  /** Lets an identity of this account send, and do nothing else. */
  grantSend(grantee: IGrantable): Grant {
    this.encryptionKey?.grant(grantee, ...toSend);
    return Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }

  /**
   * Lets identities of another account send, where that account lets them too.
   *
   * @param account 12 digits
   */
  admitSender(account: string): void {
    this.admit(account, ['sqs:SendMessage', 'sqs:GetQueueUrl'], toSend);
  }

  /**
   * Lets identities of another account work this queue, where that account lets them too.
   *
   * @param account 12 digits
   */
  admitReceiver(account: string): void {
    const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes', 'GetQueueUrl'];
    this.admit(
      account,
      actions.map((action) => `sqs:${action}`),
      ['kms:Decrypt'],
    );
  }

  private admit(account: string, actions: string[], keyActions: string[]): void {
    refuse(this, [
      isNoAccount(account) &&
        `account is ${account}; give the 12 digits of one account, as a queue open to everyone is open to anyone's bill and messages`,
    ]);
    const principals = [new AccountPrincipal(account)];
    this.queue.addToResourcePolicy(new PolicyStatement({ principals, actions, resources: [this.queue.queueArn] }));
    this.encryptionKey?.addToResourcePolicy(new PolicyStatement({ principals, actions: keyActions, resources: ['*'] }));
  }
}
