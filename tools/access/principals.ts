import type { Resolver } from '../template/resolve';
import type { Entry } from './names';

/** A resource that acts through a role. */
export interface Actor {
  readonly entry: Entry;
  /** The role's entry. */
  readonly role: Entry;
  /** The property that names the role: `Role`, `TaskRoleArn`, `Target.RoleArn`. */
  readonly property: string;
  /** Whether it is only another name of an actor: an alias or a version of a function. @default false */
  readonly alias?: boolean;
}

/** Properties by whose name a role is handed over by its mere name; an ARN is one wherever it stands. */
const handsOver = /role|profile|credentials/i;

/** Resources that pass another's role on, and the properties one of which names the other. */
const through: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['LaunchTemplate', 'MixedInstancesPolicy'],
  'AWS::EC2::EC2Fleet': ['LaunchTemplateConfigs'],
  'AWS::EC2::Instance': ['LaunchTemplate'],
  'AWS::EC2::SpotFleet': ['SpotFleetRequestConfigData'],
  'AWS::ECS::Service': ['TaskDefinition'],
  'AWS::Lambda::Alias': ['FunctionName'],
  'AWS::Lambda::Version': ['FunctionName'],
};

/**
 * Every resource that acts through a role of the templates: functions, tasks, instances, state machines, schedules, pipes,
 * delivery streams, API integrations, whatever names a role.
 */
export function findActors(entries: readonly Entry[], resolver: Resolver): Actor[] {
  const roles = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.type !== 'AWS::IAM::Role') continue;
    roles.set(entry.arns[0], entry);
    roles.set(entry.name, entry);
  }
  for (const entry of entries) {
    if (entry.type !== 'AWS::IAM::InstanceProfile') continue;
    const [name] = texts(resolver.resolve(entry.stack, entry.resource.Properties?.Roles));
    const role = roles.get(name);
    if (role) for (const key of [entry.arns[0], entry.name]) roles.set(key, role);
  }
  const direct = entries
    .filter(({ type }) => !type.startsWith('AWS::IAM::'))
    .flatMap((entry) => actorsOf(entry, roles, resolver));
  return [...direct, ...passedOn(entries, direct, resolver)];
}

function actorsOf(entry: Entry, roles: ReadonlyMap<string, Entry>, resolver: Resolver): Actor[] {
  const found: Actor[] = [];
  const visit = (value: unknown, path: readonly string[], handed: boolean): void => {
    if (typeof value === 'string') {
      const role = handed || value.startsWith('arn:') ? roles.get(value) : undefined;
      const property = path.join('.');
      if (role && !found.some((actor) => actor.role === role && actor.property === property))
        found.push({ entry, role, property });
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, path, handed);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, [...path, key], handed || handsOver.test(key));
    }
  };
  for (const [property, value] of Object.entries(entry.resource.Properties ?? {})) {
    // Policies mention roles; they hand over none.
    if (/Polic|Environment|Definition(String|Substitutions)|UserData/.test(property)) continue;
    visit(resolver.resolve(entry.stack, value), [property], handsOver.test(property));
  }
  return found;
}

function passedOn(entries: readonly Entry[], direct: readonly Actor[], resolver: Resolver): Actor[] {
  const byReference = new Map<string, Actor[]>();
  const acting = new Set(direct.map(({ entry }) => entry));
  for (const actor of direct) {
    const { stack, logicalId } = actor.entry;
    const { ref, name, arn } = resolver.identity(stack, logicalId);
    for (const key of new Set([ref, name, arn])) {
      if (key !== undefined) byReference.set(key, [...(byReference.get(key) ?? []), actor]);
    }
  }
  return entries.flatMap((entry) => {
    const given = (through[entry.type] as readonly string[] | undefined) ?? [];
    const property = given.find((name) => entry.resource.Properties?.[name] !== undefined);
    if (property === undefined || acting.has(entry)) return [];
    const named = texts(resolver.resolve(entry.stack, entry.resource.Properties?.[property]));
    const actors = named.flatMap((text) => byReference.get(text) ?? []);
    return [...new Set(actors)].map(({ role, property: inner }) => ({
      entry,
      role,
      property: `${property}.${inner}`,
      alias: entry.type.startsWith('AWS::Lambda::'),
    }));
  });
}

/** All texts in a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** The role a resource's own code runs with; undefined where several could be meant. */
export function mainRole(actors: readonly Actor[]): Entry | undefined {
  const roles = new Set(actors.map(({ role }) => role));
  const main = new Set(actors.filter(({ property }) => ownRole.test(property)).map(({ role }) => role));
  const [role, more] = roles.size === 1 ? roles : main;
  return more === undefined ? role : undefined;
}

/** What the role of a resource's own code is called, as opposed to a role of its agent, its logs or its scaling. */
const ownRole = /(^|\.)(Role|RoleArn|TaskRoleArn|ServiceRole)$/;
