import { Aws, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** A role AWS Backup does its work with, by the policy AWS keeps for that work. */
export function backupRole(
  scope: Construct,
  id: string,
  description: string,
  policy: 'AWSBackupServiceRolePolicyForBackup' | 'AWSBackupServiceRolePolicyForRestores',
): Role {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever asks for the role names it
  const role = new Role(scope, id, {
    description,
    assumedBy: new ServicePrincipal('backup.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(`service-role/${policy}`)],
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${policy}]`,
    reason:
      'What AWS Backup needs differs for each of a dozen services and grows with them; AWS keeps the list of it in this policy, and only AWS Backup may assume the role.',
  });
  return role;
}
