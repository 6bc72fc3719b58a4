import { Validations } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { wildcardFinding } from '../../constructs/findings';
import type { PrivateBucket } from '../../constructs/storage/private-bucket';

export interface ObjectRoleProps {
  readonly description: string;
  /** Whose objects it works with; it sees what there is. */
  readonly of: PrivateBucket;
  /** What it may do to any of them. */
  readonly may: readonly string[];
}

/** A role for people who work with the objects of one bucket. Policies of the account say who may take it. */
export function objectRole(
  scope: Construct,
  id: string,
  { description, of: { bucket, key }, may }: ObjectRoleProps,
): IRole {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever asks for the role names it
  const role = new Role(scope, id, { description, assumedBy: new AccountRootPrincipal() });
  const all = bucket.arnForObjects('*');
  role.addToPolicy(
    new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [bucket.bucketArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: [...may], resources: [all] }));
  if (key) {
    const actions = ['kms:Decrypt', ...(may.includes('s3:PutObject') ? ['kms:GenerateDataKey'] : [])];
    role.addToPolicy(new PolicyStatement({ actions, resources: [key.keyArn] }));
  }
  Validations.of(role).acknowledge({
    id: wildcardFinding(role, all),
    reason: 'Documents are named when they come; the role is for this bucket and for these actions alone.',
  });
  return role;
}
