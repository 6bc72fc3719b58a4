import { managedGroups, privateGroups } from './managed-groups';
import { meets, type MatchSetting } from './request-match';
import type { CustomResponse, EarlierRequest, WebAcl, WebRequest, WebRule, WebStatement } from './web-acl';

/** What is known beside the web ACL. */
export interface VerdictSetting {
  /** The ranges of each address set, by its ARN, or by what stands for it in a template, as JSON. @default - none */
  readonly addressSets?: Readonly<Record<string, readonly string[]>>;
  /** What was asked before, for rules that count. @default - nothing */
  readonly earlier?: readonly EarlierRequest[];
  /** How much of a body the firewall is given, in bytes: 8,192 before load balancers. @default 16_384 */
  readonly bodyLimit?: number;
}

/** What becomes of a request. */
export interface Verdict {
  readonly action: 'allow' | 'block';
  /** The rule that decided; nothing where none did and the default holds. */
  readonly rule?: string;
  /** The rule of a managed group, where one of those decided. */
  readonly within?: string;
  /** The status a blocked client is answered with. */
  readonly status?: number;
  /** The answer that blocks, as the action has it; nothing where the service gives its own. */
  readonly custom?: CustomResponse;
  /** Rules that would have acted, had they not been told to count only. */
  readonly counted: readonly string[];
  /** Managed groups that go by what only AWS knows, and were passed over. */
  readonly unknown: readonly string[];
}

interface Hit {
  readonly action: string;
  readonly within?: string;
  readonly status?: number;
  readonly custom?: CustomResponse;
}

/**
 * What a web ACL does with a request: rules from the lowest priority up, the first that allows or blocks decides, those that count
 * are noted, and where none decides the default holds.
 *
 * Rules that count requests act at the first above their limit; WAF itself looks every few seconds and may let some more through.
 *
 * @throws where a rule has something that cannot be judged here
 * @claims edge-web-acl-order, edge-waf-rate
 */
export function firstVerdict(acl: WebAcl, request: WebRequest, setting: VerdictSetting = {}): Verdict {
  const { addressSets = {}, earlier = [], bodyLimit = 16_384 } = setting;
  const known: MatchSetting = { addressSets, bodyLimit };
  const rules = [...(acl.Rules ?? [])].sort((a, b) => a.Priority - b.Priority);
  const counted: string[] = [];
  const unknown: string[] = [];
  for (const [at, rule] of rules.entries()) {
    const before = rules.slice(0, at);
    const group = rule.Statement.ManagedRuleGroupStatement?.Name;
    if (group !== undefined && privateGroups.includes(group)) {
      unknown.push(rule.Name);
      continue;
    }
    const hit = hitOf(rule, before, request, earlier, known, counted);
    if (!hit) continue;
    if (hit.action === 'count') counted.push(rule.Name);
    else return { ...hit, action: hit.action === 'allow' ? 'allow' : 'block', rule: rule.Name, counted, unknown };
  }
  if ('Allow' in acl.DefaultAction) return { action: 'allow', counted, unknown };
  return { ...blocking(acl.DefaultAction.Block), counted, unknown };
}

function hitOf(
  rule: WebRule,
  before: readonly WebRule[],
  request: WebRequest,
  earlier: readonly EarlierRequest[],
  known: MatchSetting,
  counted: string[],
): Hit | undefined {
  const { ManagedRuleGroupStatement: group, RateBasedStatement: rate } = rule.Statement;
  if (group) return groupHit(rule, group, request, known, counted);
  const met = rate ? isAbove(rate, before, request, earlier, known) : meets(rule.Statement, request, known);
  return met ? acting(rule) : undefined;
}

function acting({ Name: name, Action: action = {} }: WebRule): Hit {
  const [kind] = Object.keys(action);
  if (kind === 'Allow') return { action: 'allow' };
  if (kind === 'Count') return { action: 'count' };
  if (kind === 'Block') return blocking(action.Block);
  throw new Error(`the action ${kind ?? 'none'} of the rule ${name} cannot be judged here`);
}

function blocking(block: unknown) {
  const { CustomResponse: custom } = block as { readonly CustomResponse?: CustomResponse };
  return { action: 'block' as const, status: custom?.ResponseCode ?? 403, ...(custom && { custom }) };
}

function groupHit(
  { Name: name, OverrideAction: override = {} }: WebRule,
  group: NonNullable<WebStatement['ManagedRuleGroupStatement']>,
  request: WebRequest,
  known: MatchSetting,
  counted: string[],
): Hit | undefined {
  if (group.ScopeDownStatement && !meets(group.ScopeDownStatement, request, known)) return undefined;
  const rules = group.VendorName === 'AWS' ? managedGroups[group.Name] : undefined;
  if (!rules)
    throw new Error(`the managed group ${group.VendorName} ${group.Name} of the rule ${name} is not known here`);
  const gentle = (group.RuleActionOverrides ?? []).flatMap(({ Name, ActionToUse }) =>
    'Count' in ActionToUse ? [Name] : [],
  );
  for (const [within, applies] of Object.entries(rules)) {
    if (!applies(request)) continue;
    if (gentle.includes(within)) counted.push(`${name}/${within}`);
    else return 'Count' in override ? { action: 'count' } : { action: 'block', within, status: 403 };
  }
  return undefined;
}

/** Whether a client asked more often than the limit says within the window, this request included. */
function isAbove(
  rate: NonNullable<WebStatement['RateBasedStatement']>,
  before: readonly WebRule[],
  request: WebRequest,
  earlier: readonly EarlierRequest[],
  known: MatchSetting,
): boolean {
  if (rate.AggregateKeyType !== 'IP')
    throw new Error(`a count by ${rate.AggregateKeyType} cannot be judged here, only by IP`);
  const { Limit: limit, EvaluationWindowSec: window = 300, ScopeDownStatement: only } = rate;
  const counts = (one: WebRequest) => (!only || meets(only, one, known)) && reaches(before, one, known);
  if (only && !meets(only, request, known)) return false;
  const recent = earlier.filter((one) => one.secondsAgo < window && one.address === request.address && counts(one));
  return recent.length + 1 > limit;
}

/** Whether no rule before ends the way of a request; those that count requests are not asked once more. */
const reaches = (before: readonly WebRule[], request: WebRequest, known: MatchSetting): boolean =>
  firstVerdict(
    { DefaultAction: { Allow: {} }, Rules: before.filter(({ Statement }) => !Statement.RateBasedStatement) },
    request,
    known,
  ).rule === undefined;
