import { gap } from '../../template/text';
import { actionsOf, dataDate, expanded, isDoneTo, publishedAction, type PublishedAction } from '../actions';
import type { Condition } from '../conditions';
import { nearest } from '../nearness';
import { findingAt, type Check, type Held } from './finding';
import { everyStatement } from './held';

/** Names that AWS accepts and does not publish. */
export const actionsExist: Check = {
  name: 'actions-exist',
  promise: 'every action is one that AWS publishes, and every pattern of actions covers at least one',
  findings: (model) =>
    everyStatement(model).flatMap((held) =>
      patternsOf(held).flatMap((pattern) => {
        const fault = faultOf(pattern);
        return fault === undefined ? [] : [findingAt(held, fault)];
      }),
    ),
};

/** Grants on everything where something smaller could be named. */
export const noWildcardResource: Check = {
  name: 'no-wildcard-resource',
  promise: 'Resource * is allowed only where none of the actions takes a resource, or where a tag says which',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, resources, origin } = held.statement;
      if (held.holder !== 'identity' || effect === 'Deny' || !resources?.some(isEverything)) return [];
      if (held.statement.conditions.some(namesTagged)) return [];
      const smaller = patternsOf(held).filter(takesResource);
      if (smaller.length === 0) return [];
      const through = origin.outside ? `${origin.document}: ` : '';
      return [
        findingAt(
          held,
          `${through}${list(smaller)} on ${model.names.show(resources.find(isEverything)!)}; name the resources`,
        ),
      ];
    }),
};

/** Whether a condition leaves resources with one tag; what has none is then out, which `…IfExists` would let in. */
const namesTagged = ({ operator, key, values }: Condition): boolean =>
  operator === 'StringEquals' && /^aws:ResourceTag\//i.test(key) && values.length > 0;

/** Grants that are none, because the action is never asked about such a resource. */
export const actionsTakeResources: Check = {
  name: 'actions-take-resources',
  promise:
    'every action is done to one of the resources its statement names, so an object action never stands on a bucket',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { resources, effect, origin } = held.statement;
      if (effect === 'Deny' || !resources || resources.includes('*') || origin.outside) return [];
      return patternsOf(held).flatMap((pattern) => {
        const actions = concrete(pattern);
        if (
          actions.length === 0 ||
          documentedWithResource.has(pattern) ||
          actions.some((action) => resources.some((resource) => isDoneTo(action, withOpenEnds(resource))))
        )
          return [];
        const takes = [...new Set(actions.flatMap((action) => action.resources.map(resourcePart)))];
        const named = list(resources.map((resource) => model.names.display(resource)));
        const instead = takes.length > 0 ? `it takes ${list(takes)}` : 'it takes no resource and is only allowed on *';
        return [findingAt(held, `${pattern} is not done to ${named}; ${instead}`)];
      });
    }),
};

/** Actions for which AWS publishes no resource, and writes one all the same in the policies its documentation gives. */
const documentedWithResource: ReadonlySet<string> = new Set(['dynamodb:ListStreams']);

const patternsOf = ({ statement: { actions, notActions } }: Held): readonly string[] => actions ?? notActions ?? [];

function faultOf(pattern: string): string | undefined {
  if (pattern === '*') return undefined;
  const [service, name] = pattern.split(':');
  if (name === undefined || name === '' || service === '') return `${pattern} is no action; write service:Action`;
  if (/[*?]/.test(service)) return undefined;
  const known = [...actionsOf(service).values()];
  if (known.length === 0) return `${pattern}: there is no service ${service}`;
  if (expanded(pattern).length > 0) return undefined;
  if (/[*?]/.test(name)) return `${pattern} covers no action of ${service} as of ${dataDate()}`;
  const [near] = nearest(
    name,
    known.map((action) => action.name.split(':')[1]),
  );
  return `${service} has no action ${name} as of ${dataDate()}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** Whether a pattern covers an action that could be held to a resource; an action nobody knows is not judged here. */
function takesResource(pattern: string): boolean {
  if (pattern === '*' || /[*?]/.test(pattern.split(':')[0])) return true;
  return expanded(pattern).some(({ resources }) => resources.length > 0);
}

const isEverything = (resource: string): boolean =>
  /^\*+$/.test(resource) || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource);

function concrete(pattern: string): readonly PublishedAction[] {
  if (/[*?]/.test(pattern)) return expanded(pattern);
  return [publishedAction(pattern)].filter((action) => action !== undefined);
}

const withOpenEnds = (pattern: string): string => pattern.replace(/\*|\?|\$\{[^}]*\}/g, gap('any', 'any'));
const resourcePart = (shape: string): string =>
  shape
    .split(':')
    .slice(5)
    .join(':')
    .replace(/\$\{(\w+)\}/g, '<$1>');
const list = (items: readonly string[]): string =>
  items.slice(0, 6).join(', ') + (items.length > 6 ? ` and ${items.length - 6} more` : '');
