import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { refuse } from '../faults';

export interface PeeringNamesProps {
  /** The peering connection, `pcx-…`; it must be accepted. */
  readonly peeringId: string;
  /**
   * Whose resolvers shall give private addresses. A side in another Region or account is set there, in a stack of its own.
   * @default - both
   */
  readonly sides?: readonly ('requester' | 'accepter')[];
}

/**
 * Lets the public host names of the other side of a peering resolve to private addresses, so that what talks to a host by its
 * public name goes through the peering and not over the internet.
 *
 * CloudFormation has no property for it, so a custom resource asks EC2, and takes it back when this construct goes.
 *
 * @claims network-peering-dns
 */
export class PeeringNames extends Construct {
  constructor(scope: Construct, id: string, props: PeeringNamesProps) {
    super(scope, id);
    const { peeringId, sides = ['requester', 'accepter'] } = props;
    refuse(this, [sides.length === 0 && 'sides are none; name requester, accepter or both']);
    const ask = (allowed: boolean) => ({
      service: 'EC2',
      action: 'modifyVpcPeeringConnectionOptions',
      parameters: {
        VpcPeeringConnectionId: peeringId,
        ...(sides.includes('requester') && {
          RequesterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
        }),
        ...(sides.includes('accepter') && {
          AccepterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
        }),
      },
      physicalResourceId: PhysicalResourceId.of(peeringId),
    });
    const helper = PeeringHelper.of(this);
    const options = new AwsCustomResource(this, 'Options', {
      resourceType: 'Custom::VpcPeeringOptions',
      onUpdate: ask(true),
      onDelete: { ...ask(false), ignoreErrorCodesMatching: 'InvalidVpcPeeringConnection' },
      installLatestAwsSdk: false,
      role: helper.role,
      logGroup: helper.logs,
      memorySize: 256,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: ['ec2:ModifyVpcPeeringConnectionOptions'],
          resources: [
            Stack.of(this).formatArn({
              service: 'ec2',
              resource: 'vpc-peering-connection',
              resourceName: peeringId,
            }),
          ],
        }),
      ]),
    });
    helper.acknowledge(options);
  }
}

/** The role and the logs of the one function of the CDK that makes these calls in a stack. */
class PeeringHelper extends Construct {
  static of(scope: Construct): PeeringHelper {
    const stack = Stack.of(scope);
    const known = stack.node.tryFindChild('PeeringHelper') as PeeringHelper | undefined;
    return known ?? new PeeringHelper(stack, 'PeeringHelper');
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
  acknowledge(options: AwsCustomResource): void {
    if (this.acknowledged) return;
    this.acknowledged = true;
    const provider = options.node.findAll().find((node) => node instanceof SingletonFunction)!;
    const made = Stack.of(this).node.tryFindChild(provider.constructName)!;
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
