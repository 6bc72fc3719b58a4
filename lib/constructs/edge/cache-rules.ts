import { Duration } from 'aws-cdk-lib';
import {
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  type ICachePolicy,
  type IOriginRequestPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { CacheKeyParts, Selection } from './cache-key';
import type { TtlBounds } from './effective-ttl';
import { regionalName } from './regional-name';

/** Values the origin is sent although they do not change its answer, so that they stay out of the key. */
export interface ForwardOnly {
  /** @default - none beside those of the key */
  readonly queryStrings?: readonly string[];
  /** @default - none beside those of the key */
  readonly headers?: readonly string[];
  /** @default - none beside those of the key */
  readonly cookies?: readonly string[];
}

export interface CacheRulesProps {
  /**
   * How long an answer stays in the cache whatever the origin says.
   * @default Duration.seconds(0)
   */
  readonly minTtl?: Duration;
  /**
   * How long it stays when the origin says nothing; from `minTtl` to `maxTtl`.
   * @default - 1 day, or `maxTtl` if that is shorter, or `minTtl` if that is longer
   */
  readonly defaultTtl?: Duration;
  /**
   * How long it stays at most, up to 365 days; 0 turns the cache off, and then there is no key to choose.
   * @default - 365 days
   */
  readonly maxTtl?: Duration;
  /**
   * Which query strings make different objects.
   * @default - none, the path alone is the key
   */
  readonly queryStrings?: CacheQueryStringBehavior;
  /**
   * Which headers make different objects.
   * @default - none
   */
  readonly headers?: CacheHeaderBehavior;
  /**
   * Which cookies make different objects.
   * @default - none
   */
  readonly cookies?: CacheCookieBehavior;
  /**
   * What the origin is sent without making different objects.
   * @default - nothing
   */
  readonly forwardOnly?: ForwardOnly;
  /**
   * Whether gzip and brotli forms are kept beside the plain one.
   * @default - true, unless the cache is off
   */
  readonly compression?: boolean;
  /**
   * How many names each list may hold in this account.
   * @default 10
   */
  readonly namesPerList?: number;
}

const kinds = ['queryStrings', 'headers', 'cookies'] as const;
const nothing = Duration.seconds(0);
const year = Duration.days(365);

/**
 * How long answers are kept at the edge, and what makes two requests different ones.
 *
 * @claims edge-ttl-bounds, edge-cache-key-query, edge-cache-key-headers-cookies, edge-forward-without-keying
 */
export class CacheRules extends Construct {
  readonly policy: ICachePolicy;
  /** What the origin is sent beside the key; absent when there is nothing to send. */
  readonly originRequestPolicy?: IOriginRequestPolicy;
  readonly ttl: TtlBounds;
  readonly key: CacheKeyParts;

  constructor(scope: Construct, id: string, props: CacheRulesProps = {}) {
    super(scope, id);
    const { minTtl = nothing, maxTtl = year, forwardOnly = {}, namesPerList = 10 } = props;
    const defaultTtl = props.defaultTtl ?? between(minTtl, Duration.days(1), maxTtl);
    const off = maxTtl.toSeconds() === 0;
    const { queryStrings = CacheQueryStringBehavior.none(), cookies = CacheCookieBehavior.none() } = props;
    const { headers = CacheHeaderBehavior.none(), compression = !off } = props;
    this.ttl = { minimum: minTtl.toSeconds(), default: defaultTtl.toSeconds(), maximum: maxTtl.toSeconds() };
    this.key = {
      queryStrings: selection(queryStrings.behavior, queryStrings.queryStrings),
      headers: selection(headers.behavior, headers.headers),
      cookies: selection(cookies.behavior, cookies.cookies),
    };
    refuse(this, [
      ...Object.entries({ minTtl, defaultTtl, maxTtl }).map(([name, ttl]) => outsideDuration(name, ttl, nothing, year)),
      ...orderFaults(minTtl, defaultTtl, maxTtl),
      ...(off ? offFaults(this.key, compression) : []),
      ...kinds.flatMap((kind) => listFaults(kind, this.key[kind], forwardOnly[kind] ?? [], namesPerList)),
      ...authorizationFaults(forwardOnly),
    ]);

    this.policy = new CachePolicy(this, 'Policy', {
      minTtl,
      defaultTtl,
      maxTtl,
      queryStringBehavior: queryStrings,
      headerBehavior: headers,
      cookieBehavior: cookies,
      enableAcceptEncodingGzip: compression,
      enableAcceptEncodingBrotli: compression,
    });
    if (kinds.some((kind) => forwardOnly[kind]?.length)) {
      this.originRequestPolicy = new OriginRequestPolicy(this, 'ForwardOnly', {
        originRequestPolicyName: regionalName(this, 128),
        ...(forwardOnly.queryStrings?.length && {
          queryStringBehavior: OriginRequestQueryStringBehavior.allowList(...forwardOnly.queryStrings),
        }),
        ...(forwardOnly.headers?.length && {
          headerBehavior: OriginRequestHeaderBehavior.allowList(...forwardOnly.headers),
        }),
        ...(forwardOnly.cookies?.length && {
          cookieBehavior: OriginRequestCookieBehavior.allowList(...forwardOnly.cookies),
        }),
      });
    }
  }
}

/** The CDK raises the larger values in silence when the order is wrong. */
function orderFaults(minTtl: Duration, defaultTtl: Duration, maxTtl: Duration): (string | false)[] {
  const [low, middle, high] = [minTtl, defaultTtl, maxTtl].map((ttl) => ttl.toSeconds());
  return [
    low > middle &&
      `minTtl is ${minTtl.toHumanString()} and defaultTtl is ${defaultTtl.toHumanString()}; the minimum must not exceed the default`,
    middle > high &&
      `defaultTtl is ${defaultTtl.toHumanString()} and maxTtl is ${maxTtl.toHumanString()}; the default must not exceed the maximum`,
  ];
}

function offFaults(key: CacheKeyParts, compression: boolean): (string | false)[] {
  return [
    ...kinds.map(
      (kind) =>
        key[kind].behavior !== 'none' &&
        `${kind} are part of the key although maxTtl is 0 and nothing is kept; pass them on with forwardOnly, or raise maxTtl`,
    ),
    compression &&
      'compression is true although maxTtl is 0 and nothing is kept; leave compression out, or raise maxTtl',
  ];
}

function listFaults(kind: string, key: Selection, forwarded: readonly string[], most: number): (string | false)[] {
  const lists: readonly [string, readonly string[]][] = [
    [kind, key.names],
    [`forwardOnly.${kind}`, forwarded],
  ];
  const twice = forwarded.filter(
    (name) => key.behavior === 'all' || key.names.some((other) => same(kind, name, other)),
  );
  return [
    ...lists.map(
      ([name, list]) =>
        list.length > most &&
        `${name} lists ${list.length} names; a list takes ${most}, so leave some out, or raise the quota and say so in namesPerList`,
    ),
    twice.length > 0 &&
      key.behavior !== 'allExcept' &&
      `forwardOnly.${kind} has ${twice.join(', ')}, which the key holds and so forwards already; name it in one place`,
  ];
}

function authorizationFaults({ headers = [] }: ForwardOnly): (string | false)[] {
  return [
    headers.some((header) => header.toLowerCase() === 'authorization') &&
      'forwardOnly.headers has Authorization, which is passed on only as part of the key; put it into headers',
  ];
}

const between = (low: Duration, wanted: Duration, high: Duration): Duration => {
  if (wanted.toSeconds() > high.toSeconds()) return high;
  return wanted.toSeconds() < low.toSeconds() ? low : wanted;
};
const selection = (behavior: string, names: readonly string[] = []): Selection => ({ behavior, names });
const same = (kind: string, a: string, b: string): boolean =>
  kind === 'headers' ? a.toLowerCase() === b.toLowerCase() : a === b;
