import { find, look, type Json } from './machine-paths';
import type { ChoiceRule } from './machine-states';

type Comparison = (value: Json, wanted: Json) => boolean;

/** Whether an input meets a rule of a Choice state. */
export function meets(rule: ChoiceRule, document: Json, context: Json): boolean {
  const inner = (name: string) => rule[name] as readonly ChoiceRule[];
  if (rule.And) return inner('And').every((each) => meets(each, document, context));
  if (rule.Or) return inner('Or').some((each) => meets(each, document, context));
  if (rule.Not) return !meets(rule.Not as ChoiceRule, document, context);

  const variable = String(rule.Variable);
  const [operator, operand] = Object.entries(rule).find(([name]) => !['Variable', 'Next', 'Comment'].includes(name))!;
  if (operator === 'IsPresent')
    return (find(variable, variable.startsWith('$$') ? context : document) !== undefined) === operand;

  const value = look(variable, document, context);
  const check = kinds[operator];
  if (check) return check(value) === operand;
  const byPath = operator.endsWith('Path');
  const compare = comparisonOf(byPath ? operator.slice(0, -'Path'.length) : operator);
  return compare(value, byPath ? look(String(operand), document, context) : (operand as Json));
}

const isTime = (value: Json): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);

const kinds: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: isTime,
};

const orders: Readonly<Record<string, (by: number) => boolean>> = {
  Equals: (by) => by === 0,
  LessThan: (by) => by < 0,
  LessThanEquals: (by) => by <= 0,
  GreaterThan: (by) => by > 0,
  GreaterThanEquals: (by) => by >= 0,
};

/** How far apart two values of a type are; undefined where one is of another type, which no comparison is true of. */
const distances: Readonly<Record<string, (value: Json, wanted: Json) => number | undefined>> = {
  String: (value, wanted) =>
    bothAre('string', value, wanted) ? (value! < wanted! ? -1 : Number(value! > wanted!)) : undefined,
  Numeric: (value, wanted) => (bothAre('number', value, wanted) ? Number(value) - Number(wanted) : undefined),
  Boolean: (value, wanted) => (bothAre('boolean', value, wanted) ? Number(value) - Number(wanted) : undefined),
  Timestamp: (value, wanted) => (isTime(value) && isTime(wanted) ? Date.parse(value) - Date.parse(wanted) : undefined),
};

function comparisonOf(operator: string): Comparison {
  if (operator === 'StringMatches')
    return (value, wanted) => typeof value === 'string' && typeof wanted === 'string' && wildcards(wanted).test(value);
  const [, type, order] = /^(String|Numeric|Boolean|Timestamp)(\w+)$/.exec(operator) ?? [];
  if (!type || !orders[order]) throw new Error(`${operator} is no comparison of the Amazon States Language`);
  return (value, wanted) => {
    const distance = distances[type](value, wanted);
    return distance !== undefined && orders[order](distance);
  };
}

const bothAre = (type: string, value: Json, wanted: Json): boolean => typeof value === type && typeof wanted === type;

/** `*` stands for any text, `\*` for itself. */
function wildcards(pattern: string): RegExp {
  const parts = pattern.split(/(\\[*\\]|\*)/).map((part) => {
    if (part === '*') return '[^]*';
    return (part.startsWith('\\') ? part.slice(1) : part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
