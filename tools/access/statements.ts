import { TemplateError } from '../template/read';
import { Either } from '../template/resolve';
import { gap, isGap, show } from '../template/text';
import type { Condition } from './conditions';

/** Where a statement stands. */
export interface Origin {
  /** The resource that holds it, by logical id, or what else it was given in. */
  readonly in: string;
  /** Which of several documents of the resource, where there are several. */
  readonly document?: string;
  /** Its place in the document, from 0; undefined where the resource is the statement. */
  readonly index?: number;
  readonly sid?: string;
  /** Whether it is in a managed policy that the templates only mention. */
  readonly outside?: true;
}

/** The principals of a statement, by kind. */
export interface PrincipalList {
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly canonical: readonly string[];
}

/** A statement of a policy, resolved. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: PrincipalList;
  readonly notPrincipals?: PrincipalList;
  readonly conditions: readonly Condition[];
  readonly origin: Origin;
  /** Why it is not sure to be there, where it is not. */
  readonly unless?: string;
  /** Whether it stands in for a policy nobody can read, and so could say anything. */
  readonly standIn?: true;
}

/** A policy document as people write it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement?: unknown;
  readonly [key: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the statements of a resolved policy document.
 *
 * @param document the document, as an object or as JSON text
 * @param origin where it stands
 * @param unless why it is not sure to be there, where it is not
 * @throws when it is no policy document
 */
export function readDocument(document: unknown, origin: Omit<Origin, 'index'>, unless?: string): Statement[] {
  if (document instanceof Either) {
    const why = `it depends on the condition ${document.condition}`;
    return [document.whenTrue, document.whenFalse].flatMap((one) =>
      one === undefined ? [] : readDocument(one, origin, unless ?? why),
    );
  }
  if (typeof document === 'string' && isGap(document)) {
    return unknownPolicy(origin, `the policy document is ${show(document)}, which is not in the templates`);
  }
  if (typeof document === 'string') return readDocument(parsed(document, origin), origin, unless);
  const statements = isObject(document) ? document.Statement : undefined;
  if (!isObject(document) || statements === undefined) {
    throw new AccessError(
      `${nameOf(origin)}: no policy document, it has no Statement; give one with Version and Statement`,
    );
  }
  // Policy variables exist since the second version of the language; before, they are text.
  const old = document.Version !== undefined && document.Version !== '2012-10-17';
  return flat(statements).flatMap((statement, index) => readStatement(statement, { ...origin, index }, unless, old));
}

/** A policy nobody can read: it may allow anything and deny anything. */
export function unknownPolicy(origin: Origin, why: string): Statement[] {
  return (['Allow', 'Deny'] as const).map((effect) => ({
    effect,
    actions: ['*'],
    resources: ['*'],
    conditions: [],
    origin,
    unless: why,
    standIn: true,
  }));
}

/** Reads one statement. */
export function readStatement(statement: unknown, origin: Origin, unless?: string, old = false): Statement[] {
  if (statement instanceof Either) {
    const why = `it depends on the condition ${statement.condition}`;
    return [statement.whenTrue, statement.whenFalse]
      .flatMap((one) => (one === undefined ? [] : flat(one)))
      .flatMap((one) => readStatement(one, origin, unless ?? why, old));
  }
  if (!isObject(statement)) throw new AccessError(`${nameOf(origin)}: no statement, but ${JSON.stringify(statement)}`);
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new AccessError(`${nameOf(origin)}: the Effect is ${JSON.stringify(effect)}; write Allow or Deny`);
  }
  const text = (key: string) =>
    statement[key] === undefined ? undefined : texts(statement[key]).map(old ? plain : same);
  const read: Statement = {
    effect,
    ...optional('actions', text('Action')),
    ...optional('notActions', text('NotAction')),
    ...optional('resources', text('Resource')),
    ...optional('notResources', text('NotResource')),
    ...optional('principals', readPrincipals(statement.Principal)),
    ...optional('notPrincipals', readPrincipals(statement.NotPrincipal)),
    conditions: readConditions(statement.Condition, old),
    origin: { ...origin, ...(typeof statement.Sid === 'string' && statement.Sid !== '' && { sid: statement.Sid }) },
    ...optional('unless', unless),
  };
  if (!read.actions && !read.notActions) {
    throw new AccessError(`${nameOf(origin)}: the statement has neither Action nor NotAction; say what it is about`);
  }
  return [read];
}

/** A statement's place in words: `OrdersPolicy.Statement[1]`. */
export function nameOf({ in: holder, document, index }: Origin): string {
  return `${show(holder)}${document === undefined ? '' : `.${document}`}${index === undefined ? '' : `.Statement[${index}]`}`;
}

/** Something is wrong with the templates or the question; the message says what would do. */
export class AccessError extends TemplateError {}

function readPrincipals(principal: unknown): PrincipalList | undefined {
  if (principal === undefined) return undefined;
  if (principal === '*') return { everyone: true, aws: [], services: [], federated: [], canonical: [] };
  const kinds = isObject(principal) ? principal : { AWS: principal };
  const aws = texts(kinds.AWS ?? []);
  return {
    everyone: aws.includes('*'),
    aws: aws.filter((one) => one !== '*'),
    services: texts(kinds.Service ?? []),
    federated: texts(kinds.Federated ?? []),
    canonical: texts(kinds.CanonicalUser ?? []),
  };
}

function readConditions(block: unknown, old: boolean): Condition[] {
  if (block === undefined) return [];
  if (block instanceof Either) return [undecided(block.condition)];
  return Object.entries(block as Json).flatMap(([operator, keys]) =>
    keys instanceof Either
      ? [undecided(keys.condition)]
      : Object.entries((keys ?? {}) as Json).map(([key, values]) => ({
          operator,
          key,
          values: texts(values).map(old ? plain : same),
        })),
  );
}

/** A condition that nobody can decide from the template. */
const undecided = (condition: string): Condition => ({ operator: `If ${condition}`, key: 'the condition', values: [] });

/** One or many, as text. */
function texts(value: unknown): string[] {
  return flat(value).flatMap((item) => {
    if (typeof item === 'string') return [item];
    if (typeof item === 'number' || typeof item === 'boolean') return [String(item)];
    if (item instanceof Either) return [gap('unknown', `If ${item.condition}`)];
    if (Array.isArray(item)) return texts(item);
    return [gap('unknown', 'something that is no text')];
  });
}

function parsed(document: string, origin: Origin): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new AccessError(`${nameOf(origin)}: the policy document is text but no JSON`);
  }
}

const same = (text: string): string => text;
/** `${` stands for itself. */
const plain = (text: string): string => text.replaceAll('${', '${$}{');
const flat = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const optional = <Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, Value>>;
