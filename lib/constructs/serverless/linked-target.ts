import { Fn } from 'aws-cdk-lib';
import { ConnectionType, HttpIntegration, VpcLink } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnLoadBalancer,
  type IApplicationLoadBalancer,
  type INetworkLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { outsideRange } from '../faults';
import type { ApiLink } from './api-link';
import { cached } from './function-target';
import { waitFaults, waitOf, type ApiTargetOptions, type TargetKind } from './target-kind';

export interface LinkedTargetOptions extends ApiTargetOptions {
  /** An internal load balancer that lets the link in. */
  readonly balancer: IApplicationLoadBalancer | INetworkLoadBalancer;
  /**
   * The port of its listener.
   * @default 80
   */
  readonly port?: number;
  /** What stands behind it, such as `/orders/{orderId}`; API Gateway puts the stage in front of it. */
  readonly path: string;
}

/** A load balancer without public addresses gets the request as it is. */
export const linked = (link: ApiLink, method: string, options: LinkedTargetOptions): TargetKind => {
  const { balancer, path, port = 80 } = options;
  const names = [...path.matchAll(/\{([A-Za-z0-9]+)\}/g)].map(([, name]) => name);
  const fromPath = names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]);
  return {
    statuses: [],
    parameters: names.map((name) => `method.request.path.${name}`),
    faults: ({ endpoint }) => [
      !path.startsWith('/') && `path is "${path}"; begin it with a slash, such as /orders/{orderId}`,
      outsideRange('port', port, 1, 65_535),
      facesInternet(balancer) &&
        `balancer is ${balancer.node.path}, which has public addresses, so that everybody could pass the API by; give an internal one`,
      ...waitFaults(options, endpoint),
    ],
    bind: ({ place, cacheKey }) =>
      new HttpIntegration(Fn.join('', [`http://${balancer.loadBalancerDnsName}:${port}`, path]), {
        proxy: true,
        httpMethod: method,
        options: {
          connectionType: ConnectionType.VPC_LINK,
          // The CDK's own link to REST APIs is of the first version; of this one it needs the id.
          vpcLink: VpcLink.fromVpcLinkId(place(), 'Link', link.link.vpcLinkId),
          timeout: waitOf(options),
          ...(names.length > 0 && { requestParameters: Object.fromEntries(fromPath) as Record<string, string> }),
          ...cached(cacheKey),
        },
      }),
    finish: (resource) =>
      resource.addPropertyOverride('Integration.IntegrationTarget', resource.stack.resolve(balancer.loadBalancerArn)),
  };
};

/** Known of balancers of this app only. */
const facesInternet = ({ node: { defaultChild } }: LinkedTargetOptions['balancer']): boolean =>
  defaultChild instanceof CfnLoadBalancer && defaultChild.scheme === 'internet-facing';
