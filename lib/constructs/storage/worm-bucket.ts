import { Validations } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  PolicyStatement,
  Role,
  type IPrincipal,
  type IRole,
} from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { wildcardFinding } from '../findings';
import type { ObjectRetention } from './object-retention';
import { ObjectVersions } from './object-versions';
import { PrivateBucket, type PrivateBucketProps } from './private-bucket';

export interface WormBucketProps extends Omit<PrivateBucketProps, 'retention'> {
  /** For how long a version can be deleted by nobody, unless it says itself for how long. */
  readonly retention: ObjectRetention;
  /**
   * Who may become an officer, who overrides governance mode, and a custodian, who puts holds on versions and takes them off.
   * @default - whomever policies of this account let
   */
  readonly trusted?: IPrincipal;
}

/**
 * A bucket that is written once and read many times: no version in it can be deleted or changed before its time is over. A delete or an
 * overwrite still seems to work, but what was there stays below it.
 *
 * Object Lock needs versions, and neither can ever be switched off again. The bucket is never emptied by a program on destroy: that
 * would fail at the first locked version.
 *
 * @claims storage-object-lock, storage-object-lock-compliance, storage-object-lock-governance, storage-object-lock-legal-hold,
 * storage-object-lock-default
 */
export class WormBucket extends Construct {
  readonly bucket: IBucket;
  /** Whoever carries it may delete a retained version; only in governance mode is there such a person. */
  readonly officer?: IRole;
  /** Whoever carries it may put a legal hold on a version and take it off, and do nothing else. */
  readonly custodian: IRole;

  constructor(scope: Construct, id: string, { retention, trusted, ...bucketProps }: WormBucketProps) {
    super(scope, id);
    const { versions = ObjectVersions.kept() } = bucketProps;
    const assumedBy = trusted ?? new AccountRootPrincipal();
    this.bucket = new PrivateBucket(this, 'Records', { ...bucketProps, versions, retention }).bucket;
    const { bucket } = this;

    this.custodian = this.mayDo(
      new Role(this, 'Custodian', {
        description: `Puts legal holds on versions of ${this.node.path} and takes them off`,
        assumedBy,
      }),
      ['s3:GetObjectLegalHold', 's3:PutObjectLegalHold'],
    );
    if (retention.mode === 'COMPLIANCE') return;
    this.officer = this.mayDo(
      new Role(this, 'Officer', {
        description: `Overrides the retention of versions of ${this.node.path}`,
        assumedBy,
      }),
      ['s3:BypassGovernanceRetention', 's3:DeleteObjectVersion', 's3:GetObjectRetention', 's3:PutObjectRetention'],
    );
    // An administrator has the permission too, by s3:*; it counts only when it is somebody's office.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:BypassGovernanceRetention'],
        resources: [bucket.arnForObjects('*')],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': this.officer.roleArn } },
      }),
    );
  }

  /** Lets a role find versions, and do this to any of them. */
  private mayDo(role: Role, actions: string[]): Role {
    const all = this.bucket.arnForObjects('*');
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [this.bucket.bucketArn] }),
    );
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [all] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, all),
      reason:
        'Which versions are at stake is decided case by case; the role may touch this one bucket, and read no record in it.',
    });
    return role;
  }
}
