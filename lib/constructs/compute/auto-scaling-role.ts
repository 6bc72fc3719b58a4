import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * The role Auto Scaling acts with in this account, for the policy of a key.
 *
 * It is named by a condition because a policy that names it as its principal is refused in an account that has never had an
 * Auto Scaling group, where the role does not exist yet.
 */
function autoScalingRole(): IPrincipal {
  return new AnyPrincipal().withConditions({
    ArnEquals: {
      'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    },
  });
}

/** Lets Auto Scaling publish to topics under the key; without it the group cannot even be created. */
export function allowNotices(key: IKey): void {
  key.grant(autoScalingRole(), 'kms:Decrypt', 'kms:GenerateDataKey*');
}

/**
 * Lets Auto Scaling start instances whose volumes are under the key, and hand the key on to EC2 for them.
 *
 * @claims compute-ebs-encryption
 */
export function allowVolumes(key: IKey): void {
  const role = autoScalingRole();
  key.grant(role, 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey');
  key.addToResourcePolicy(
    new PolicyStatement({
      actions: ['kms:CreateGrant'],
      principals: [role],
      resources: ['*'],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': true } },
    }),
  );
}
