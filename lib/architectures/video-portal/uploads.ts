import { Duration } from 'aws-cdk-lib';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

/** What the key of an upload begins with; then comes the id of whoever uploads, and then a name. */
export const uploadPrefix = 'uploads/';
/** For how long an upload is kept: what was made of it stays. */
const kept = Duration.days(7);

export interface UploadsProps {
  /** Where access logs go. */
  readonly accessLogs: IBucket;
}

/** Where people put videos, each below an id that only they have. EventBridge is told of each, and nobody reads them but MediaConvert. */
export class Uploads extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { accessLogs }: UploadsProps) {
    super(scope, id);
    const { bucket } = new PrivateBucket(this, 'Inbox', {
      accessLogs,
      accessLogPrefix: 'uploads/',
      lifecycleRules: [{ id: 'Worked', prefix: uploadPrefix, expiration: kept }],
    });
    const resource = bucket.node.defaultChild as CfnBucket;
    // By its own property, where the CDK would have a function of its own set it.
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    // Any page may ask: what counts is the signature, and browsers send none by themselves.
    resource.corsConfiguration = {
      corsRules: [
        {
          allowedMethods: ['PUT'],
          allowedOrigins: ['*'],
          allowedHeaders: [
            'authorization',
            'content-type',
            'x-amz-content-sha256',
            'x-amz-date',
            'x-amz-security-token',
          ],
          maxAge: 3600,
        },
      ],
    };
    this.bucket = bucket;
  }
}
