import { Duration } from 'aws-cdk-lib';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { folders } from '../../../lambda/secure-upload-exchange/environment';
import { EventRoute } from '../../constructs/messaging/event-route';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { Subscriber } from '../../constructs/messaging/subscriber';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { BucketNotice } from '../../constructs/storage/bucket-notice';
import { NoticeListener } from '../../constructs/storage/notice-listener';
import { objectEvents } from '../../constructs/storage/object-events';
import type { ExchangeStore } from './exchange-store';

export interface NewsProps {
  readonly alarms: AlarmTopic;
  readonly failures: FailureQueue;
  readonly store: ExchangeStore;
}

/**
 * Who hears what of files, besides the inspector: systems that work what was accepted, by a queue; people who look after what was
 * refused, by a topic; and a journal of all that arrives, by EventBridge, because S3 itself tells one listener of each object.
 *
 * @claims storage-events-destinations, storage-events-eventbridge
 */
export class News extends Construct {
  readonly deliveries: WorkQueue;
  readonly support: WorkQueue;
  readonly journal: WorkQueue;

  constructor(scope: Construct, id: string, { alarms, failures, store: { bucket } }: NewsProps) {
    super(scope, id);
    const queue = { alarms, consumerTimeout: Duration.minutes(1) };
    this.deliveries = new WorkQueue(this, 'Deliveries', queue);
    new BucketNotice(this, 'Accepted', {
      bucket,
      events: [objectEvents.created],
      of: { prefix: folders.accepted },
      to: NoticeListener.queue(this.deliveries.queue),
    });

    const refusals = new NoticeTopic(this, 'Refusals', { alarms });
    this.support = new WorkQueue(this, 'Support', queue);
    refusals.subscribe('Support', Subscriber.queue(this.support), { rawMessageDelivery: true });
    new BucketNotice(this, 'Refused', {
      bucket,
      events: [objectEvents.created],
      of: { prefix: folders.refused },
      to: NoticeListener.topic(refusals),
    });

    this.journal = new WorkQueue(this, 'Journal', queue);
    new EventRoute(this, 'Arrivals', {
      description: 'What arrives is written down: which file, how large, when, and from where',
      alarms,
      failures,
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: folders.arrivals }] } },
      },
      targets: [
        RouteTarget.queue(this.journal.queue, {
          input: RuleTargetInput.fromObject({
            file: EventField.fromPath('$.detail.object.key'),
            bytes: EventField.fromPath('$.detail.object.size'),
            from: EventField.fromPath('$.detail.source-ip-address'),
            at: EventField.time,
          }),
        }),
      ],
    });
  }
}
