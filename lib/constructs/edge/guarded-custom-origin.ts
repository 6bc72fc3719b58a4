import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { AppLoadBalancer } from '../compute/app-load-balancer';
import { refuse } from '../faults';
import { customOrigin, patienceOf, type OriginPatience } from './custom-origin';
import type { OriginGuard } from './origin-guard';

export interface GuardedCustomOriginProps extends OriginPatience {
  /** A balancer with public addresses whose exposure is `guard.exposure`. Give it no `targets`, and every rule `guard.condition`. */
  readonly loadBalancer: AppLoadBalancer;
  readonly guard: OriginGuard;
  /**
   * A name in public DNS that leads to the balancer and that its certificate covers; needed for TLS, as no certificate covers
   * the balancer's own name.
   * @default - the balancer's own name, in plain HTTP
   */
  readonly domainName?: string;
  /**
   * Whether requests, and the secret with them, go from CloudFront to the balancer in plain HTTP. For trying things without a
   * domain.
   * @default false
   */
  readonly allowPlainOriginLeg?: boolean;
}

/**
 * A load balancer on the internet that answers one distribution alone: it admits CloudFront's addresses, and of those only who
 * knows the secret.
 *
 * @claims edge-custom-origin, edge-origin-secret-header, edge-origin-prefix-list, edge-two-tls-legs
 */
export class GuardedCustomOrigin extends Construct {
  readonly origin: IOrigin;

  constructor(scope: Construct, id: string, props: GuardedCustomOriginProps) {
    super(scope, id);
    const { loadBalancer, guard, domainName, allowPlainOriginLeg = false } = props;
    const { exposure, transport, node } = loadBalancer;
    refuse(this, [
      !exposure.isPublic &&
        `loadBalancer is ${node.path}, which has no public address that CloudFront could reach; use VpcBalancerOrigin`,
      exposure.isPublic &&
        !exposure.from.includes(guard.peer) &&
        `loadBalancer is ${node.path}, which admits others than CloudFront; give it exposure: guard.exposure`,
      ...transportFaults(props),
    ]);
    this.origin = customOrigin(this, {
      domainName: domainName ?? loadBalancer.loadBalancer.loadBalancerDnsName,
      guard,
      allowPlainOriginLeg: allowPlainOriginLeg && !transport.isTls,
      ...patienceOf(props),
    });
  }
}

/** Whether the way from CloudFront to a balancer is what its props say. */
export function transportFaults({
  loadBalancer: { transport, node },
  domainName,
  allowPlainOriginLeg = false,
}: Pick<GuardedCustomOriginProps, 'loadBalancer' | 'domainName' | 'allowPlainOriginLeg'>): (string | false)[] {
  return [
    !transport.isTls &&
      !allowPlainOriginLeg &&
      `loadBalancer is ${node.path}, which has no certificate, so that requests would go to it in plain HTTP; give it Transport.tls(…), or set allowPlainOriginLeg`,
    transport.isTls &&
      allowPlainOriginLeg &&
      'allowPlainOriginLeg is set although the balancer has a certificate; leave it out',
    transport.isTls &&
      domainName === undefined &&
      'domainName is not given; name the balancer by a name that its certificate covers, or CloudFront refuses the certificate',
    transport.isTls &&
      transport.redirects &&
      'the balancer opens port 80 to redirect, which CloudFront never asks, and the list of its addresses counts 55 rules for each port of the 60 a group may have; give its Transport redirect: false',
  ];
}
