import type { IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EndpointAllowance } from '../../constructs/network/endpoint-policy';
import { EndpointLockedBucket } from '../../constructs/storage/endpoint-locked-bucket';
import { LogBucket } from '../../constructs/storage/log-bucket';

export interface VaultProps {
  /** The only way to it. */
  readonly onlyThrough: IVpcEndpoint;
}

/** A bucket for what must not leave: it is reached through one endpoint, and who asked is on record. */
export class Vault extends Construct {
  readonly bucket: IBucket;
  /** Where the record of its requests is. */
  readonly accessLogs: IBucket;
  /** What the endpoint must let through for its users. */
  readonly uses: readonly EndpointAllowance[];

  constructor(scope: Construct, id: string, { onlyThrough }: VaultProps) {
    super(scope, id);
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });
    const { bucket } = new EndpointLockedBucket(this, 'Bucket', {
      onlyThrough,
      accessLogs,
      accessLogPrefix: 'vault/',
    });
    this.bucket = bucket;
    this.accessLogs = accessLogs;
    this.uses = [
      { actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects('*')] },
      { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
    ];
  }
}
