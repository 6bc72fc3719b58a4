import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Refuses a deployment to one Region, for a stack that may be deployed to any. */
export function deployedElsewhere(scope: Construct, id: string, region: string, description: string): void {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- whoever refuses names it
  new CfnRule(scope, id, {
    assertions: [{ assert: Fn.conditionNot(Fn.conditionEquals(Aws.REGION, region)), assertDescription: description }],
  });
}
