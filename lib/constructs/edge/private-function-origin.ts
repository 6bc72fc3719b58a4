import {
  FunctionUrlOriginAccessControl,
  Signing,
  type IOrigin,
  type OriginBindConfig,
  type OriginBindOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import type { FunctionUrl } from '../serverless/function-url';
import { patienceFaults, patienceOf, type OriginPatience } from './custom-origin';
import { regionalName } from './regional-name';

/**
 * A function that only one distribution calls, by the function's own URL: CloudFront signs each request, and the function's policy
 * admits the distribution. Who sends a body through it has to send its SHA-256 too, as `x-amz-content-sha256`.
 *
 * @claims edge-function-url-origin
 */
export class PrivateFunctionOrigin implements IOrigin {
  constructor(
    private readonly url: FunctionUrl,
    private readonly patience: OriginPatience = {},
  ) {
    refuse(url, patienceFaults(patience));
  }

  bind(scope: Construct, options: OriginBindOptions): OriginBindConfig {
    const originAccessControl = new FunctionUrlOriginAccessControl(scope, 'AccessControl', {
      originAccessControlName: regionalName(scope, 64),
      signing: Signing.SIGV4_ALWAYS,
    });
    const { functionUrl } = this.url;
    return FunctionUrlOrigin.withOriginAccessControl(functionUrl, {
      originAccessControl,
      ...patienceOf(this.patience),
    }).bind(scope, options);
  }
}
