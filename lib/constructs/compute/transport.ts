import { Stack, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SslPolicy } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { certificateRegion } from '../certificate-region';

export interface TlsOptions {
  /** The certificate clients get that name no other; of the balancer's region. */
  readonly certificate: ICertificate;
  /**
   * Further certificates, chosen by the name a client asks for; at most 25, unless `quotaRaised`.
   * @default - none
   */
  readonly more?: readonly ICertificate[];
  /**
   * Whether the quota of 25 further certificates was raised for the account.
   * @default false
   */
  readonly quotaRaised?: boolean;
  /**
   * Protocols and ciphers; TLS 1.2 or newer unless `legacyClients` says why not.
   * @default SslPolicy.TLS13_12_PQ
   */
  readonly policy?: SslPolicy;
  /**
   * Which clients cannot do TLS 1.2; permits policies that still take TLS 1.0 or 1.1.
   * @default - none, and no such policy
   */
  readonly legacyClients?: string;
  /**
   * Whether port 80 is open too and sends clients to 443. A distribution asks on the right port at once.
   * @default true
   */
  readonly redirect?: boolean;
}

/**
 * How clients speak to a load balancer. How it speaks to targets is for their pool to say.
 *
 * @claims compute-tls-policy, compute-tls-offload, compute-tls-sni
 */
export class Transport {
  /** HTTP only, readable by everybody on the way. For trying things without a domain; said so in every output. */
  static plain(): Transport {
    return new Transport();
  }

  /** HTTPS, with everything on port 80 sent there by a permanent redirect unless told otherwise. */
  static tls(options: TlsOptions): Transport {
    return new Transport(options);
  }

  readonly policy: SslPolicy;

  private constructor(readonly tlsOptions?: TlsOptions | undefined) {
    this.policy = tlsOptions?.policy ?? SslPolicy.TLS13_12_PQ;
  }

  get isTls(): boolean {
    return this.tlsOptions !== undefined;
  }

  /** Whether port 80 sends clients to 443. */
  get redirects(): boolean {
    return this.tlsOptions?.redirect ?? this.isTls;
  }

  /** What clients may connect to. */
  get ports(): readonly number[] {
    return [...(this.redirects || !this.isTls ? [80] : []), ...(this.isTls ? [443] : [])];
  }

  get certificates(): readonly ICertificate[] {
    return this.tlsOptions ? [this.tlsOptions.certificate, ...(this.tlsOptions.more ?? [])] : [];
  }

  faults(scope: Construct): (string | false)[] {
    if (!this.tlsOptions) return [];
    const modern = /-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/.test(this.policy);
    const { legacyClients, more = [], quotaRaised = false } = this.tlsOptions;
    return [
      !modern &&
        !legacyClients?.trim() &&
        `policy is ${this.policy}, which still takes TLS 1.0 or 1.1; take SslPolicy.TLS13_12_PQ, or name the clients that need it in legacyClients`,
      more.length > 25 &&
        !quotaRaised &&
        `more has ${more.length} certificates; a load balancer holds 25 beside its first, so split it, or have the quota raised and say quotaRaised`,
      ...this.certificates.map((certificate) => elsewhere(scope, certificate)),
    ];
  }
}

/** A certificate of a region other than the stack's, where both are known. */
function elsewhere(scope: Construct, certificate: ICertificate): string | false {
  const { region } = Stack.of(scope);
  const its = certificateRegion(certificate);
  return (
    !Token.isUnresolved(region) &&
    its !== undefined &&
    its !== region &&
    `certificate is of ${its} but the balancer of ${region}; request one in ${region}, a balancer takes no other`
  );
}
