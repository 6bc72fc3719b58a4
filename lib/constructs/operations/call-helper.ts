import { Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { Function, SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { AwsCustomResource } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { refuse } from '../faults';

/**
 * The role and the logs of the one function of the CDK that makes calls for custom resources in a stack. The function takes the role
 * of the first that asks for it; all who ask for this helper share it, and each adds what its own calls need.
 */
export class CallHelper extends Construct {
  /**
   * The helper of the stack of a construct.
   *
   * @param id what it is called in the stack, of which the names of its resources are made
   */
  static of(scope: Construct, id: string): CallHelper {
    const stack = Stack.of(scope);
    const known = stack.node.tryFindChild(id) as CallHelper | undefined;
    return known ?? new CallHelper(stack, id);
  }

  readonly role: IRole;
  readonly logs: ILogGroup;
  private acknowledged = false;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs');
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logs.grants.write(this.role);
    this.logs = logs;
  }

  /** Answers the findings about the function itself, which the CDK makes with the first call. */
  acknowledge(call: AwsCustomResource): void {
    if (this.acknowledged) return;
    this.acknowledged = true;
    const provider = call.node.findAll().find((node) => node instanceof SingletonFunction)!;
    const made = Stack.of(this).node.tryFindChild(provider.constructName)!;
    refuse(call, [
      made instanceof Function &&
        made.role !== this.role &&
        'the function that makes such calls in this stack has the role of another helper already, which lacks what this call needs; put one of the two into a stack of its own',
    ]);
    Validations.of(made).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'CloudFormation calls this function and waits for its answer, and fails the deployment without one; a dead letter would tell nobody more.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'The CDK makes this helper and offers no tracing for it; it makes one call at a deployment, whose outcome CloudFormation shows.',
      },
    );
  }
}
