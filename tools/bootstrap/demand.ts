import { expanded, publishedAction, type PublishedAction } from '../access/actions';
import { callsFor, carriesTags, gatewayMethods, type Source } from './handlers';
import type { Variant } from './variants';

/** An action, or a pattern of actions, that CloudFormation needs, and what for. */
export interface Needed {
  /** As it is written in a policy: `sqs:CreateQueue`, `ec2:Describe*`. */
  readonly action: string;
  /** The action as AWS publishes it; absent for a pattern. */
  readonly published?: PublishedAction;
  readonly types: readonly string[];
}

/** An action that a schema names and the policy leaves out. */
export interface LeftOut {
  readonly action: string;
  readonly why: string;
}

export interface Demand {
  readonly needed: readonly Needed[];
  readonly leftOut: readonly LeftOut[];
  /** Every resource type of the templates, with where its actions come from. */
  readonly types: ReadonlyMap<string, Source>;
}

/** Actions that are never handed out, and why. */
const refused: Readonly<Record<string, string>> = {
  'iam:DeleteRolePermissionsBoundary': 'a role keeps its boundary until it is deleted',
};

/** Needed across services: a role is handed over, and services make roles of their own. */
const always: readonly string[] = ['iam:PassRole', 'iam:CreateServiceLinkedRole'];

/** What CloudFormation needs to create, read, update and delete everything in the templates. */
export function demandOf(variants: readonly Variant[]): Demand {
  const types = new Map<string, Source>();
  const wanted = new Map<string, Set<string>>();
  const leftOut = new Map<string, string>();
  const resources = variants.flatMap(({ model }) => model.names.entries);
  for (const type of new Set(resources.map((entry) => entry.type))) {
    const { actions, source } = callsFor(type);
    types.set(type, source);
    for (const action of actions.flatMap(spelledOut)) want(wanted, action, type);
  }
  // Whatever acts through a role of the templates is handed that role, whether its type's schema says so or not.
  for (const { actors } of variants.map(({ model }) => model)) {
    for (const { entry } of actors) want(wanted, 'iam:PassRole', entry.type);
  }

  const homes = new Set([...types.keys()].map(homeOf));
  const roleOnly = !resources.some(({ type }) => /^AWS::IAM::(User|Group)/.test(type));
  const needed: Needed[] = [];
  for (const [action, by] of wanted) {
    const published = publishedAction(action);
    const why =
      refused[action] ??
      (published || expanded(action).length > 0 ? undefined : 'AWS publishes no such action') ??
      (roleOnly && /^iam:\w*(User|Group)Policy$/.test(action)
        ? 'the templates hold no user and no group'
        : undefined) ??
      (published && isStranger(published, homes)
        ? `the templates hold nothing of ${published.name.split(':')[0]}`
        : undefined);
    if (why === undefined)
      needed.push({ action: published?.name ?? action, ...(published && { published }), types: [...by].sort() });
    else leftOut.set(action, why);
  }
  return {
    needed: withoutCovered(needed).sort((a, b) => (a.action < b.action ? -1 : 1)),
    leftOut: [...leftOut].map(([action, why]) => ({ action, why })).sort((a, b) => (a.action < b.action ? -1 : 1)),
    types: new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A schema that names all of a service's actions means those its handlers call: for an API, the methods. */
const spelledOut = (action: string): readonly string[] => (action === 'apigateway:*' ? gatewayMethods : [action]);

function want(wanted: Map<string, Set<string>>, action: string, type: string): void {
  // Schemas spell the service in capitals here and there.
  const [service, name] = action.split(':');
  const key = `${service.toLowerCase()}:${name}`;
  const by = wanted.get(key);
  if (by) by.add(type);
  else wanted.set(key, new Set([type]));
}

/** The service most of a type's actions belong to. */
function homeOf(type: string): string {
  const counts = new Map<string, number>();
  for (const action of callsFor(type).actions) {
    const service = action.split(':')[0].toLowerCase();
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const [home = ''] = [...counts].sort(([, a], [, b]) => b - a).map(([service]) => service);
  return home;
}

/** Whether an action changes something of a service that the templates hold nothing of: a schema lists it for a property not used. */
function isStranger({ name, accessLevel }: PublishedAction, homes: ReadonlySet<string>): boolean {
  if (always.includes(name) || /^(Read|List)$/.test(accessLevel)) return false;
  return !homes.has(name.split(':')[0]);
}

/** Without the actions that a pattern among them covers. */
function withoutCovered(needed: readonly Needed[]): Needed[] {
  const patterns = needed.filter(({ published }) => !published);
  const covered = new Set(patterns.flatMap(({ action }) => expanded(action).map(({ name }) => name)));
  return needed.filter(({ action }) => !covered.has(action));
}

/** Whether everything an action is needed for carries the tags of its stack from the first moment. */
export const onlyTagged = ({ types }: Needed): boolean => types.every(carriesTags);
