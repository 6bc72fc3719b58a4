import { isIP } from 'node:net';
import { CfnIPSet, type CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { RequestPart } from './request-part';
import type { TransformationName } from './text-transformation';
import { unknownCountries } from './countries';

type Statement = CfnWebACL.StatementProperty;
type Place = 'EXACTLY' | 'STARTS_WITH' | 'CONTAINS';

/** What a statement is made with: where its address sets stand, and whose they are. */
export interface StatementSite {
  /** Holds the address sets of one rule. */
  readonly scope: Construct;
  /** As WAF spells it. */
  readonly of: 'CLOUDFRONT' | 'REGIONAL';
}

const decoded: readonly TransformationName[] = ['URL_DECODE', 'HTML_ENTITY_DECODE'];

/**
 * What a request has to be for a rule to act on it. Conditions combine: `all`, `any`, `not`.
 *
 * Texts are decoded before they are compared, since attackers encode them: URL and HTML entities for attacks, and lower case
 * where case does not matter.
 *
 * @claims edge-waf-matches, edge-waf-injection
 */
export class FirewallCondition {
  /** It comes from one of these ranges: IPv4 or IPv6 in CIDR form, up to 10,000 of each. */
  static fromAddresses(ranges: readonly string[]): FirewallCondition {
    const byFamily = [4, 6].map((family) => ranges.filter((range) => isIP(range.split('/')[0]) === family));
    const statementIn = ({ scope, of }: StatementSite): Statement => {
      const sets = byFamily.flatMap((addresses, at) => (addresses.length > 0 ? [setOf(scope, of, addresses, at)] : []));
      const statements = sets.map((set) => ({ ipSetReferenceStatement: { arn: set.attrArn } }));
      return statements.length === 1 ? statements[0] : { orStatement: { statements } };
    };
    return new FirewallCondition(statementIn, addressFaults(ranges));
  }

  /** Its address belongs to one of these countries, as ISO 3166-1 codes of two capital letters; 1 to 50. */
  static fromCountries(...codes: readonly string[]): FirewallCondition {
    return new FirewallCondition(
      () => ({ geoMatchStatement: { countryCodes: [...codes] } }),
      [
        ...unknownCountries(codes).map(
          (code) => `a condition lists the country ${code}; use ISO 3166-1 codes of two capital letters such as AT`,
        ),
        ...(codes.length < 1 || codes.length > 50
          ? [`a condition lists ${codes.length} countries; it takes 1 to 50, and not() turns it round`]
          : []),
      ],
    );
  }

  /** A part holds a text, compared in lower case. */
  static contains(part: RequestPart, text: string): FirewallCondition {
    return FirewallCondition.bytes(part, text, 'CONTAINS');
  }

  /** A part begins with a text, compared in lower case. */
  static startsWith(part: RequestPart, text: string): FirewallCondition {
    return FirewallCondition.bytes(part, text, 'STARTS_WITH');
  }

  /** A part is a text, compared in lower case. */
  static equals(part: RequestPart, text: string): FirewallCondition {
    return FirewallCondition.bytes(part, text, 'EXACTLY');
  }

  /** A part, in lower case, holds something that an expression matches; at most 512 characters, without look-around. */
  static matches(part: RequestPart, expression: RegExp): FirewallCondition {
    const { source, flags } = expression;
    return new FirewallCondition(
      () => ({
        regexMatchStatement: {
          regexString: source,
          fieldToMatch: part.field,
          textTransformations: transformations('LOWERCASE'),
        },
      }),
      [
        ...part.faults,
        ...(source.length > 512 ? [`an expression has ${source.length} characters; it takes 512`] : []),
        ...(/\(\?[=!<]|\\\d/.test(source)
          ? [`the expression ${source} looks around or back, which WAF does not; write it without`]
          : []),
        ...(flags
          ? [`the expression ${source} has the flags ${flags}, which WAF does not know; texts are in lower case`]
          : []),
        // What follows a backslash is no letter of the text: \S, \D, \W.
        ...(/[A-Z]/.test(source.replace(/\\./g, ''))
          ? [`the expression ${source} has capital letters, which no text in lower case holds; write small ones`]
          : []),
      ],
    );
  }

  /** A part is longer than so many bytes. */
  static longerThan(part: RequestPart, size: number): FirewallCondition {
    return new FirewallCondition(
      () => ({
        sizeConstraintStatement: {
          comparisonOperator: 'GT',
          size,
          fieldToMatch: part.field,
          textTransformations: transformations('NONE'),
        },
      }),
      [
        ...part.faults,
        ...(Number.isInteger(size) && size >= 0 ? [] : [`a size is ${size}; give a whole number of bytes`]),
      ],
    );
  }

  /** A part looks like a statement of SQL that somebody smuggles in. @param sensitivity HIGH finds more, and more that is none */
  static sqlInjection(part: RequestPart, sensitivity: 'LOW' | 'HIGH' = 'LOW'): FirewallCondition {
    return new FirewallCondition(
      () => ({
        sqliMatchStatement: {
          fieldToMatch: part.field,
          sensitivityLevel: sensitivity,
          textTransformations: transformations(...decoded),
        },
      }),
      part.faults,
    );
  }

  /** A part looks like a script that somebody smuggles into a page (XSS). */
  static scripting(part: RequestPart): FirewallCondition {
    return new FirewallCondition(
      () => ({ xssMatchStatement: { fieldToMatch: part.field, textTransformations: transformations(...decoded) } }),
      part.faults,
    );
  }

  /** Every one of these. */
  static all(...conditions: readonly FirewallCondition[]): FirewallCondition {
    return new FirewallCondition(
      (site) => ({ andStatement: { statements: numbered(conditions, site) } }),
      severalFaults('all', conditions),
    );
  }

  /** At least one of these. */
  static any(...conditions: readonly FirewallCondition[]): FirewallCondition {
    return new FirewallCondition(
      (site) => ({ orStatement: { statements: numbered(conditions, site) } }),
      severalFaults('any', conditions),
    );
  }

  /** Whatever another is not. */
  static not(condition: FirewallCondition): FirewallCondition {
    return new FirewallCondition(
      (site) => ({ notStatement: { statement: condition.statementIn(site) } }),
      condition.faults,
    );
  }

  private static bytes(part: RequestPart, text: string, place: Place): FirewallCondition {
    return new FirewallCondition(
      () => ({
        byteMatchStatement: {
          searchString: text.toLowerCase(),
          positionalConstraint: place,
          fieldToMatch: part.field,
          textTransformations: transformations('LOWERCASE'),
        },
      }),
      [
        ...part.faults,
        ...(text.length < 1 || text.length > 200
          ? [`a text to look for in the ${part.words} has ${text.length} characters; it takes 1 to 200`]
          : []),
      ],
    );
  }

  private constructor(
    readonly statementIn: (site: StatementSite) => Statement,
    readonly faults: readonly string[],
  ) {}
}

const transformations = (...names: readonly TransformationName[]): CfnWebACL.TextTransformationProperty[] =>
  names.map((type, priority) => ({ priority, type }));

function setOf(scope: Construct, of: StatementSite['of'], addresses: readonly string[], family: number): CfnIPSet {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- one of two names
  return new CfnIPSet(scope, family === 0 ? 'Ipv4' : 'Ipv6', {
    scope: of,
    ipAddressVersion: family === 0 ? 'IPV4' : 'IPV6',
    addresses: [...addresses],
  });
}

/** Each condition has a place of its own, so that two address sets do not get one name. */
const numbered = (conditions: readonly FirewallCondition[], { scope, of }: StatementSite): Statement[] =>
  conditions.map((condition, at) => condition.statementIn({ scope: new Construct(scope, `${at + 1}`), of }));

const severalFaults = (word: string, conditions: readonly FirewallCondition[]): string[] => [
  ...(conditions.length < 2 ? [`${word}() has ${conditions.length} conditions; give two or more`] : []),
  ...conditions.flatMap(({ faults }) => faults),
];

function addressFaults(ranges: readonly string[]): string[] {
  const wrong = ranges.filter((range) => !isRange(range));
  const everybody = ranges.filter((range) => range.endsWith('/0'));
  return [
    ...(ranges.length < 1 || ranges.length > 10_000
      ? [`a condition lists ${ranges.length} address ranges; it takes 1 to 10,000`]
      : []),
    ...wrong.map((range) => `a condition lists the range ${range}; give one such as 203.0.113.0/24 or 2001:db8::/32`),
    ...everybody.map((range) => `a condition lists ${range}, which WAF does not take; leave the condition out`),
  ];
}

function isRange(range: string): boolean {
  const [address, prefix, ...rest] = range.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  return rest.length === 0 && longest !== undefined && /^\d{1,3}$/.test(prefix ?? '') && Number(prefix) <= longest;
}
