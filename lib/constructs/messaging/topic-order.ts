import type { Duration } from 'aws-cdk-lib';

export interface FifoTopicOptions {
  /**
   * Whether two messages with the same body within five minutes are one; otherwise publishers must give each message a
   * deduplication id.
   */
  readonly contentBasedDeduplication: boolean;
  /**
   * For how many whole days messages are kept to be replayed, 1 to 365.
   * @default - they are not kept
   */
  readonly archive?: Duration;
}

/** In which order a topic delivers, and thereby to whom it may. */
export class TopicOrder {
  /** Best effort, to subscribers of every kind but FIFO queues. */
  static standard(): TopicOrder {
    return new TopicOrder();
  }

  /** As published within a message group, to queues only. */
  static fifo(options: FifoTopicOptions): TopicOrder {
    return new TopicOrder(options);
  }

  private constructor(readonly fifo?: FifoTopicOptions | undefined) {}
}
