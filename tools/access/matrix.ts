import { gap } from '../template/text';
import { expanded, isDoneTo, publishedAction, type PublishedAction } from './actions';
import type { Who } from './callers';
import type { Context } from './context';
import type { Decision, Layer, Verdict } from './evaluate';
import type { AccessModel } from './model';
import { principalOf } from './applies';
import type { Names } from './names';
import { AccessError, nameOf, type Statement } from './statements';
import { conditionsInWords, oppositeInWords } from './words';

/** What one statement lets a principal do to one resource. */
export interface Grant {
  /** Action patterns as written. */
  readonly actions: readonly string[];
  /** The resource, as people call it; `*` for everything. */
  readonly resource: string;
  /** The conditions in words, and when denials with conditions spare it; undefined where there are none. */
  readonly when?: string;
  /** `allowed`, or `unknown` where it hangs on its conditions or on something the templates do not tell. */
  readonly verdict: Exclude<Verdict, 'denied'>;
  readonly layer: Extract<Layer, 'identity policy' | 'resource policy'>;
  /** The statement, by logical id and index. */
  readonly from: string;
}

/**
 * What a principal may do, by the statements that allow it: its own policies, and policies of resources that name it. What
 * a deny, a boundary or a key's policy takes away again is left out, and so is the door of a function that is open to everybody.
 *
 * @param principal a role, a user or a resource that acts through a role
 */
export function matrix(model: AccessModel, principal: string): Grant[] {
  const who = model.callers.find(principal, '');
  const own = who.identity.flatMap((statement) => grantsOf(model, who, statement, 'identity policy'));
  const named = model.grantsTo(who.caller.arn).flatMap(({ statement, target, service }) => {
    const { truth, namedAs } = principalOf(statement, who.caller);
    if (truth === 'no' || namedAs === 'by account' || isOpenDoor(statement)) return [];
    return grantsOf(model, who, { ...statement, resources: within(statement, target, service) }, 'resource policy');
  });
  return [...own, ...named];
}

/** The two statements by which a function answers anybody at its own address. They say nothing of one principal. */
const isOpenDoor = ({ principals, conditions }: Statement): boolean =>
  principals?.everyone === true &&
  conditions.length > 0 &&
  conditions.every(({ key }) => /^lambda:(functionurlauthtype|invokedviafunctionurl)$/i.test(key));

/** A grant of one action, in the words of `toGrantExactly`: `dynamodb:PutItem on Table when …`. */
export interface GrantLine {
  readonly line: string;
  readonly from: string;
}

/** What a principal may do, one line an action and resource, sorted. */
export function grantLines(model: AccessModel, principal: string): GrantLine[] {
  const lines = matrix(model, principal).flatMap(({ actions, resource, when, from }) =>
    actions.map((action) => ({ line: lineOf(action, resource, when), from })),
  );
  const unique = new Map(lines.map((one) => [one.line, one]));
  return [...unique.values()].sort((a, b) => (a.line < b.line ? -1 : 1));
}

/**
 * The lines that people write for `grantLines`: several actions may share a line, and resources may have any of their names.
 *
 * @param grants such as `s3:GetObject, s3:PutObject on Bucket:uploads/*`
 */
export function writtenLines(model: AccessModel, grants: readonly string[]): string[] {
  return grants.flatMap((grant) => {
    const [, actions, resource, when] = /^(.*?) on (.*?)(?: when (.*))?$/s.exec(grant) ?? [];
    if (actions === undefined) throw new AccessError(`${grant}: write it as "service:Action on Resource"`);
    return actions.split(/,\s*/).map((action) => lineOf(action, canonical(model, resource), when));
  });
}

function canonical(model: AccessModel, resource: string): string {
  if (resource === '*' || resource.startsWith('arn:') || resource.startsWith('everything but ')) return resource;
  const [name, ...rest] = resource.split(':');
  return [model.names.find(name).display, ...rest].join(':');
}

const lineOf = (action: string, resource: string, when?: string): string =>
  `${action} on ${resource}${when === undefined ? '' : ` when ${when}`}`;

/** The resources a statement of a resource's policy speaks of; `*` there is the resource itself. */
function within({ resources }: Statement, target: string, service: string): readonly string[] {
  if (!resources || service === 'kms') return [target];
  return resources.map((resource) => (resource === '*' ? target : resource));
}

function grantsOf(model: AccessModel, who: Who, statement: Statement, layer: Grant['layer']): Grant[] {
  if (statement.effect === 'Deny') return [];
  const conditions = conditionsInWords(statement, model.names);
  const when = [
    ...(conditions === '' ? [] : [conditions]),
    ...(statement.unless === undefined ? [] : [statement.unless]),
  ];
  const resources = statement.resources ?? ['*'];
  const actions = statement.actions ?? [`everything but ${(statement.notActions ?? []).join(', ')}`];
  return resources.flatMap((resource) => {
    const groups = new Map<string, { standing: Standing; actions: string[] }>();
    for (const action of actions) {
      const found = standing(model, who, action, resource);
      const key = JSON.stringify(found);
      groups.set(key, { standing: found, actions: [...(groups.get(key)?.actions ?? []), action] });
    }
    return [...groups.values()].flatMap(({ standing: { verdict, spared }, actions: kept }) => {
      if (verdict === 'denied') return [];
      const words = [...when, ...spared];
      return [
        {
          actions: kept,
          resource: shown(model, statement, resource),
          ...(words.length > 0 && { when: words.join(' and ') }),
          verdict,
          layer,
          from: nameOf(statement.origin),
        },
      ];
    });
  });
}

function shown(model: AccessModel, { notResources }: Statement, resource: string): string {
  if (notResources) return `everything but ${notResources.map((arn) => model.names.display(arn)).join(', ')}`;
  return model.names.display(resource);
}

/** What is left of a grant once every policy has had its say. */
interface Standing {
  readonly verdict: Verdict;
  /** When denials do not take it away that hang on something nobody knows, in words. */
  readonly spared: readonly string[];
}

function standing(model: AccessModel, who: Who, pattern: string, resource: string): Standing {
  const actions = concrete(pattern);
  if (actions.length === 0) return { verdict: 'allowed', spared: [] };
  const open = withOpenEnds(resource);
  const entry = model.names.owner(resource)?.entry;
  let surest: Standing = { verdict: 'denied', spared: [] };
  for (const action of actions) {
    const target = action.resources.length === 0 ? { arn: '*' } : { arn: open, ...(entry && { entry }) };
    if (target.arn !== '*' && !isDoneTo(action, open)) continue;
    const decision = model.decide(who, action, target, anybody(resource));
    if (decision.verdict === 'allowed') return { verdict: 'allowed', spared: [] };
    if (decision.verdict === 'unknown') surest = { verdict: 'unknown', spared: sparedBy(decision, model.names) };
  }
  return surest;
}

/** When the denials of a decision do not apply, as far as their conditions are what nobody knows. */
function sparedBy({ statements, because }: Decision, names: Names): string[] {
  return statements
    .filter(({ statement }) => statement.effect === 'Deny')
    .map(({ statement }) =>
      statement.conditions
        .filter(({ key }) => because.some((reason) => reason.startsWith(`${key} `)))
        .map((condition) => oppositeInWords(condition, names))
        .join(' or '),
    )
    .filter((words) => words !== '');
}

/** A pattern of a policy as the resource of a question: what the wildcards stand for is left open. */
const withOpenEnds = (pattern: string): string => pattern.replace(/\*|\$\{[^}]*\}/g, gap('any', 'resource'));

/** Whoever asks, what a policy says of `${aws:username}` is about their own name: the one the question is about, too. */
const anybody = (pattern: string): Context =>
  Object.fromEntries(
    [...pattern.matchAll(/\$\{([^},]{2,})\}/g)].map(([, key]) => [key.trim(), gap('any', 'resource')] as const),
  );

/** One action is looked at as it is, a pattern by the actions it covers. */
function concrete(pattern: string): readonly PublishedAction[] {
  if (/[*?]/.test(pattern)) return expanded(pattern);
  return [publishedAction(pattern) ?? { name: pattern, accessLevel: 'Write', resources: ['*'], conditionKeys: [] }];
}
