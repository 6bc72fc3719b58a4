import { Validations } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Policy, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { wildcardFinding } from '../findings';

/**
 * Lets a role act on one group. The policy stands by itself: whoever waits for the other policy of the role, as the group does for
 * that of its own instances, would wait for itself.
 */
export function grantOnGroup(
  scope: Construct,
  id: string,
  { group, role, actions }: { readonly group: IAutoScalingGroup; readonly role: IRole; readonly actions: string[] },
): void {
  const { autoScalingGroupArn: arn } = group;
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever asks for the grant names it
  const policy = new Policy(scope, id, {
    roles: [role],
    statements: [new PolicyStatement({ actions, resources: [arn] })],
  });
  Validations.of(policy).acknowledge({
    id: wildcardFinding(scope, arn),
    reason:
      'The ARN of a group has a number in it that nobody knows beforehand; its name, which only one group has, stands at the end.',
  });
}
