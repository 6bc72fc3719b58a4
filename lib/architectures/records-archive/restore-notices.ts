import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EventRoute } from '../../constructs/messaging/event-route';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { RouteTarget } from '../../constructs/messaging/route-target';
import { Subscriber } from '../../constructs/messaging/subscriber';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';

export interface RestoreNoticesProps {
  readonly alarms: AlarmTopic;
  /** The bucket whose archived objects are restored; it tells EventBridge. */
  readonly bucket: IBucket;
  /**
   * Who is mailed.
   * @default - nobody, until somebody subscribes to the topic
   */
  readonly email: string | undefined;
}

/**
 * Tells whoever waits for an archived record that its restore has begun, and hours later that it can be read.
 *
 * @claims storage-restore-job
 */
export class RestoreNotices extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { alarms, bucket, email }: RestoreNoticesProps) {
    super(scope, id);
    const failures = new FailureQueue(this, 'Failures', { alarms, takesUndelivered: email !== undefined });
    const notices = new NoticeTopic(this, 'Notices', { alarms });
    this.topic = notices.topic;
    if (email !== undefined) notices.subscribe('Mail', Subscriber.email(email, failures.queue));
    const field = (path: string) => EventField.fromPath(path);
    new EventRoute(this, 'Route', {
      description: 'What becomes of restores',
      alarms,
      failures,
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Restore Initiated', 'Object Restore Completed'],
        detail: { bucket: { name: [bucket.bucketName] } },
      },
      targets: [
        RouteTarget.topic(notices, {
          input: RuleTargetInput.fromText(
            `${field('$.detail-type')}: s3://${field('$.detail.bucket.name')}/${field('$.detail.object.key')}`,
          ),
        }),
      ],
    });
  }
}
