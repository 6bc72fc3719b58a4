import { Token } from 'aws-cdk-lib';
import { areBounds, isObject, isWithinBounds, isWithinRange, items, pairs, type Scalar } from './conditions';

/** What a text may be held against besides itself. */
type TextMatch = string | { readonly 'equals-ignore-case': string };
type TextRefused =
  | { readonly prefix: string | readonly string[] }
  | { readonly suffix: string | readonly string[] }
  | { readonly 'equals-ignore-case': string | readonly string[] }
  | { readonly wildcard: string | readonly string[] };

/** What one field may be; a list of these is met when any of them is. */
export type PatternCondition =
  | Scalar
  | { readonly prefix: TextMatch }
  | { readonly suffix: TextMatch }
  | { readonly 'equals-ignore-case': string }
  | { readonly wildcard: string }
  | { readonly 'anything-but': Scalar | readonly Scalar[] | TextRefused }
  | { readonly numeric: readonly (string | number)[] }
  | { readonly exists: boolean }
  | { readonly cidr: string };

/**
 * A pattern as EventBridge documents it: every named field must meet one of its conditions, `$or` holds alternatives, and lists in
 * the event are looked through.
 */
export interface BusPattern {
  readonly [field: string]: readonly PatternCondition[] | readonly BusPattern[] | BusPattern;
}

/** An event as rules see it. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
  readonly resources?: readonly string[];
  readonly account?: string;
  readonly region?: string;
  readonly time?: string;
  /** The replay an event comes from; absent in one that happens now. */
  readonly 'replay-name'?: string;
}

/** The numbers EventBridge compares. */
const largestComparable = 5_000_000_000;
const largestPattern = 2048;
const fields = [
  'source',
  'detail-type',
  'detail',
  'resources',
  'account',
  'region',
  'time',
  'id',
  'version',
  'replay-name',
];
const operators = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'exists', 'cidr'];

/**
 * Whether EventBridge would find that an event fits a pattern.
 *
 * Several conditions within a list of objects must be met by one and the same object of the list. A value that is known only when
 * it is deployed fits anything.
 *
 * @claims messaging-event-rule
 */
export const fitsPattern = (pattern: BusPattern, event: BusEvent): boolean => fits(pattern, event);

/** What EventBridge would refuse about a pattern, or could never match, one sentence each. */
export function patternFaults(pattern: BusPattern): string[] {
  const keys = Object.keys(pattern);
  if (keys.length === 0)
    return ['pattern names no field and would match everything on the bus; name a source at least'];
  const length = Token.isUnresolved(pattern) ? 0 : JSON.stringify(pattern).length;
  return [
    ...(length > largestPattern
      ? [`pattern is ${length} characters long; EventBridge takes ${largestPattern}, so split it into two routes`]
      : []),
    ...topFields(pattern)
      .filter((field) => !fields.includes(field))
      .map((field) => `pattern names the field ${field}, which no event has; events have ${fields.join(', ')}`),
    ...faultsWithin(pattern, []),
  ];
}

/** Whether a pattern looks at nothing but where an event comes from, so that every kind of event of that source fits. */
export const isBroad = (pattern: BusPattern): boolean =>
  topFields(pattern).every((field) => ['source', 'account', 'region', 'replay-name'].includes(field));

function fits(pattern: BusPattern, node: unknown): boolean {
  if (Array.isArray(node)) return node.some((element) => fits(pattern, element));
  const object = isObject(node) ? node : {};
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or') return alternatives(wanted).some((alternative) => fits(alternative, object));
    if (isPattern(wanted)) return fits(wanted, object[field]);
    const values = field in object ? items(object[field]).filter((value) => !isObject(value)) : [];
    return conditionsOf(wanted).some((condition) => holds(condition, values));
  });
}

function holds(condition: PatternCondition, values: readonly unknown[]): boolean {
  if (isObject(condition) && 'exists' in condition) return values.length > 0 === condition.exists;
  return values.some((value) => holdsForOne(condition, value));
}

function holdsForOne(condition: PatternCondition, value: unknown): boolean {
  if (!isObject(condition)) return condition === value || Token.isUnresolved(condition);
  if ('anything-but' in condition) return !isRefused(condition['anything-but'], value);
  if ('numeric' in condition)
    return typeof value === 'number' && isWithinBounds(condition.numeric, value, largestComparable);
  return typeof value === 'string' && holdsForText(condition as Readonly<Record<string, TextMatch>>, value);
}

function holdsForText(condition: Readonly<Record<string, TextMatch>>, value: string): boolean {
  const [[operator, wanted]] = Object.entries(condition);
  if (typeof wanted !== 'string')
    return holdsForText({ [operator]: wanted['equals-ignore-case'].toLowerCase() }, value.toLowerCase());
  if (operator === 'prefix') return value.startsWith(wanted);
  if (operator === 'suffix') return value.endsWith(wanted);
  if (operator === 'equals-ignore-case') return value.toLowerCase() === wanted.toLowerCase();
  if (operator === 'wildcard') return wildcard(wanted).test(value);
  return operator === 'cidr' && isWithinRange(value, wanted);
}

/** A field that is no text is never refused by an operator over texts. */
function isRefused(refused: Scalar | readonly Scalar[] | TextRefused, value: unknown): boolean {
  if (!isObject(refused)) return [refused].flat().includes(value as Scalar);
  if (typeof value !== 'string') return false;
  return Object.entries(refused).some(([operator, texts]) =>
    [texts as string | string[]].flat().some((text) => holdsForText({ [operator]: text }, value)),
  );
}

/** Stars stand for any text, `\*` for a star. */
function wildcard(text: string): RegExp {
  const quoted = text.replace(/\\?[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*';
    return part.slice(-1).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${quoted}$`);
}

function faultsWithin(pattern: BusPattern, path: readonly string[]): string[] {
  return Object.entries(pattern).flatMap(([field, wanted]): string[] => {
    const here = [...path, field].join('.');
    if (field === '$or') {
      if (alternatives(wanted).length < 2) return [`pattern ${here} needs two or more alternatives`];
      return alternatives(wanted).flatMap((alternative) => faultsWithin(alternative, path));
    }
    if (isPattern(wanted)) return faultsWithin(wanted, [...path, field]);
    if (!Array.isArray(wanted))
      return [`pattern ${here} is ${JSON.stringify(wanted)}; write a list, such as [${JSON.stringify(wanted)}]`];
    if (wanted.length === 0) return [`pattern ${here} lists no condition and would never match; list one`];
    return conditionsOf(wanted).flatMap((condition) => faultOf(condition, here));
  });
}

function faultOf(condition: PatternCondition, here: string): string[] {
  if (!isObject(condition)) return [];
  const [operator, ...more] = Object.keys(condition);
  if (operator === undefined || more.length > 0 || !operators.includes(operator))
    return [
      `pattern ${here} has the condition ${JSON.stringify(condition)}; give one operator of ${operators.join(', ')}`,
    ];
  if ('wildcard' in condition && /(?<!\\)\*\*/.test(condition.wildcard))
    return [
      `pattern ${here} has the wildcard ${condition.wildcard}; one star stands for any text, so write no two in a row`,
    ];
  if (!('numeric' in condition)) return [];
  const bounds = condition.numeric;
  if (!areBounds(bounds))
    return [`pattern ${here} compares with ${JSON.stringify(bounds)}; write it as [">=", 1] or [">", 0, "<=", 9]`];
  return pairs(bounds)
    .filter(([, bound]) => Math.abs(bound) > largestComparable)
    .map(
      ([, bound]) =>
        `pattern ${here} compares with ${bound}; EventBridge compares numbers from -5000000000 to 5000000000, so send a text or a larger unit`,
    );
}

/** The fields of the event itself that a pattern looks at, those within alternatives too. */
const topFields = (pattern: BusPattern): string[] =>
  Object.entries(pattern).flatMap(([field, wanted]) =>
    field === '$or' ? alternatives(wanted).flatMap(topFields) : [field],
  );
const alternatives = (wanted: BusPattern[string]) => wanted as readonly BusPattern[];
const isPattern = (wanted: BusPattern[string]): wanted is BusPattern => isObject(wanted);
const conditionsOf = (wanted: BusPattern[string]) => wanted as readonly PatternCondition[];
