import { isIP } from 'node:net';
import type { CfnDistribution, Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { outsideRange } from '../faults';
import { referent, resolved } from '../network/network-rule';

/** What of a custom origin is looked at, as the template has it. */
interface RenderedOrigin {
  readonly domainName: unknown;
  readonly customOriginConfig?: { readonly originReadTimeout?: number; readonly originKeepaliveTimeout?: number };
}

/**
 * What CloudFront would refuse of a distribution's web servers, or could never reach, whoever made the origin: `customOrigin` makes none such,
 * origins of the CDK may be.
 *
 * @claims edge-custom-origin
 */
export function originFaults(distribution: Distribution): (string | undefined | false)[] {
  const { distributionConfig } = distribution.node.defaultChild as CfnDistribution;
  const { origins } = distributionConfig as CfnDistribution.DistributionConfigProperty;
  return (resolved(distribution, origins) as readonly RenderedOrigin[]).flatMap(
    ({ domainName, customOriginConfig }) => {
      if (customOriginConfig === undefined) return [];
      const { originReadTimeout, originKeepaliveTimeout } = customOriginConfig;
      const balancer = referent(distribution, domainName, CfnLoadBalancer);
      return [
        typeof domainName === 'string' &&
          isIP(domainName) !== 0 &&
          `an origin is ${domainName}, an address, which CloudFront does not take; give a name in public DNS`,
        balancer?.scheme === 'internal' &&
          `an origin is ${balancer.node.scope!.node.path}, which has no public address that CloudFront could reach; use VpcBalancerOrigin`,
        outsideRange('readTimeout of an origin', originReadTimeout, 1, 120, 'seconds'),
        outsideRange('keepaliveTimeout of an origin', originKeepaliveTimeout, 1, 120, 'seconds'),
      ];
    },
  );
}
