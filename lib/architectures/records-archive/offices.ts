import { Validations } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { wildcardFinding } from '../../constructs/findings';

export interface OfficesProps {
  readonly records: IBucket;
  readonly ledger: IBucket;
}

/** Who works with records from day to day. Policies of the account say who may take which role. */
export class Offices extends Construct {
  /** Puts and reads, and deletes nothing for good. */
  readonly clerk: IRole;
  /** Brings back what was deleted or archived, and deletes versions for good. */
  readonly keeper: IRole;

  constructor(scope: Construct, id: string, { records, ledger }: OfficesProps) {
    super(scope, id);
    const assumedBy = new AccountRootPrincipal();
    const clerk = new Role(this, 'Clerk', { description: 'Puts and reads records', assumedBy });
    const keeper = new Role(this, 'Keeper', {
      description: 'Brings records back from deletion and archives, and deletes versions for good',
      assumedBy,
    });
    may(clerk, records, ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject']);
    // A longer retention than the bucket's is said with the upload; a shorter one is the officer's.
    may(clerk, ledger, ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectRetention']);
    may(keeper, records, ['s3:GetObject', 's3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:RestoreObject']);
    this.clerk = clerk;
    this.keeper = keeper;
  }
}

/** Lets a role see what there is in a bucket, and do this to any of it. */
function may(role: Role, bucket: IBucket, actions: string[]): void {
  const all = bucket.arnForObjects('*');
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucket.bucketArn] }),
  );
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [all] }));
  Validations.of(role).acknowledge({
    id: wildcardFinding(role, all),
    reason: 'Records are named when they come; the role is for this bucket and for these actions alone.',
  });
}
