import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * The role by which the CDK's helper function sets up the notifications of buckets: one in a stack, because there is one helper,
 * which takes the role of the first bucket for all. By itself the CDK would give it a broad policy of AWS.
 *
 * The buckets add what it may do to theirs.
 */
export function notificationInstaller(scope: Construct): { readonly role: IRole; readonly given: IRole } {
  const stack = Stack.of(scope);
  const installer =
    (stack.node.tryFindChild('NotificationInstaller') as Installer | undefined) ??
    new Installer(stack, 'NotificationInstaller');
  return { role: installer.role, given: installer.given };
}

class Installer extends Construct {
  readonly role: IRole;
  /** The same, to which the helper can add nothing. */
  readonly given: IRole;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Sets up the notifications of buckets of this stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.role = role;
    this.given = role.withoutPolicyUpdates();
  }
}
