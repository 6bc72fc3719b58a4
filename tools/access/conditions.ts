import { BlockList, isIP } from 'node:net';
import { gapsOf } from '../template/text';
import type { RequestContext } from './context';
import { matches, matchesArn } from './match';
import { answer, everyAnswer, maybe, notAnswer, someAnswer, type Answer } from './truth';
import { substituted } from './variables';

/** One line of a condition block. */
export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

type Compare = (expected: string, actual: string) => Answer;

/** The operators that say what is to be equal; their negations are derived. */
const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (expected, actual) => matches(expected, actual, { wildcards: false }),
  StringEqualsIgnoreCase: (expected, actual) => matches(expected, actual, { wildcards: false, ignoreCase: true }),
  StringLike: (expected, actual) => matches(expected, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (expected, actual) => matches(expected, actual, { wildcards: false, ignoreCase: true }),
  BinaryEquals: (expected, actual) => matches(expected, actual, { wildcards: false }),
  IpAddress: withoutGaps((expected, actual) => answer(inRange(expected, actual))),
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
  DateEquals: dated((actual, expected) => actual === expected),
  DateLessThan: dated((actual, expected) => actual < expected),
  DateLessThanEquals: dated((actual, expected) => actual <= expected),
  DateGreaterThan: dated((actual, expected) => actual > expected),
  DateGreaterThanEquals: dated((actual, expected) => actual >= expected),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** The parts of an operator; undefined for one that does not exist. */
export function readOperator(
  operator: string,
): { set?: 'ForAllValues' | 'ForAnyValue'; base: string; negated: boolean; ifExists: boolean } | undefined {
  const [, set, name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(operator) ?? [];
  if (name === undefined) return undefined;
  const known = ['Null', ...Object.keys(comparisons), ...Object.keys(negations)].find(
    (candidate) => candidate.toLowerCase() === name.toLowerCase(),
  );
  if (known === undefined) return undefined;
  return {
    ...(set && { set: set.toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue' }),
    base: negations[known] ?? known,
    negated: known in negations,
    ifExists: ifExists !== undefined,
  };
}

/** Whether a request meets all conditions of a statement. */
export function meets(conditions: readonly Condition[], context: RequestContext): Answer {
  return everyAnswer(conditions.map((condition) => holds(condition, context)));
}

/** Whether a request meets one condition. */
export function holds({ operator, key, values }: Condition, context: RequestContext): Answer {
  const parts = readOperator(operator);
  if (operator.startsWith('If ')) return maybe(`it depends on the condition ${operator.slice(3)}`);
  if (!parts) return maybe(`the condition operator ${operator} is not one that is understood`);
  const actual = context.get(key);
  if (parts.base === 'Null') return present(actual, values, key);
  if (actual === undefined) return unknownKey(key);
  if (actual === null) {
    if (parts.set && !parts.ifExists) return answer(parts.set === 'ForAllValues');
    return answer(parts.ifExists || parts.negated);
  }

  // A value whose policy variable has none is equal to nothing.
  const expected = values.map((value) => substituted(value, context)).filter((value) => value !== undefined);
  const meetsOne = (one: string): Answer => {
    const found = someAnswer(expected, (value) => comparisons[parts.base](value, one));
    return parts.negated ? notAnswer(found) : found;
  };
  if (parts.set === 'ForAllValues') return everyAnswer(actual.map(meetsOne));
  if (parts.set === 'ForAnyValue') return someAnswer(actual, meetsOne);
  if (actual.length === 1) return meetsOne(actual[0]);
  return maybe(
    `${key} has ${actual.length} values, and ${operator} is defined for one; use ForAnyValue or ForAllValues`,
  );
}

function present(actual: readonly string[] | null | undefined, values: readonly string[], key: string): Answer {
  if (actual === undefined) return unknownKey(key);
  return answer(values.some((value) => (value.toLowerCase() === 'true') === (actual === null)));
}

const unknownKey = (key: string): Answer => maybe(`${key} is not known; give it in the context`);

function withoutGaps(compare: Compare): Compare {
  return (expected, actual) => {
    const labels = [expected, actual].flatMap(gapsOf).map(({ label }) => label);
    return labels.length === 0 ? compare(expected, actual) : maybe(`the value of ${labels[0]} is not in the templates`);
  };
}

function numeric(compare: (actual: number, expected: number) => boolean): Compare {
  return withoutGaps((expected, actual) => answer(compare(Number(actual), Number(expected))));
}

function dated(compare: (actual: number, expected: number) => boolean): Compare {
  return withoutGaps((expected, actual) => answer(compare(instant(actual), instant(expected))));
}

/** Milliseconds since 1970 of a date, or of seconds since then. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function inRange(range: string, address: string): boolean {
  const [network, bits] = range.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(address) !== isIP(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  return list.check(address, family);
}

/** A condition in words, for tables and grants. */
export function inWords({ operator, key, values }: Condition): string {
  const parts = readOperator(operator);
  const list = values.join(' or ');
  if (!parts) return `${key} ${operator} ${list}`;
  if (parts.base === 'Null') return `${key} is ${values[0]?.toLowerCase() === 'true' ? 'absent' : 'present'}`;
  const { set, ifExists, negated, base } = parts;
  const subject = set ? `${set === 'ForAllValues' ? 'every' : 'any'} value of ${key}` : key;
  const given = ifExists ? ' (where it is sent)' : '';
  const verb = /Like$/.test(base)
    ? 'is like'
    : /^IpAddress$/.test(base)
      ? 'is within'
      : verbs[base.replace(/^(Numeric|Date)/, '')];
  return `${subject}${given} ${negated ? (verb ?? 'is').replace(/^is/, 'is not') : (verb ?? 'is')} ${list}`;
}

const verbs: Readonly<Record<string, string>> = {
  LessThan: 'is below',
  LessThanEquals: 'is at most',
  GreaterThan: 'is above',
  GreaterThanEquals: 'is at least',
};
