import { Token, type Duration } from 'aws-cdk-lib';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';

/** What pages may do to a bucket from a browser. */
export type CorsMethod = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** What a page of any of the origins may do. */
export interface CorsPermission {
  readonly methods: readonly CorsMethod[];
  /**
   * Headers a page may send besides those that every page may. One `*` may stand for a part of a name.
   * @default - none
   */
  readonly headers?: readonly string[];
  /**
   * Headers of answers that a page may read besides those that every page may.
   * @default - none
   */
  readonly exposedHeaders?: readonly string[];
  /**
   * How long a browser remembers the answer to its question, 0 to 24 hours.
   * @default - as long as the browser sees fit, mostly five seconds
   */
  readonly maxAge?: Duration;
}

export interface CorsRule extends CorsPermission {
  /** Scheme and host of pages, such as `https://shop.example.com`; one `*` may stand for a part of the host. */
  readonly origins: readonly string[];
}

const mostRules = 100;
const longestMaxAge = 24 * 60 * 60;
const anybody = '*';
const writing: readonly string[] = ['PUT', 'POST', 'DELETE'];

/**
 * Which pages of other origins may reach a bucket from a browser. It binds browsers alone: what a request may do is decided by its
 * signature and the bucket's policy, with or without it.
 *
 * @claims storage-cors-bucket, storage-cors-guard
 */
export class ObjectCors {
  /** Pages of these origins; of several rules, the first that fits a request holds. */
  static from(...rules: readonly CorsRule[]): ObjectCors {
    return new ObjectCors(rules);
  }

  /**
   * Pages of any origin may read.
   *
   * @param reason why pages that nobody knows may, in a sentence
   */
  static anyOrigin(reason: string, permission: CorsPermission): ObjectCors {
    return new ObjectCors([{ ...permission, origins: [anybody] }], reason);
  }

  private constructor(
    readonly rules: readonly CorsRule[],
    private readonly reason?: string,
  ) {}

  /** The configuration as CloudFormation has it. */
  get configuration(): { readonly corsRules: CfnBucket.CorsRuleProperty[] } {
    return {
      corsRules: this.rules.map(({ origins, methods, headers, exposedHeaders, maxAge }) => ({
        allowedOrigins: [...origins],
        allowedMethods: [...methods],
        ...(headers && { allowedHeaders: [...headers] }),
        ...(exposedHeaders && { exposedHeaders: [...exposedHeaders] }),
        ...(maxAge && { maxAge: maxAge.toSeconds() }),
      })),
    };
  }

  /** Sentences about rules nobody should use. */
  faults(): string[] {
    const weak = this.reason !== undefined && this.reason.trim().split(/\s+/).length < 4;
    return [
      ...(weak
        ? [`cors is open to any origin because of "${this.reason}"; say in a sentence why, or name the origins`]
        : []),
      ...corsFaults(this.configuration.corsRules, this.reason !== undefined),
    ];
  }
}

/**
 * What is wrong with the rules of a bucket, whoever made them.
 *
 * @param anyOrigin whether somebody gave a reason for the origin `*`
 */
export function corsFaults(rules: readonly CfnBucket.CorsRuleProperty[], anyOrigin: boolean): string[] {
  const faults = rules.flatMap((rule) => [
    ...(rule.allowedOrigins.length === 0 ? ['cors has a rule without origins; name them, or leave the rule out'] : []),
    ...(rule.allowedMethods.length === 0 ? ['cors has a rule without methods; name them, or leave the rule out'] : []),
    ...knownOrigins(rule).flatMap((origin) => originFaults(origin, rule, anyOrigin)),
    ...(rule.allowedHeaders ?? [])
      .filter((header) => header.split('*').length > 2)
      .map((header) => `cors allows the header ${header}; S3 takes one * in a name`),
    ...(rule.maxAge !== undefined &&
    !Token.isUnresolved(rule.maxAge) &&
    !(rule.maxAge >= 0 && rule.maxAge <= longestMaxAge)
      ? [
          `cors has a maxAge of ${rule.maxAge} seconds; give 0 to ${longestMaxAge}, more than which no browser remembers`,
        ]
      : []),
  ]);
  return [
    ...(rules.length === 0 ? ['cors has no rules; give one, or leave cors out'] : []),
    ...(rules.length > mostRules ? [`cors has ${rules.length} rules; S3 takes ${mostRules}`] : []),
    ...new Set(faults),
  ];
}

/** Those that are text already; what only a deployment knows, such as the name of a distribution, is a reference in a resolved template. */
const knownOrigins = ({ allowedOrigins }: CfnBucket.CorsRuleProperty): string[] =>
  allowedOrigins.filter((origin: unknown) => typeof origin === 'string');

function originFaults(origin: string, { allowedMethods }: CfnBucket.CorsRuleProperty, anyOrigin: boolean): string[] {
  if (Token.isUnresolved(origin)) return [];
  if (origin === anybody) {
    const writes = allowedMethods.filter((method) => writing.includes(method));
    if (writes.length > 0)
      return [
        `cors lets pages of any origin ${writes.join(', ')}; name the origins that may, such as https://shop.example.com`,
      ];
    return anyOrigin
      ? []
      : ['cors has the origin *; name the origins, or say in ObjectCors.anyOrigin(...) why any page may read'];
  }
  if (origin.split('*').length > 2)
    return [`cors has the origin ${origin}; S3 takes one * in an origin, such as https://*.example.com`];
  // As browsers write it, for S3 compares letter by letter.
  if (/^https?:\/\/[a-z0-9.*-]+(:\d+)?$/.test(origin)) return [];
  return [
    `cors has the origin ${origin}; give scheme and host in small letters alone, such as https://shop.example.com`,
  ];
}
