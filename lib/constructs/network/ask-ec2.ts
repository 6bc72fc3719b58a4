import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';

/** A call of EC2 that only reads. */
export interface Ec2Question {
  /** Such as `DescribeManagedPrefixLists`. */
  readonly action: string;
  readonly filters: Readonly<Record<string, string>>;
  /** Where in the answer that stands which is wanted: `PrefixLists.0.PrefixListId`. */
  readonly found: string;
}

/** What a question became, for whatever it must wait for. */
export interface Ec2Answer {
  readonly asked: Construct;
  readonly value: string;
}

/**
 * Asks EC2 in the deployment for what differs from account to account or Region to Region, so that synthesis needs neither.
 *
 * @param questions by the ids of the constructs that ask them; all of one action
 */
export function askEc2(scope: Construct, questions: Readonly<Record<string, Ec2Question>>): Ec2Answer[] {
  const logGroup = new LogGroup(scope, 'Logs');
  const actions = [...new Set(Object.values(questions).map(({ action }) => `ec2:${action}`))];
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      Lookup: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions, resources: ['*'] }),
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
        ],
      }),
    },
  });
  const reason =
    'EC2 knows no narrower resource for what it lists; the action only reads, and the helper asks for what is named alone.';
  Validations.of(role).acknowledge(
    { id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'Serverless::Serverless-LambdaStarPermissions', reason },
  );
  const answers = Object.entries(questions).map(([id, { action, filters, found }]) => {
    const asked = new AwsCustomResource(scope, id, {
      onUpdate: {
        service: 'EC2',
        action,
        parameters: { Filters: Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] })) },
        outputPaths: [found],
        physicalResourceId: PhysicalResourceId.of(id),
      },
      role,
      logGroup,
      memorySize: 256,
      installLatestAwsSdk: false,
    });
    return { asked, value: asked.getResponseField(found) };
  });
  acknowledgeHelper(scope);
  return answers;
}

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
