import type { EventType, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { announce, overlapFaults, type ObjectFilter } from './announcements';
import type { NoticeListener } from './notice-listener';

export interface BucketNoticeProps {
  /** Where it happens: a bucket that `announces`. */
  readonly bucket: IBucket;
  /** What is told, of `objectEvents`. */
  readonly events: readonly EventType[];
  /**
   * Which objects.
   * @default - every object
   */
  readonly of?: ObjectFilter;
  /** Who hears of it. */
  readonly to: NoticeListener;
}

/**
 * S3 tells a topic or a queue what happens to objects, each at least once, now and then twice, and in any order. Keys in what it
 * tells are URL-encoded. A function is told by `FileTrigger`; filters by more than the ends of a key, several listeners and FIFO
 * queues need EventBridge (`tellsEventBridge` of `PrivateBucket`, and an `EventRoute`).
 *
 * @claims storage-events-destinations, storage-events-overlap, storage-events-encrypted-targets
 */
export class BucketNotice extends Construct {
  constructor(scope: Construct, id: string, { bucket, events, of = {}, to }: BucketNoticeProps) {
    super(scope, id);
    const announcement = { events, filters: [of] };
    refuse(this, [
      events.length === 0 && 'events is empty; name what is told',
      ...to.faults().map((fault) => `to ${fault}`),
      ...overlapFaults(this, bucket, announcement),
    ]);
    const listener = to.bind(bucket);
    announce(this, bucket, announcement, { bind: () => listener });
  }
}
