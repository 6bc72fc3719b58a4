import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  BucketNotificationDestinationType,
  EventType,
  ObjectOwnership,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { notificationInstaller } from '../../constructs/storage/notification-installer';

export interface UploadsProps {
  /** Where access logs go. */
  readonly accessLogs: IBucket;
}

/** What the key of an upload begins with; nothing else in the bucket is announced. */
export const uploadPrefix = 'uploads/';
/** What the key of a video ends with, in small or in capital letters. */
export const videoSuffixes: readonly string[] = ['.mp4', '.mov', '.mkv', '.webm'];

/**
 * Where videos arrive: a private bucket that keeps every version, so that a job always finds the video it was made for, and
 * announces new videos.
 */
export class Uploads extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: UploadsProps) {
    super(scope, id);
    const installer = notificationInstaller(this);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: 'uploads/',
      notificationsHandlerRole: installer.given,
    });
    installer.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:PutBucketNotification'], resources: [this.bucket.bucketArn] }),
    );
  }

  /** Announces every new video on a topic, and nothing else that happens in the bucket. */
  announceOn(notices: NoticeTopic): void {
    notices.admit('s3.amazonaws.com', this.bucket.bucketArn);
    const destination = {
      bind: () => ({
        arn: notices.topic.topicArn,
        type: BucketNotificationDestinationType.TOPIC,
        // With its policy: S3 asks at once whether it may publish.
        dependencies: [notices.topic],
      }),
    };
    for (const suffix of videoSuffixes.flatMap((each) => [each, each.toUpperCase()])) {
      this.bucket.addEventNotification(EventType.OBJECT_CREATED, destination, { prefix: uploadPrefix, suffix });
    }
  }
}
