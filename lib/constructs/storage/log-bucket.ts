import { Duration, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';

export interface LogBucketProps {
  /**
   * After how long a log is deleted, 1 day to 10 years.
   * @default Duration.days(90)
   */
  readonly expiration?: Duration;
  /**
   * Whether the writer still uses access control lists, as standard CloudFront logs do.
   * @default false
   */
  readonly writtenWithAcl?: boolean;
  /**
   * Whether buckets of the same stack write their access logs here. The rule packs then see for themselves what this bucket
   * is for, and the acknowledgement that says so would be stale.
   * @default false
   */
  readonly writtenByBuckets?: boolean;
}

/**
 * Where access logs of other resources go: private, encrypted with the only kind of key every log writer accepts (SSE-S3),
 * TLS only, and emptied by time.
 *
 * @claims storage-access-log-bucket
 */
export class LogBucket extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: LogBucketProps = {}) {
    super(scope, id);
    const { expiration = Duration.days(90), writtenWithAcl = false } = props;
    refuse(this, [outsideDuration('expiration', expiration, Duration.days(1), Duration.days(3653))]);

    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: writtenWithAcl ? ObjectOwnership.BUCKET_OWNER_PREFERRED : ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    if (props.writtenByBuckets) return;
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'This bucket is where access logs end up; logging the delivery of logs would fill it with records about itself.',
    });
  }
}
