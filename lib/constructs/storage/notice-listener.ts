import { Aws, Token } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BucketNotificationDestinationType,
  type BucketNotificationDestinationConfig,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { NoticeTopic } from '../messaging/notice-topic';

const service = 's3.amazonaws.com';

/** Who hears of objects from S3 itself, besides a function, for which there is `FileTrigger`. */
export class NoticeListener {
  /** A standard topic; its key and its policy are told to take news of the bucket. */
  static topic(notices: NoticeTopic): NoticeListener {
    return new NoticeListener(
      [
        notices.topic.fifo &&
          `is the FIFO topic ${notices.node.path}, to which S3 does not publish; give a standard topic, or have EventBridge tell a FIFO queue`,
      ],
      ({ bucketArn }) => ({
        arn: notices.topic.topicArn,
        type: BucketNotificationDestinationType.TOPIC,
        dependencies: [notices.admit(service, bucketArn)],
      }),
    );
  }

  /** A standard queue under SSE-SQS or a customer key made here. */
  static queue(queue: IQueue): NoticeListener {
    return new NoticeListener(
      [
        queue.fifo &&
          `is the FIFO queue ${queue.node.path}, to which S3 does not send; give a standard queue, or have EventBridge tell this one`,
        (queue.encryptionType === QueueEncryption.KMS_MANAGED || managedBySqs(queue)) &&
          `is the queue ${queue.node.path} under the AWS-managed key, which does not admit S3; encrypt it with a customer key or SSE-SQS`,
      ],
      (bucket) => {
        admitToKey(queue);
        const { policyDependable } = queue.addToResourcePolicy(
          new PolicyStatement({
            principals: [onBehalfOf(bucket)],
            actions: ['sqs:SendMessage'],
            resources: [queue.queueArn],
          }),
        );
        return {
          arn: queue.queueArn,
          type: BucketNotificationDestinationType.QUEUE,
          ...(policyDependable && { dependencies: [policyDependable] }),
        };
      },
    );
  }

  private constructor(
    private readonly kindFaults: readonly (string | false)[],
    /** Lets S3 in on behalf of a bucket. */
    readonly bind: (bucket: IBucket) => BucketNotificationDestinationConfig,
  ) {}

  /** What is wrong with it, as ends of a sentence. */
  faults(): string[] {
    return this.kindFaults.filter((fault): fault is string => Boolean(fault));
  }
}

const onBehalfOf = ({ bucketArn }: IBucket): ServicePrincipal =>
  new ServicePrincipal(service, {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': bucketArn } },
  });

/** Not for one bucket alone: a bucket may stand under the same key, and CloudFormation makes no circles. */
function admitToKey({ encryptionMasterKey: key }: IQueue): void {
  key?.addToResourcePolicy(
    new PolicyStatement({
      principals: [
        new ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
      ],
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      resources: ['*'],
    }),
  );
}

const managedBySqs = ({ encryptionMasterKey: key }: IQueue): boolean =>
  key !== undefined && !Token.isUnresolved(key.keyArn) && key.keyArn.endsWith(':alias/aws/sqs');
