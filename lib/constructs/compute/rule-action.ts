import { Duration, Token } from 'aws-cdk-lib';
import type { IUserPool, IUserPoolClient, IUserPoolDomain } from 'aws-cdk-lib/aws-cognito';
import {
  ListenerAction,
  type IApplicationTargetGroup,
  type RedirectOptions,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AuthenticateCognitoAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2-actions';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { outsideDuration, outsideRange } from '../faults';

/** A `TargetPool`, or another group of targets. */
export interface RulePool {
  readonly targetGroup: IApplicationTargetGroup;
  /** Whether a client comes back to the target it had. */
  readonly isSticky?: boolean;
}

export interface PoolShare {
  readonly pool: RulePool;
  /** 0 to 999; its part of the sum of all is its share of the requests. */
  readonly weight: number;
}

/** What a balancer itself answers with. */
export interface FixedAnswer {
  /** 200 to 299 or 400 to 599. */
  readonly status: number;
  /** @default 'text/plain' */
  readonly type?: 'text/plain' | 'text/css' | 'text/html' | 'application/javascript' | 'application/json';
  /**
   * At most 1,024 characters.
   * @default - none
   */
  readonly body?: string;
}

/** Where people sign in whose accounts are in Cognito. The client must have a secret, and as a callback the balancer's name with /oauth2/idpresponse. */
export interface CognitoSignIn {
  readonly userPool: IUserPool;
  readonly userPoolClient: IUserPoolClient;
  readonly userPoolDomain: IUserPoolDomain;
}

/** Where people sign in whose accounts are with another provider of OpenID Connect. */
export interface OidcSignIn {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userInfoEndpoint: string;
  readonly clientId: string;
  /** Whose value is the secret of the client. */
  readonly clientSecret: ISecret;
}

type Faults = (rule: string, isTls: boolean) => (string | undefined | false)[];
const mostPools = 5;

/**
 * What a rule does with the requests it takes.
 *
 * @claims compute-alb-actions, compute-alb-rule-limits, compute-alb-auth
 */
export class RuleAction {
  /** Hands them to a pool; one pool may be named by several rules. */
  static forward({ targetGroup }: RulePool): RuleAction {
    return new RuleAction(
      () => [],
      () => ListenerAction.forward([targetGroup]),
    );
  }

  /**
   * Deals them out over two to five pools by weight, as for a release that gets a tenth of them first.
   *
   * @param sticky how long a client stays with the pool it got first, 1 second to 7 days; needed where one of the pools is sticky itself
   */
  static share(shares: readonly PoolShare[], sticky?: Duration): RuleAction {
    const groups = shares.map(({ pool: { targetGroup }, weight }) => ({ targetGroup, weight }));
    return new RuleAction(
      (rule) => [
        (shares.length < 2 || shares.length > mostPools) &&
          `rule ${rule} shares between ${shares.length} pools; give 2 to ${mostPools}`,
        new Set(groups.map(({ targetGroup }) => targetGroup)).size < groups.length &&
          `rule ${rule} names a pool twice; add its weights up`,
        ...shares.map(({ weight }) => outsideRange(`weight of rule ${rule}`, weight, 0, 999)),
        shares.length > 0 &&
          shares.every(({ weight }) => weight === 0) &&
          `rule ${rule} gives every pool the weight 0, so that nobody answers; give one more`,
        !sticky &&
          shares.some(({ pool }) => pool.isSticky) &&
          `rule ${rule} shares with a pool whose clients come back to their target, but not to the pool; say for how long they stay with it`,
        outsideDuration(`stay of rule ${rule}`, sticky, Duration.seconds(1), Duration.days(7)),
      ],
      () => ListenerAction.weightedForward(groups, sticky && { stickinessDuration: sticky }),
    );
  }

  /** Sends them elsewhere, for good unless said otherwise. @param to at least one part that differs from the request's */
  static redirect(to: RedirectOptions): RuleAction {
    return new RuleAction(
      (rule, isTls) => [
        leadsBack(to, isTls) &&
          `redirect ${rule} leads back to where the request came in; change its protocol, host, port, path or query`,
      ],
      () => ListenerAction.redirect({ permanent: true, ...to }),
    );
  }

  /** Answers them itself, without any target. */
  static answer({ status, type = 'text/plain', body = '' }: FixedAnswer): RuleAction {
    return new RuleAction(
      (rule) => [
        !/^[245]\d\d$/.test(`${status}`) && `rule ${rule} answers ${status}; give 200 to 299 or 400 to 599`,
        !Token.isUnresolved(body) &&
          body.length > 1024 &&
          `rule ${rule} answers with ${body.length} characters and may with 1024; shorten it, or let a target answer`,
      ],
      () => ListenerAction.fixedResponse(status, { contentType: type, ...(body !== '' && { messageBody: body }) }),
    );
  }

  /** Has people sign in at Cognito before anything else is done. The target gets who they are in the header x-amzn-oidc-data. */
  static signInWithCognito(where: CognitoSignIn, next: RuleAction): RuleAction {
    return RuleAction.signIn(next, () => new AuthenticateCognitoAction({ ...where, next: next.render() }));
  }

  /** Has people sign in at another provider before anything else is done; the secret is read while the rule is deployed. */
  static signInWithOidc({ clientSecret, ...where }: OidcSignIn, next: RuleAction): RuleAction {
    const addresses = [where.issuer, where.authorizationEndpoint, where.tokenEndpoint, where.userInfoEndpoint];
    return RuleAction.signIn(
      next,
      () => ListenerAction.authenticateOidc({ ...where, clientSecret: clientSecret.secretValue, next: next.render() }),
      (rule) =>
        addresses.map(
          (address) =>
            !Token.isUnresolved(address) &&
            !/^https:\/\/[^/\s]/.test(address) &&
            `rule ${rule} signs people in at ${address || '(empty)'}; give an address that begins with https://`,
        ),
    );
  }

  private static signIn(
    next: RuleAction | undefined,
    render: () => ListenerAction,
    more: Faults = () => [],
  ): RuleAction {
    return new RuleAction(
      (rule, isTls) => [
        !isTls &&
          `rule ${rule} signs people in, but its balancer speaks plain HTTP, where anybody could take their session; give it Transport.tls`,
        !next && `rule ${rule} signs people in and does nothing then; say what follows`,
        next?.signsIn && `rule ${rule} signs people in twice; leave one out`,
        ...(next?.faults(rule, isTls) ?? []),
        ...more(rule, isTls),
      ],
      render,
      true,
    );
  }

  private constructor(
    /** What is wrong with it in a rule. */
    readonly faults: Faults,
    /** As the CDK has it; only after `faults` found nothing. */
    readonly render: () => ListenerAction,
    private readonly signsIn: boolean = false,
  ) {}
}

/** Whether a redirect changes nothing, so that a browser would follow it for ever. */
function leadsBack(to: RedirectOptions, isTls: boolean): boolean {
  const [protocol, port] = isTls ? ['HTTPS', '443'] : ['HTTP', '80'];
  return (
    [undefined, '#{protocol}', protocol].includes(to.protocol) &&
    [undefined, '#{port}', port].includes(to.port) &&
    [undefined, '#{host}'].includes(to.host) &&
    [undefined, '/#{path}'].includes(to.path) &&
    [undefined, '#{query}'].includes(to.query)
  );
}
