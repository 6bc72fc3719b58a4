import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuse } from '../faults';

/**
 * The role by which API Gateway writes logs of REST and WebSocket APIs to CloudWatch. There is one for an account and region, so it
 * belongs into a stack of the account, not of an API: an API that set it would take it from all others when it goes. It stays when
 * its stack goes.
 *
 * `aws apigateway get-account` shows whether somebody has set one already.
 *
 * @claims serverless-api-logs-role
 */
export class ApiLogsRole extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const others = this.node.root.node
      .findAll()
      .filter((each): each is ApiLogsRole => each instanceof ApiLogsRole && each !== this && isBeside(each, this));
    refuse(this, [
      ...others.map(
        ({ node }) =>
          `is a second one beside ${node.path}, and an account has one in a region: whichever is deployed last wins; keep one`,
      ),
    ]);
    const role = new Role(this, 'Role', {
      description: 'Lets API Gateway write logs of APIs',
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason:
        'API Gateway checks that the role of an account has what this policy of AWS allows, writing logs and reading their groups, before it takes the role; the role is for all APIs of the account, so no single group could be named.',
    });
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    for (const resource of [role, account]) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}

/** Whether two are of one account and region, as far as the template tells. */
const isBeside = (one: Construct, other: Construct): boolean =>
  Stack.of(one).environment === Stack.of(other).environment;
