import type { TextTransformation } from './text-transformation';

/** A part of a request, as a template and the API name it. */
export type FieldToMatch = Readonly<Record<string, unknown>>;

interface Inspecting {
  readonly FieldToMatch: FieldToMatch;
  readonly TextTransformations: readonly TextTransformation[];
}

/** A statement of a rule: one of these. */
export interface WebStatement {
  readonly ByteMatchStatement?: Inspecting & { readonly SearchString: string; readonly PositionalConstraint: string };
  readonly RegexMatchStatement?: Inspecting & { readonly RegexString: string };
  readonly SizeConstraintStatement?: Inspecting & { readonly ComparisonOperator: string; readonly Size: number };
  readonly SqliMatchStatement?: Inspecting;
  readonly XssMatchStatement?: Inspecting;
  readonly GeoMatchStatement?: { readonly CountryCodes: readonly string[] };
  readonly IPSetReferenceStatement?: { readonly Arn: unknown };
  readonly AndStatement?: { readonly Statements: readonly WebStatement[] };
  readonly OrStatement?: { readonly Statements: readonly WebStatement[] };
  readonly NotStatement?: { readonly Statement: WebStatement };
  readonly RateBasedStatement?: {
    readonly Limit: number;
    readonly EvaluationWindowSec?: number;
    readonly AggregateKeyType: string;
    readonly ScopeDownStatement?: WebStatement;
  };
  readonly ManagedRuleGroupStatement?: {
    readonly VendorName: string;
    readonly Name: string;
    readonly RuleActionOverrides?: readonly { readonly Name: string; readonly ActionToUse: object }[];
    readonly ScopeDownStatement?: WebStatement;
  };
}

/** A rule as a template has it. */
export interface WebRule {
  readonly Name: string;
  readonly Priority: number;
  readonly Statement: WebStatement;
  readonly Action?: Readonly<Record<string, unknown>>;
  readonly OverrideAction?: Readonly<Record<string, unknown>>;
}

/** What a block action answers in place of the service's own page; an ACL has the bodies by their keys. */
export interface CustomResponse {
  readonly ResponseCode: number;
  readonly CustomResponseBodyKey?: string;
  readonly ResponseHeaders?: readonly { readonly Name: string; readonly Value: string }[];
}

/** A web ACL as a template and the API have it; what is left out here is not looked at. */
export interface WebAcl {
  readonly Scope?: string;
  readonly DefaultAction: Readonly<Record<string, unknown>>;
  readonly Rules?: readonly WebRule[];
}

/** A request as a firewall sees it. */
export interface WebRequest {
  /** Where it comes from. */
  readonly address: string;
  /** The country of that address. @default - unknown, which is none */
  readonly country?: string;
  /** @default 'GET' */
  readonly method?: string;
  /** As it was sent, encoded, without the query string. */
  readonly path: string;
  /** As it was sent, encoded, without the question mark. @default '' */
  readonly query?: string;
  /** By names in any case. @default - a host and a browser's user agent are not added */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default '' */
  readonly body?: string;
}

/** A request of before, for rules that count. */
export interface EarlierRequest extends WebRequest {
  /** How long before the one that is judged. */
  readonly secondsAgo: number;
}
