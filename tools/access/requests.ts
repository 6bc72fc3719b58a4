import { gap } from '../template/text';
import {
  dataDate,
  expanded,
  actionsOf,
  openShape,
  publishedAction,
  resourceShapes,
  type PublishedAction,
} from './actions';
import { arnParts, matchesArn } from './match';
import type { Entry, Names } from './names';
import { nearest } from './nearness';
import { AccessError } from './statements';

/** What a question about a resource means for one action. */
export interface Target {
  /** The ARN IAM is asked about; `*` for actions that take no resource. */
  readonly arn: string;
  /** The resource, where it is in the templates. */
  readonly entry?: Entry;
}

/**
 * The published action of a question.
 *
 * @throws when AWS publishes none of that name, with what was perhaps meant
 */
export function askedAction(action: string): PublishedAction {
  const found = publishedAction(action);
  if (found) return found;
  const [service, name = ''] = action.split(':');
  const known = [...actionsOf(service).values()];
  if (known.length === 0)
    throw new AccessError(`${action}: there is no service ${service}; write service:Action, such as s3:GetObject`);
  const [near] = nearest(
    name,
    known.map((one) => one.name.split(':')[1]),
  );
  const meant = near === undefined ? '' : `; did you mean ${service.toLowerCase()}:${near}?`;
  throw new AccessError(`${action}: ${service} has no such action as of ${dataDate()}${meant}`);
}

/**
 * The actions a question asks about: one, or all that a pattern covers and the resource takes.
 *
 * @throws when there is none
 */
export function askedActions(pattern: string, resource: string, names: Names): PublishedAction[] {
  if (!/[*?]/.test(pattern)) return [askedAction(pattern)];
  const covered = expanded(pattern);
  if (covered.length === 0) throw new AccessError(`${pattern} covers no published action; write service:Action*`);
  // Asked about a resource, actions that take none are beside the point.
  const about = covered.filter((action) => resource === '*' || action.resources.length > 0);
  const fitting = about.filter((action) => targetOf(action, resource, names) !== undefined);
  if (fitting.length > 0) return fitting;
  throw new AccessError(`${pattern} covers ${covered.length} actions, but none takes ${resource}`);
}

/**
 * What IAM is asked about when an action is done to a resource. A bucket stands for its objects where the action is about
 * objects, a table for its indexes, a log group for its streams; what comes after a colon says which.
 *
 * @param resource a name with or without `:` and a part of it, or an ARN
 * @returns undefined when the action takes no such resource
 */
export function targetOf(action: PublishedAction, resource: string, names: Names): Target | undefined {
  if (resource === '*') return { arn: action.resources.length === 0 ? '*' : gap('any', 'resource') };
  if (resource.startsWith('arn:')) {
    const entry = names.owner(resource)?.entry;
    return { arn: resource, ...(entry && { entry }) };
  }
  const [name, ...parts] = resource.split(':');
  const entry = names.find(name);
  if (action.resources.length === 0) return { arn: '*', entry };
  const arn = entry.arns.flatMap((own) => arnOf(action, own, parts.join(':')) ?? [])[0];
  return arn === undefined ? undefined : { arn, entry };
}

/** @throws when the action takes no such resource, with what it takes */
export function targetOrThrow(action: PublishedAction, resource: string, names: Names): Target {
  const target = targetOf(action, resource, names);
  if (target) return target;
  const { type, display } = names.find(resource.split(':')[0]);
  const kinds = [...new Set(action.resources.map((shape) => arnParts(shape.replace(variables, '<$1>'))[5]))].join(', ');
  throw new AccessError(`${action.name} is not done to ${display}, which is an ${type}; it takes ${kinds}`);
}

function arnOf(action: PublishedAction, own: string, part: string): string | undefined {
  // A resource whose ARN no table tells: nothing to hold the action's shapes against.
  if (!own.startsWith('arn:')) return part === '' ? own : `${own}/${part}`;
  const [, , service] = arnParts(own);
  if (action.resources.some((shape) => fits(shape, own))) {
    if (part !== '') return `${own}${separatorIn(service)}${part}`;
    return service === 'logs' && !/Tag/.test(action.name) ? `${own}:log-stream:` : own;
  }
  // A part of the resource: the action's shape names the resource by the same variable as the resource's own.
  const ownShapes = [impliedShapes[service] ?? [], resourceShapes(service)].flat().filter((shape) => fits(shape, own));
  for (const ownShape of ownShapes) {
    const { variable } = lastVariable(ownShape);
    const shape = action.resources.find((one) => variable !== '' && one.includes(`\${${variable}}`));
    if (shape !== undefined) return filled(shape, ownShape, own, part);
  }
  return undefined;
}

/** A shape with the resource's own name in it, and what was asked for, or anything, in the rest. */
function filled(shape: string, ownShape: string, own: string, part: string): string {
  if (shape.startsWith(ownShape) && part !== '') return own + shape[ownShape.length] + part;
  const [, partition, , region, account, resource] = arnParts(own);
  const { variable, before } = lastVariable(ownShape);
  const known: Readonly<Record<string, string>> = {
    Partition: partition,
    Region: region,
    Account: account,
    [variable]: resource.slice(before.length),
  };
  let rest = part;
  return shape.replace(variables, (_, name: string) => {
    if (known[name] !== undefined) return known[name];
    const value = rest === '' ? gap('any', words(name)) : rest;
    rest = '';
    return value;
  });
}

const variables = /\$\{(\w+)\}/g;

/** The variable a shape ends with, and what stands before it in the resource part. */
function lastVariable(shape: string): { variable: string; before: string } {
  const variable = /\$\{(\w+)\}$/.exec(shape)?.[1] ?? '';
  const resource = arnParts(shape.replace(variables, '<$1>'))[5] ?? '';
  return { variable, before: resource.slice(0, -`<${variable}>`.length) };
}

/** Resources that policies only name together with a part of them. */
const impliedShapes: Readonly<Record<string, string>> = {
  'execute-api': 'arn:${Partition}:execute-api:${Region}:${Account}:${ApiId}',
  'rds-db': 'arn:${Partition}:rds-db:${Region}:${Account}:dbuser:${DbiResourceId}',
};

const fits = (shape: string, arn: string): boolean => matchesArn(openShape(shape), arn).truth === 'yes';
const separatorIn = (service: string): string => (['lambda', 'states', 'logs'].includes(service) ? ':' : '/');
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
