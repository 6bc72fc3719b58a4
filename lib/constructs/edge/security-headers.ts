import { Duration } from 'aws-cdk-lib';
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type IResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import { regionalName } from './regional-name';

/** Directives of a content security policy and their sources; an empty list is a directive without a value. */
export type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>;

/** Everything from the site itself, nothing inline, nothing framed, nowhere to post to. */
export const strictContentSecurityPolicy: ContentSecurityPolicy = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'script-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'upgrade-insecure-requests': [],
};

export interface SecurityHeadersProps {
  /**
   * Where a page may load from. Scripts from anywhere, inline or made of text are refused: such a policy stops nobody.
   * @default strictContentSecurityPolicy
   */
  readonly contentSecurityPolicy?: ContentSecurityPolicy;
  /**
   * Whether an origin that sends a content security policy of its own is left to it, as pages that know best what they load.
   * @default false
   */
  readonly leavesPolicies?: boolean;
  /**
   * Pages of which places may show what is here without asking by CORS: of the same origin, of the same domain, or of any.
   * @default 'same-origin'
   */
  readonly embeddedBy?: 'same-origin' | 'same-site' | 'cross-origin';
  /**
   * For how long browsers come back by HTTPS only, subdomains included; 180 days to 2 years.
   * @default Duration.days(365)
   */
  readonly transportSecurity?: Duration;
}

/** S3 tells with each object how it is encrypted, by which key of which account, and its version; viewers need none of it. */
const inside = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id', 'x-amz-version-id'];

/**
 * The headers that make browsers careful, on every answer whatever the origin says: HTTPS only, a content security policy,
 * no guessing of types, no framing, no referrer to other sites, and no window or resource shared with them.
 *
 * @claims edge-distribution-baseline
 */
export class SecurityHeaders extends Construct {
  readonly policy: IResponseHeadersPolicy;

  constructor(scope: Construct, id: string, props: SecurityHeadersProps = {}) {
    super(scope, id);
    const { contentSecurityPolicy = strictContentSecurityPolicy, transportSecurity = Duration.days(365) } = props;
    const { leavesPolicies = false, embeddedBy = 'same-origin' } = props;
    refuse(this, [
      outsideDuration('transportSecurity', transportSecurity, Duration.days(180), Duration.days(730)),
      ...policyFaults(contentSecurityPolicy),
    ]);
    const custom = {
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': embeddedBy,
    };
    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
      responseHeadersPolicyName: regionalName(this, 128),
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: transportSecurity, includeSubdomains: true, override: true },
        contentSecurityPolicy: { contentSecurityPolicy: textOf(contentSecurityPolicy), override: !leavesPolicies },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override: true })),
      },
      removeHeaders: inside,
    });
  }
}

function policyFaults(policy: ContentSecurityPolicy): (string | false)[] {
  const scripts = policy['script-src'] ?? policy['default-src'];
  const open = (scripts ?? []).filter((source) => ['*', 'https:', "'unsafe-inline'", "'unsafe-eval'"].includes(source));
  return [
    scripts === undefined &&
      'contentSecurityPolicy says nothing of scripts, so that all are allowed; give script-src or default-src',
    open.length > 0 &&
      `contentSecurityPolicy allows scripts from ${open.join(', ')}; name the hosts, or give hashes or nonces`,
    policy['frame-ancestors'] === undefined &&
      "contentSecurityPolicy says nothing of frame-ancestors, which default-src does not cover; give 'none' or the hosts",
  ];
}

const textOf = (policy: ContentSecurityPolicy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');
