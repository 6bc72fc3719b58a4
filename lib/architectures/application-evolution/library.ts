import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { wildcardFinding } from '../../constructs/findings';
import type { LogBucket } from '../../constructs/storage/log-bucket';
import { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface LibraryProps {
  readonly logs: LogBucket;
}

/** A bucket whose objects are named after documents. */
export class Library extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { logs }: LibraryProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Objects', {
      accessLogs: logs.bucket,
      accessLogPrefix: `${id.toLowerCase()}/`,
    }).bucket;
  }

  /** Lets somebody read what lies in a folder, and see what there is. */
  grantRead(role: IRole, prefix: string): void {
    this.grant(role, 's3:GetObject', prefix);
    // Without it, S3 answers for what is not there as for what is forbidden.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
  }

  /** Lets somebody write into a folder. */
  grantWrite(role: IRole, prefix: string): void {
    this.grant(role, 's3:PutObject', prefix);
  }

  private grant(role: IRole, action: string, prefix: string): void {
    const objects = this.bucket.arnForObjects(`${prefix}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [objects] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, objects),
      reason:
        'An object is named after its document, whose id is known only when it comes; the folder holds nothing else.',
    });
  }
}
