import { Token } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { refuse } from '../faults';
import type { PrivateBucket } from './private-bucket';

export interface AdmittedReplicas {
  /** The role that another account's `ObjectReplication` acts as; it belongs to the source's account. */
  readonly roleArn: string;
  /**
   * Whether it hands the copies over to this account. Without, the source's account could keep this one from reading what it stores and
   * pays.
   * @default true
   */
  readonly transferOwnership?: boolean;
}

/**
 * Lets the role of another account write copies into a bucket: by the bucket's policy, and by that of its customer key. The other account
 * needs the role's own permissions besides.
 *
 * @claims storage-replication-cross-account, storage-replication-owner
 */
export function admitReplicas(
  destination: PrivateBucket,
  { roleArn, transferOwnership = true }: AdmittedReplicas,
): void {
  const { bucket, key } = destination;
  refuse(destination, [
    !Token.isUnresolved(roleArn) &&
      !/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(roleArn) &&
      `roleArn is ${roleArn}; give the ARN of one role, not of an account, whose other roles would write here too`,
  ]);
  const principals = [new ArnPrincipal(roleArn)];
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: [
        's3:ReplicateObject',
        's3:ReplicateDelete',
        's3:ReplicateTags',
        ...(transferOwnership ? ['s3:ObjectOwnerOverrideToBucketOwner'] : []),
      ],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({ principals, actions: ['s3:GetBucketVersioning'], resources: [bucket.bucketArn] }),
  );
  key?.addToResourcePolicy(
    new PolicyStatement({ principals, actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: ['*'] }),
  );
}
