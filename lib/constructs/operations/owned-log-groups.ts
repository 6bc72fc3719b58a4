import { CfnResource, type IAspect } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the CDK's own helper functions (bucket emptying, default-group lockdown) log groups that belong to the stack.
 *
 * They are made below the level of `lambda.Function` and name none, so that Lambda would make one on their first run, which
 * never expires and stays behind when the stack is gone.
 */
export class OwnedLogGroups implements IAspect {
  visit(node: IConstruct): void {
    if (
      !CfnResource.isCfnResource(node) ||
      node.cfnResourceType !== 'AWS::Lambda::Function' ||
      node instanceof CfnFunction
    )
      return;
    const provider = node.node.scope!;
    if (provider.node.tryFindChild('Logs')) return;
    node.addPropertyOverride('LoggingConfig', { LogGroup: new LogGroup(provider, 'Logs').logGroupName });
  }
}
