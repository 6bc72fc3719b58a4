import { isIP } from 'node:net';
import type { CfnDistribution, Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { outsideRange } from '../faults';
import { referent, resolved } from '../network/network-rule';

/** What of an origin is looked at, as the template has it. */
interface RenderedOrigin {
  readonly domainName: unknown;
  readonly customOriginConfig?: { readonly originReadTimeout?: number; readonly originKeepaliveTimeout?: number };
  readonly originAccessControlId?: unknown;
}

type Faults = (string | undefined | false)[];

/**
 * What CloudFront would refuse of a distribution's origins, or could never reach, whoever made them: `customOrigin` and `PrivateS3Origin`
 * make none such, the CDK may.
 *
 * @claims edge-custom-origin, edge-website-endpoint-origin
 */
export function originFaults(distribution: Distribution): Faults {
  const { distributionConfig } = distribution.node.defaultChild as CfnDistribution;
  const { origins } = distributionConfig as CfnDistribution.DistributionConfigProperty;
  return (resolved(distribution, origins) as readonly RenderedOrigin[]).flatMap((origin) =>
    origin.customOriginConfig ? serverFaults(distribution, origin) : bucketFaults(distribution, origin),
  );
}

function serverFaults(distribution: Distribution, { domainName, customOriginConfig = {} }: RenderedOrigin): Faults {
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
}

function bucketFaults(distribution: Distribution, { domainName, originAccessControlId }: RenderedOrigin): Faults {
  if (originAccessControlId === undefined) return [];
  const bucket = referent(distribution, domainName, CfnBucket);
  return [
    bucket?.websiteConfiguration !== undefined &&
      `an origin is ${bucket.node.scope!.node.path} with an access control, and it has a website configuration, whose endpoint is public and knows none; leave the configuration out, or use S3StaticWebsiteOrigin`,
  ];
}
