import { gap, split } from '../template/text';
import { meets } from './conditions';
import type { RequestContext } from './context';
import { arnParts, matches } from './match';
import type { PrincipalList, Statement } from './statements';
import { any, everyAnswer, maybe, no, notAnswer, someAnswer, yes, type Answer, type Truth } from './truth';
import { substituted } from './variables';

/** Who asks. */
export interface Caller {
  readonly kind: 'role' | 'user' | 'root' | 'service' | 'federated' | 'canonical' | 'anonymous';
  /** The ARN of the role or user, the name of the service, the provider of the federated identity, the canonical id; `*` for everyone. */
  readonly arn: string;
  /** The account the caller belongs to; undefined for services, outside identities and everyone. */
  readonly account?: string;
  /** The name of the role's session. @default - any */
  readonly session?: string;
  /** Whether a permissions boundary is set. @default false */
  readonly bounded?: boolean;
}

/** One request as IAM sees it. */
export interface Request {
  readonly caller: Caller;
  readonly action: string;
  /** The ARN, as text with gaps; `*` for actions that take no resource. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly context: RequestContext;
}

/** How a policy names the caller: which other policies can still stop it hangs on that. */
export type NamedAs = 'directly' | 'by role' | 'by account';

/** A statement held against a request. */
export interface Applied {
  readonly statement: Statement;
  readonly truth: Truth;
  readonly because: readonly string[];
  /** How the principal element names the caller; undefined for statements without one. */
  readonly namedAs?: NamedAs;
}

/** Whether a statement is about a request. */
export function applied(statement: Statement, request: Request): Applied {
  const nowhere: Applied = { statement, truth: 'no', because: [] };
  const action = actionOf(statement, request.action);
  if (action.truth === 'no') return nowhere;
  const who = principalOf(statement, request.caller);
  if (who.truth === 'no') return nowhere;
  const resource = resourceOf(statement, request);
  if (resource.truth === 'no') return nowhere;
  // Conditions are looked at last, so that keys nobody knows are not reported in vain.
  const whole = everyAnswer([
    answerOf(who),
    action,
    resource,
    meets(statement.conditions, request.context),
    ...(statement.unless === undefined ? [] : [maybe(statement.unless)]),
  ]);
  return { statement, ...whole, ...(who.namedAs && { namedAs: who.namedAs }) };
}

export function actionOf({ actions, notActions }: Statement, action: string): Answer {
  const named = (patterns: readonly string[]) =>
    someAnswer(patterns, (pattern) => matches(pattern, action, { ignoreCase: true }));
  return actions ? named(actions) : notAnswer(named(notActions ?? []));
}

export function resourceOf(
  { resources, notResources }: Statement,
  { resource, context }: Pick<Request, 'resource' | 'context'>,
): Answer {
  const named = (patterns: readonly string[]) =>
    someAnswer(patterns, (pattern) => {
      const text = substituted(pattern, context);
      return text === undefined ? no : matches(text, resource, { segments: true });
    });
  if (resources) return named(resources);
  return notResources ? notAnswer(named(notResources)) : yes;
}

type Naming = Answer & { readonly namedAs?: NamedAs };

const answerOf = ({ truth, because }: Naming): Answer => ({ truth, because });

/** Whether and how a statement names the caller; statements of identities name nobody and mean their holder. */
export function principalOf({ principals, notPrincipals }: Statement, caller: Caller): Naming {
  if (principals) return naming(principals, caller);
  return notPrincipals ? exclusion(notPrincipals, caller) : yes;
}

function naming(list: PrincipalList, caller: Caller): Naming {
  if (list.everyone) return { ...yes, namedAs: 'directly' };
  switch (caller.kind) {
    case 'anonymous':
      return no;
    case 'service':
      return { ...anyOf(list.services, caller.arn), namedAs: 'directly' };
    case 'federated':
      return { ...anyOf(list.federated, caller.arn), namedAs: 'directly' };
    case 'canonical':
      return { ...anyOf(list.canonical, caller.arn), namedAs: 'directly' };
    case 'root':
    case 'role':
    case 'user':
      return best([
        { ...anyOf(list.aws, ...ownNames(caller)), namedAs: caller.kind === 'role' ? 'by role' : 'directly' },
        { ...anyOf(list.aws, ...sessionNames(caller)), namedAs: 'directly' },
        { ...anyOf(list.aws, ...accountNames(caller)), namedAs: caller.kind === 'root' ? 'directly' : 'by account' },
      ]);
  }
}

/** The surest of several ways to be named; of equally sure ones the first. */
function best(ways: readonly Naming[]): Naming {
  const truth = any(...ways.map((way) => way.truth));
  const found = ways.find((way) => way.truth === truth)!;
  return truth === 'no' ? no : found;
}

/** `NotPrincipal` spares a caller only when both the caller and the caller's account are listed, and never a bounded one. */
function exclusion(list: PrincipalList, caller: Caller): Naming {
  if (caller.bounded) return yes;
  if (caller.kind === 'service') return answerOf(notAnswer(anyOf(list.services, caller.arn)));
  if (caller.kind === 'canonical') return notAnswer(anyOf(list.canonical, caller.arn));
  if (caller.kind === 'anonymous' || caller.kind === 'federated') {
    return notAnswer(anyOf(list.federated, caller.arn));
  }
  const self = anyOf(list.aws, ...ownNames(caller), ...sessionNames(caller));
  const account = anyOf(list.aws, ...accountNames(caller));
  if (caller.kind === 'root') return notAnswer(account);
  if (self.truth === 'no') return yes;
  if (account.truth === 'yes') return notAnswer(self);
  return maybe('NotPrincipal lists the caller but not its account, and services differ in which they look at first');
}

const ownNames = ({ arn, kind }: Caller): string[] => (kind === 'root' ? [] : [arn]);

function sessionNames({ kind, arn, account, session = gap('any', 'name of the session') }: Caller): string[] {
  if (kind !== 'role' || account === undefined) return [];
  const [, partition, , , , resource = ''] = arnParts(arn);
  return [`arn:${partition}:sts::${account}:assumed-role/${split(resource, '/').at(-1)}/${session}`];
}

function accountNames({ arn, account }: Caller): string[] {
  if (account === undefined) return [];
  const [, partition = 'aws'] = arnParts(arn);
  return [account, `arn:${partition}:iam::${account}:root`];
}

/** Whether any entry of a principal list is one of the caller's names; entries have no wildcards. */
function anyOf(entries: readonly string[], ...names: readonly string[]): Answer {
  return someAnswer(entries, (entry) => someAnswer(names, (name) => matches(entry, name, { wildcards: false })));
}
