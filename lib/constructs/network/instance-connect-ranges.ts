import { Stack, Validations } from 'aws-cdk-lib';
import { Peer, type IPeer } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

/**
 * The addresses from which EC2 Instance Connect opens SSH: the prefix lists that AWS keeps for it in each Region, one for
 * IPv4 and one for IPv6. They have another id in every Region, so the deployment asks for them by name.
 *
 * @claims network-connect-public
 */
export class InstanceConnectRanges extends Construct {
  /** The lists as the other side of security group rules, IPv4 first. */
  readonly peers: readonly IPeer[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs');
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Lookup: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['ec2:DescribeManagedPrefixLists'], resources: ['*'] }),
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    const reason =
      'EC2 knows no narrower resource for the listing of prefix lists; the action only reads, and the helper asks for two names.';
    Validations.of(role).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason },
      { id: 'Serverless::Serverless-LambdaStarPermissions', reason },
    );
    const { region } = Stack.of(this);
    const id4 = this.lookup('Ipv4', `com.amazonaws.${region}.ec2-instance-connect`, role, logGroup);
    const id6 = this.lookup('Ipv6', `com.amazonaws.${region}.ipv6.ec2-instance-connect`, role, logGroup);
    this.peers = [Peer.prefixList(id4), Peer.prefixList(id6)];
    acknowledgeHelper(this);
  }

  private lookup(id: string, name: string, role: IRole, logGroup: ILogGroup): string {
    return new AwsCustomResource(this, id, {
      onUpdate: {
        service: 'EC2',
        action: 'DescribeManagedPrefixLists',
        parameters: { Filters: [{ Name: 'prefix-list-name', Values: [name] }] },
        outputPaths: [found],
        physicalResourceId: PhysicalResourceId.of(id),
      },
      role,
      logGroup,
      memorySize: 256,
      installLatestAwsSdk: false,
    }).getResponseField(found);
  }
}

const found = 'PrefixLists.0.PrefixListId';

/** Answers the findings about the one function of the CDK that makes such calls for a stack. */
function acknowledgeHelper(scope: Construct): void {
  const helper = Stack.of(scope).node.findChild(`AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`);
  Validations.of(helper).acknowledge(
    {
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'CloudFormation calls this helper and waits for its answer: a failure fails the deployment and is shown there, so that a dead-letter queue would hold nothing new.',
    },
    {
      id: 'Serverless::Serverless-LambdaTracing',
      reason:
        'It makes one call to EC2 in a deployment and its log group holds question and answer; a trace would show the same call once more.',
    },
  );
}
