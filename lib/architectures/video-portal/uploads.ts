import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ObjectCors } from '../../constructs/storage/object-cors';
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
    this.bucket = new PrivateBucket(this, 'Inbox', {
      accessLogs,
      accessLogPrefix: 'uploads/',
      lifecycleRules: [{ id: 'Worked', prefix: uploadPrefix, expiration: kept }],
      tellsEventBridge: true,
      cors: ObjectCors.from({
        // The page's own name cannot stand here: its policy names the bucket already, and CloudFormation makes no circles. What
        // counts is the signature, and browsers send none by themselves.
        origins: ['https://*.cloudfront.net'],
        methods: ['PUT'],
        headers: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
        maxAge: Duration.hours(1),
      }),
    }).bucket;
  }
}
