import { Aws, Stack } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi as HttpApi, CfnStage as HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
import { CfnGraphQLApi } from 'aws-cdk-lib/aws-appsync';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnUserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnVerifiedAccessInstance } from 'aws-cdk-lib/aws-ec2';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IConstruct } from 'constructs';

/** A resource a regional firewall can stand before, or why it cannot. */
export type Guarded = { readonly arn: string } | { readonly fault: string };

/**
 * What a firewall is attached to: an Application Load Balancer, a stage of a REST API, a GraphQL API, a user pool, an App Runner
 * service, a Verified Access instance. Whatever else the CDK would attach it to, the service refuses.
 */
export function guardedBy(construct: IConstruct): Guarded {
  const resource = construct.node.defaultChild ?? construct;
  const fault = (what: string): Guarded => ({ fault: `${construct.node.path} is ${what}` });
  if (resource instanceof CfnLoadBalancer) {
    const { type = 'application' } = resource;
    return type === 'application'
      ? { arn: resource.ref }
      : fault(
          `a ${type} load balancer, which forwards packets and reads no HTTP; put an Application Load Balancer behind it`,
        );
  }
  if (resource instanceof CfnStage) {
    const { partition, region } = Stack.of(resource);
    return { arn: `arn:${partition}:apigateway:${region}::/restapis/${resource.restApiId}/stages/${resource.ref}` };
  }
  if (resource instanceof HttpApi || resource instanceof HttpStage)
    return fault('an HTTP or WebSocket API, which takes no firewall; use a REST API, or put a distribution before it');
  if (resource instanceof CfnDistribution)
    return fault('a distribution, which names its firewall itself; give the firewall to EdgeDistribution');
  if (resource instanceof CfnGraphQLApi) return { arn: resource.attrArn };
  if (resource instanceof CfnUserPool) return { arn: resource.attrArn };
  if (resource instanceof CfnService) return { arn: resource.attrServiceArn };
  if (resource instanceof CfnVerifiedAccessInstance)
    return {
      arn: `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:verified-access-instance/${resource.ref}`,
    };
  return fault(
    'nothing that takes a firewall; give an Application Load Balancer, a REST stage, a GraphQL API, a user pool, an App Runner service or a Verified Access instance',
  );
}
