import { Construct } from 'constructs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { AlarmTopic } from '../operations/alarm-topic';
import { NoticeTopic, type NoticeTopicProps } from './notice-topic';
import type { NoticeFilter } from './filter-policy';
import { Subscriber } from './subscriber';
import { WorkQueue, type WorkQueueProps } from './work-queue';

export type FanOutProps = Omit<NoticeTopicProps, 'order'>;

export interface BranchProps extends Omit<WorkQueueProps, 'alarms' | 'encryptionKey'> {
  /**
   * Which messages this branch gets.
   * @default - all
   */
  readonly filter?: NoticeFilter;
}

/**
 * One message becomes several pieces of work that know nothing of each other: a topic, and a queue for each branch with its
 * own consumers, pace and dead letters. What is wrong in one branch neither stops nor slows another.
 *
 * Topic and queues stand under one customer key. Messages arrive bare, without the wrapping of SNS.
 *
 * @claims messaging-fanout, messaging-fanout-encrypted-queue
 */
export class FanOut extends Construct {
  readonly notices: NoticeTopic;
  readonly key: IKey;
  private readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    this.alarms = props.alarms;
    this.notices = new NoticeTopic(this, 'Notices', {
      alarms: props.alarms,
      maximumMessageSize: props.maximumMessageSize,
      encryptionKey: props.encryptionKey,
      samples: props.samples,
      successSampleRate: props.successSampleRate,
    });
    this.key = this.notices.key;
  }

  /** Adds a branch: a queue that gets its own copy of every message its filter lets through. */
  branch(id: string, { filter, ...queue }: BranchProps = {}): WorkQueue {
    const branch = new WorkQueue(this, id, { ...queue, alarms: this.alarms, encryptionKey: this.key });
    this.notices.subscribe(id, Subscriber.queue(branch), {
      rawMessageDelivery: true,
      ...(filter && { filter }),
    });
    return branch;
  }
}
