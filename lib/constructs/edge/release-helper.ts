import { Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The role and the logs of the one function of the CDK that makes all releases of a stack. */
export class ReleaseHelper extends Construct {
  static of(scope: Construct): ReleaseHelper {
    const stack = Stack.of(scope);
    return (
      (stack.node.tryFindChild('ReleaseHelper') as ReleaseHelper | undefined) ??
      new ReleaseHelper(stack, 'ReleaseHelper')
    );
  }

  /** In MiB; the CDK has one function for each size. */
  readonly memory = 512;
  readonly role: IRole;
  /** The same role to the CDK, which would give it more than it needs. */
  readonly asIs: IRole;
  readonly logs: ILogGroup;
  private acknowledged = false;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logs = new LogGroup(this, 'Logs');
    logs.grants.write(role);
    this.role = role;
    this.asIs = role.withoutPolicyUpdates();
    this.logs = logs;
  }

  /** Answers the findings about the function itself, which the CDK makes with the first release. */
  acknowledge(): void {
    if (this.acknowledged) return;
    this.acknowledged = true;
    const stack = Stack.of(this);
    const helper = stack.node.children.find(
      ({ node }) => node.id.startsWith('Custom::CDKBucketDeployment') && node.id.endsWith(`${this.memory}MiB`),
    )!;
    const runtime =
      'The CDK fixes the runtime of this helper of its own to the Python that its AWS CLI layer is built for; python3.13 is supported until 2029, and a newer CDK brings a newer one.';
    Validations.of(helper).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-L1', reason: runtime },
      { id: 'Serverless::Serverless-LambdaLatestVersion', reason: runtime },
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'CloudFormation calls this helper and waits for its answer: a failure fails the deployment and is shown there, so that a dead-letter queue would hold nothing new.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'It runs a few times in a deployment and does its work in a process of the AWS CLI, into which no trace leads; its log group tells every step.',
      },
    );
  }
}
