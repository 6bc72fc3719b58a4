import { areBounds, isObject, isWithinBounds, isWithinRange, items, pairs, type Scalar } from './conditions';

/** What one property may be; a list of these is met when any of them is. */
export type FilterCondition =
  | Scalar
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly 'equals-ignore-case': string }
  | { readonly 'anything-but': Scalar | readonly Scalar[] | { readonly prefix: string } }
  | { readonly numeric: readonly (string | number)[] }
  | { readonly exists: boolean }
  | { readonly cidr: string };

/**
 * A filter as SNS documents it: every named property must be there and meet one of its conditions. Over a body, names may
 * be nested; lists in the body are looked through. `$or` holds alternatives.
 */
export interface FilterPolicy {
  readonly [property: string]: readonly FilterCondition[] | readonly FilterPolicy[] | FilterPolicy;
}

/** What a filter is held against. */
export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** A message as SNS sees it. */
export interface Notice {
  readonly body: unknown;
  /** Type `String`, `String.Array` (JSON text), `Number` or `Binary`, which filters do not see. */
  readonly attributes?: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

/**
 * A subscriber's filter: what SNS is told, and whether a message would pass it.
 *
 * @claims messaging-topic-filter
 */
export class NoticeFilter {
  /** Filters by the JSON body, however deep. */
  static byBody(policy: FilterPolicy): NoticeFilter {
    return new NoticeFilter('MessageBody', policy);
  }

  /** Filters by message attributes. */
  static byAttributes(policy: FilterPolicy): NoticeFilter {
    return new NoticeFilter('MessageAttributes', policy);
  }

  private constructor(
    readonly scope: FilterScope,
    readonly policy: FilterPolicy,
  ) {}

  /** Whether SNS would deliver this message to a subscriber with this filter. */
  accepts(notice: Notice): boolean {
    if (this.scope === 'MessageBody') return meets(this.policy, [notice.body]);
    const attributes = valuesOf(notice.attributes ?? {});
    return Object.keys(attributes).length > 0 && meets(this.policy, [attributes]);
  }

  /** What SNS would refuse about this filter, one sentence each. */
  faults(): string[] {
    const keys = keysOf(this.policy);
    const values = combinations(this.policy);
    return [
      ...(keys.length === 0 ? ['filter names no property; leave it out, or name one'] : []),
      ...(keys.length > 5 ? [`filter names ${keys.length} properties; name at most 5`] : []),
      ...(values > 150
        ? [`filter makes ${values} combinations (values times depth, multiplied); stay within 150, or filter in code`]
        : []),
      ...faultsWithin(this.policy, this.scope, []),
    ];
  }
}

/** The numbers SNS compares; above them a `numeric` condition silently matches nothing. */
export const largestComparable = 1_000_000_000;

function meets(policy: FilterPolicy, nodes: readonly unknown[]): boolean {
  return Object.entries(policy).every(([property, wanted]) => {
    if (property === '$or') return (wanted as readonly FilterPolicy[]).some((policy) => meets(policy, nodes));
    const found = nodes.flatMap(items).flatMap((node) => (isObject(node) && property in node ? [node[property]] : []));
    if (isPolicy(wanted)) return meets(wanted, found);
    const values = found.flatMap(items).filter((value) => !isObject(value));
    return conditionsOf(wanted).some((condition) => holds(condition, values));
  });
}

function holds(condition: FilterCondition, values: readonly unknown[]): boolean {
  if (isObject(condition) && 'exists' in condition) {
    return values.some((value) => value !== null && value !== '') === condition.exists;
  }
  return values.some((value) => holdsForOne(condition, value));
}

function holdsForOne(condition: FilterCondition, value: unknown): boolean {
  if (!isObject(condition)) return condition === value;
  if ('anything-but' in condition) {
    const refused = condition['anything-but'];
    if (isObject(refused)) return typeof value === 'string' && !value.startsWith(refused.prefix);
    return ![refused].flat().includes(value as Scalar);
  }
  if ('numeric' in condition)
    return typeof value === 'number' && isWithinBounds(condition.numeric, value, largestComparable);
  if (typeof value !== 'string') return false;
  if ('prefix' in condition) return value.startsWith(condition.prefix);
  if ('suffix' in condition) return value.endsWith(condition.suffix);
  if ('equals-ignore-case' in condition) return value.toLowerCase() === condition['equals-ignore-case'].toLowerCase();
  if ('cidr' in condition) return isWithinRange(value, condition.cidr);
  return false;
}

function faultsWithin(policy: FilterPolicy, scope: FilterScope, path: readonly string[]): string[] {
  return Object.entries(policy).flatMap(([property, wanted]): string[] => {
    const here = [...path, property].join('.');
    if (property === '$or') {
      const alternatives = [wanted].flat() as readonly FilterPolicy[];
      if (alternatives.length < 2) return [`filter ${here} needs two or more alternatives`];
      return alternatives.flatMap((alternative) => faultsWithin(alternative, scope, path));
    }
    if (isPolicy(wanted)) {
      if (scope === 'MessageAttributes')
        return [`filter ${here} is nested, but attributes are flat; list conditions, or filter by the body`];
      return faultsWithin(wanted, scope, [...path, property]);
    }
    if (wanted.length === 0) return [`filter ${here} lists no condition and would never match; list one`];
    return conditionsOf(wanted).flatMap((condition) => faultOf(condition, here));
  });
}

const operators = ['prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'numeric', 'exists', 'cidr'];

function faultOf(condition: FilterCondition, here: string): string[] {
  if (!isObject(condition)) return [];
  const [operator, ...more] = Object.keys(condition);
  if (operator === undefined || more.length > 0 || !operators.includes(operator))
    return [
      `filter ${here} has the condition ${JSON.stringify(condition)}; give one operator of ${operators.join(', ')}`,
    ];
  if (!('numeric' in condition)) return [];
  const bounds = condition.numeric;
  if (!areBounds(bounds))
    return [`filter ${here} compares with ${JSON.stringify(bounds)}; write it as [">=", 1] or [">", 0, "<=", 9]`];
  return pairs(bounds)
    .filter(([, bound]) => Math.abs(bound) > largestComparable || Math.round(bound * 1e5) / 1e5 !== bound)
    .map(
      ([, bound]) =>
        `filter ${here} compares with ${bound}; SNS compares numbers from -1000000000 to 1000000000 with five decimals, so send a text or a smaller unit`,
    );
}

/** How SNS counts: the number of values of each property times how deep it lies, all multiplied. */
function combinations(policy: FilterPolicy, depth = 1): number {
  return Object.entries(policy).reduce((product, [property, wanted]) => {
    if (property === '$or')
      return product * (wanted as readonly FilterPolicy[]).reduce((sum, one) => sum + combinations(one, depth), 0);
    return product * (isPolicy(wanted) ? combinations(wanted, depth + 1) : wanted.length * depth);
  }, 1);
}

const keysOf = (policy: FilterPolicy): string[] =>
  Object.entries(policy).flatMap(([property, wanted]) =>
    property === '$or' ? (wanted as readonly FilterPolicy[]).flatMap(keysOf) : [property],
  );

function valuesOf(attributes: NonNullable<Notice['attributes']>): Record<string, unknown> {
  const seen = Object.entries(attributes).filter(([, { type }]) => type !== 'Binary');
  return Object.fromEntries(
    seen.map(([name, { type, value }]) => {
      if (type === 'Number') return [name, Number(value)];
      return [name, type === 'String.Array' ? (JSON.parse(value) as unknown) : value];
    }),
  );
}

const isPolicy = (wanted: FilterPolicy[string]): wanted is FilterPolicy => !Array.isArray(wanted);
/** The conditions of a property that is not `$or`, under which alone a list holds policies. */
const conditionsOf = (wanted: FilterPolicy[string]) => wanted as readonly FilterCondition[];
