import { applied, type Applied, type NamedAs, type Request } from './applies';
import type { Statement } from './statements';
import { all, any, not, type Truth } from './truth';

/** Every policy that has a say in a request. */
export interface Policies {
  /** What is attached to the caller, its groups' policies included. */
  readonly identity: readonly Statement[];
  /** @default - no boundary */
  readonly boundary?: readonly Statement[];
  /** @default - no session policy */
  readonly session?: readonly Statement[];
  /** The policy of the resource. @default - none */
  readonly resource?: readonly Statement[];
  /** Whether nothing is allowed without the resource's policy, as with keys and trust policies. @default false */
  readonly resourceDecides?: boolean;
  /** The policy of the VPC endpoint the request goes through. @default - none */
  readonly endpoint?: readonly Statement[];
  /** Service control policies of the caller's account, from the root of the organisation down. @default - none */
  readonly serviceControl?: readonly (readonly Statement[])[];
  /** Resource control policies of the resource's account. @default - none */
  readonly resourceControl?: readonly Statement[];
  /** Why the request is refused whatever the policies say. */
  readonly barred?: string;
}

/** The kinds of policies, in the order in which they are named when several forbid a request. */
export type Layer =
  | 'service control policy'
  | 'resource control policy'
  | 'VPC endpoint policy'
  | 'resource policy'
  | 'identity policy'
  | 'permissions boundary'
  | 'session policy'
  | 'public access block';

export type Verdict = 'allowed' | 'denied' | 'unknown';

/** What was decided and by what. */
export interface Decision {
  readonly verdict: Verdict;
  /** Whether a statement says no, or none says yes; only for `denied`. */
  readonly denial?: 'explicit' | 'implicit';
  /** The layer that decided. */
  readonly layer: Layer;
  /** The statements that decided: those that allow, or that deny, or that nobody can tell of. */
  readonly statements: readonly { readonly layer: Layer; readonly statement: Statement }[];
  /** What is not known; only for `unknown`. */
  readonly because: readonly string[];
}

interface Held {
  readonly layer: Layer;
  readonly applied: readonly Applied[];
}

/**
 * Decides a request: explicit deny over allow over implicit deny, in every layer that has a say.
 *
 * @claims identity-eval-order, identity-live-permission-edit, identity-eval-groups-merge, identity-eval-all-but-one-bucket,
 * identity-eval-resource-policy, identity-eval-principal-kind, identity-eval-boundary, identity-eval-session,
 * identity-eval-scp, identity-eval-layers, identity-eval-cross-account, identity-eval-trust
 */
export function evaluate(request: Request, policies: Policies): Decision {
  const { caller, resourceAccount } = request;
  const held = hold(request, policies);
  const denied = pick(held, 'Deny');
  const explicit = denied.filter(({ applied: { truth } }) => truth === 'yes');
  if (explicit.length > 0) return decision('denied', explicit[0].layer, explicit, 'explicit');
  if (policies.barred !== undefined) return decision('denied', 'public access block', [], 'implicit');

  const sides = weigh(request, policies, held);
  const allowed = all(not(any(...denied.map(({ applied: { truth } }) => truth))), sides.allowed);
  if (allowed === 'yes') {
    const aside = caller.account === resourceAccount && !policies.resourceDecides;
    const decisive = pick(held, 'Allow').filter(
      ({ applied: { truth, namedAs } }) => truth === 'yes' && !(aside && namedAs === 'by account'),
    );
    return decision('allowed', sides.allowedBy, decisive);
  }
  if (sides.allowed === 'no') return decision('denied', sides.missing!, [], 'implicit');
  const unsure = [...denied, ...(sides.allowed === 'yes' ? [] : pick(held, 'Allow'))].filter(
    ({ applied: { truth } }) => truth === 'maybe',
  );
  return {
    ...decision('unknown', unsure[0]?.layer ?? sides.missing!, unsure),
    because: [...new Set(unsure.flatMap(({ applied: { because } }) => because))],
  };
}

type Picked = { readonly layer: Layer; readonly applied: Applied };

function decision(verdict: Verdict, layer: Layer, picked: readonly Picked[], denial?: Decision['denial']): Decision {
  const statements = picked.map(({ layer, applied: { statement } }) => ({ layer, statement }));
  return { verdict, layer, statements, because: [], ...(denial && { denial }) };
}

function pick(held: readonly Held[], effect: Statement['effect']): Picked[] {
  return held.flatMap(({ layer, applied }) =>
    applied
      .filter(({ statement, truth }) => statement.effect === effect && truth !== 'no')
      .map((one) => ({ layer, applied: one })),
  );
}

/** Holds every statement of every layer against the request. */
function hold(request: Request, policies: Policies): Held[] {
  const layer = (name: Layer, statements: readonly Statement[] | undefined): Held[] =>
    statements ? [{ layer: name, applied: statements.map((statement) => applied(statement, request)) }] : [];
  return [
    ...(policies.serviceControl ?? []).flatMap((level) => layer('service control policy', level)),
    ...layer('resource control policy', policies.resourceControl),
    ...layer('VPC endpoint policy', policies.endpoint),
    ...layer('resource policy', policies.resource),
    ...layer('identity policy', policies.identity),
    ...layer('permissions boundary', policies.boundary),
    ...layer('session policy', policies.session),
  ];
}

interface Sides {
  readonly allowed: Truth;
  readonly allowedBy: Layer;
  /** The first layer that does not allow; undefined when all do. */
  readonly missing?: Layer;
}

/** Who must allow: the caller's side, the resource's side, or both, and every guard rail. */
function weigh({ caller, resourceAccount }: Request, policies: Policies, held: readonly Held[]): Sides {
  const allows = (layer: Layer, namedAs?: NamedAs): Truth =>
    any(
      ...held
        .filter((one) => one.layer === layer)
        .flatMap((one) => one.applied)
        .filter(({ statement, namedAs: as }) => statement.effect === 'Allow' && (!namedAs || as === namedAs))
        .map(({ truth }) => truth),
    );
  const limited = (layer: Layer): Truth => (held.some((one) => one.layer === layer) ? allows(layer) : 'yes');

  const levels = held.filter(({ layer }) => layer === 'service control policy');
  const organisation = all(
    ...levels.map(({ applied }) =>
      any(...applied.filter(({ statement }) => statement.effect === 'Allow').map(({ truth }) => truth)),
    ),
  );
  const endpoint = limited('VPC endpoint policy');
  const [boundary, session] = [limited('permissions boundary'), limited('session policy')];
  const caps = all(boundary, session);
  const identity = caller.kind === 'root' ? 'yes' : allows('identity policy');
  const callerSide = all(identity, caps);

  const directly = allows('resource policy', 'directly');
  const byRole = allows('resource policy', 'by role');
  const byAccount = allows('resource policy', 'by account');
  const resourceSide = any(directly, byRole, byAccount);

  const firstMissing = (...layers: readonly (readonly [Layer, Truth])[]): Layer | undefined =>
    (layers.find(([, truth]) => truth === 'no') ?? layers.find(([, truth]) => truth === 'maybe'))?.[0];
  const guards = [
    ['service control policy', organisation],
    ['VPC endpoint policy', endpoint],
  ] as const;
  const capLayers = [
    ['permissions boundary', boundary],
    ['session policy', session],
  ] as const;
  const guard = all(organisation, endpoint);

  if (caller.account === undefined) {
    const allowed = all(guard, directly);
    return { allowed, allowedBy: 'resource policy', missing: firstMissing(...guards, ['resource policy', directly]) };
  }
  if (caller.account !== resourceAccount) {
    const allowed = all(guard, callerSide, resourceSide);
    const missing = firstMissing(
      ...guards,
      ['resource policy', resourceSide],
      ['identity policy', identity],
      ...capLayers,
    );
    return { allowed, allowedBy: 'resource policy', missing };
  }
  const delegated = policies.resourceDecides ? all(byAccount, callerSide) : callerSide;
  const granted = any(directly, all(byRole, caps));
  const allowed = all(guard, any(granted, delegated));
  return {
    allowed,
    allowedBy: granted === 'yes' ? 'resource policy' : 'identity policy',
    missing: firstMissing(
      ...guards,
      ['resource policy', policies.resourceDecides ? resourceSide : 'yes'],
      ['identity policy', any(identity, byRole)],
      ...capLayers,
    ),
  };
}
