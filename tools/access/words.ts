import { actionOf, applied, principalOf, resourceOf, type Request } from './applies';
import { inWords, type Condition } from './conditions';
import type { Decision, Layer, Policies } from './evaluate';
import type { Names } from './names';
import { nameOf, type PrincipalList, type Statement } from './statements';

/** A statement in a line: what it allows or denies, on what, to whom, and when. */
export function statementInWords(statement: Statement, names: Names): string {
  const { effect, actions, notActions, resources, notResources, principals, notPrincipals, conditions } = statement;
  const parts = [
    effect === 'Allow' ? 'allows' : 'denies',
    actions ? some(actions) : `everything but ${some(notActions ?? [])}`,
    ...(resources ? [`on ${some(resources.map((arn) => names.display(arn)))}`] : []),
    ...(notResources ? [`on everything but ${some(notResources.map((arn) => names.display(arn)))}`] : []),
    ...(principals ? [`to ${principalsInWords(principals, names)}`] : []),
    ...(notPrincipals ? [`to everyone but ${principalsInWords(notPrincipals, names)}`] : []),
    ...(conditions.length > 0 ? [`when ${conditionsInWords(statement, names)}`] : []),
  ];
  return parts.join(' ');
}

/** The conditions of a statement in words. */
export function conditionsInWords({ conditions }: Statement, names: Names): string {
  return conditions
    .map((condition) => inWords({ ...condition, values: condition.values.map((value) => names.display(value)) }))
    .join(' and ');
}

/** When a condition does not hold, in words. */
export function oppositeInWords(condition: Condition, names: Names): string {
  const shown = { ...condition, values: condition.values.map((value) => names.display(value)) };
  return /Not/.test(shown.operator)
    ? inWords({ ...shown, operator: shown.operator.replace('Not', '') })
    : `not (${inWords(shown)})`;
}

export function principalsInWords(list: PrincipalList, names: Names): string {
  const all = [...list.aws, ...list.services, ...list.federated, ...list.canonical].map((one) => names.display(one));
  return some([...(list.everyone ? ['everyone'] : []), ...all]);
}

/** Why a request was decided as it was, a sentence or two a line. */
export function explanation(
  question: { readonly principal: string; readonly action: string; readonly resource: string },
  decision: Decision,
  near: readonly string[],
  notes: readonly string[],
  names: Names,
): string {
  const { principal, action, resource } = question;
  const head = `${decision.verdict}: ${principal} ${verbs[decision.verdict]} ${action} on ${resource}`;
  return [head, ...reasons(decision, names), ...near, ...notes]
    .map((line, i) => (i === 0 ? line : `  ${line}`))
    .join('\n');
}

const verbs = { allowed: 'may do', denied: 'may not do', unknown: 'may or may not do' } as const;

function reasons({ verdict, denial, layer, statements, because }: Decision, names: Names): string[] {
  const told = statements.map(({ layer: from, statement }) => {
    const says = statement.standIn ? 'could be anything' : statementInWords(statement, names);
    return `${nameOf(statement.origin)} (${from}) ${says}`;
  });
  if (verdict === 'unknown') return [...because.map((reason) => names.show(reason)), ...told];
  if (verdict === 'allowed' || denial === 'explicit') return told;
  return [missing[layer]];
}

const missing: Readonly<Record<Layer, string>> = {
  'service control policy': 'the service control policies do not allow it at every level of the organisation',
  'resource control policy': 'a resource control policy does not allow it',
  'VPC endpoint policy': 'the policy of the VPC endpoint does not allow it',
  'resource policy': 'the policy of the resource does not allow it',
  'identity policy': 'no policy of the principal allows it',
  'permissions boundary': 'the permissions boundary does not allow it',
  'session policy': 'the policies of the session do not allow it',
  'public access block': 'the bucket blocks public access',
};

/** Allowing statements that would have fitted but for one part, with that part. */
export function nearMisses(request: Request, { identity, resource = [] }: Policies, names: Names): string[] {
  const near = [...identity, ...resource].flatMap((statement) => {
    if (statement.effect === 'Deny' || applied(statement, request).truth !== 'no') return [];
    const parts = {
      principal: principalOf(statement, request.caller).truth !== 'no',
      action: actionOf(statement, request.action).truth !== 'no',
      resource: resourceOf(statement, request).truth !== 'no',
    };
    const failed = Object.values(parts).filter((fits) => !fits).length;
    if (!parts.principal || failed > 1 || (!parts.action && statement.resources?.includes('*'))) return [];
    const why =
      failed === 0 ? 'but its condition is not met' : parts.action ? 'but not on this' : 'but not this action';
    return [`near: ${nameOf(statement.origin)} ${statementInWords(statement, names)}, ${why}`];
  });
  return near.slice(0, 3);
}

/** A list in words, cut where it becomes long. */
function some(items: readonly string[]): string {
  const most = 6;
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`;
}

/** `dynamodb: GetItem, PutItem` for actions of one service. */
export function compactActions(actions: readonly string[]): string {
  const services = new Map<string, string[]>();
  for (const action of actions) {
    const [service, name] = action.split(':');
    services.set(service, [...(services.get(service) ?? []), ...(name === undefined ? [] : [name])]);
  }
  return [...services]
    .map(([service, names]) =>
      names.length === 0 ? service : names.length === 1 ? `${service}:${names[0]}` : `${service}: ${names.join(', ')}`,
    )
    .join('; ');
}
