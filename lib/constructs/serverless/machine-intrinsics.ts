import { createHash, randomUUID } from 'node:crypto';
import { isList, isObject, look, StatesError, type Json } from './machine-paths';

/** What `States.Format('Hello, {}', $.name)` comes to. */
export function intrinsic(text: string, document: Json, context: Json): Json {
  const call = /^(States\.\w+)\(([^]*)\)$/.exec(text.trim());
  const make = call && functions[call[1]];
  if (!make) throw new StatesError('States.IntrinsicFailure', `${text} is no intrinsic function`);
  const given = argumentsOf(call[2]).map((each) => valueOf(each, document, context));
  try {
    return make(...given);
  } catch (error) {
    throw new StatesError('States.IntrinsicFailure', `${text}: ${(error as Error).message}`);
  }
}

/** A payload template, with what its fields whose names end in `.$` point to. */
export function filled(template: unknown, document: Json, context: Json): Json {
  if (Array.isArray(template)) return template.map((each) => filled(each, document, context));
  if (typeof template !== 'object' || template === null) return template as Json;
  return Object.fromEntries(
    Object.entries(template as Record<string, unknown>).map(([name, value]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), valueOf(String(value), document, context)]
        : [name, filled(value, document, context)],
    ),
  );
}

function valueOf(text: string, document: Json, context: Json): Json {
  if (text.startsWith('$')) return look(text, document, context);
  if (text.startsWith('States.')) return intrinsic(text, document, context);
  if (text.startsWith("'")) return text.slice(1, -1).replace(/\\([^{}])/g, '$1');
  return JSON.parse(text) as Json;
}

/** Arguments between commas that stand in no quotes and no brackets. */
function argumentsOf(text: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') {
      parts[parts.length - 1] += letter + (text[(at += 1)] ?? '');
      continue;
    }
    if (letter === "'") quoted = !quoted;
    if (!quoted && '(['.includes(letter)) depth += 1;
    if (!quoted && ')]'.includes(letter)) depth -= 1;
    if (letter === ',' && !quoted && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const functions: Readonly<Record<string, (...given: Json[]) => Json>> = {
  'States.Format': (template, ...values) => {
    const left = [...values];
    const text = string(template).replace(/\\([{}\\])|\{\}/g, (_, escaped: string | undefined) => {
      if (escaped !== undefined) return escaped;
      if (left.length === 0) throw new Error('there are more {} than values');
      return shown(left.shift()!);
    });
    if (left.length > 0) throw new Error('there are more values than {}');
    return text;
  },
  'States.StringToJson': (text) => JSON.parse(string(text)) as Json,
  'States.JsonToString': (value) => JSON.stringify(value),
  'States.Array': (...values) => values,
  'States.ArrayPartition': (list, size) => {
    const [all, count] = [array(list), number(size)];
    return Array.from({ length: Math.ceil(all.length / count) }, (_, at) => all.slice(at * count, (at + 1) * count));
  },
  'States.ArrayContains': (list, value) => array(list).some((each) => same(each, value)),
  'States.ArrayRange': (from, to, step) => {
    const [first, last, by] = [number(from), number(to), number(step)];
    const count = Math.floor((last - first) / by) + 1;
    if (by === 0 || count > 1000) throw new Error('an array has at most 1000 elements, and its step is not 0');
    return Array.from({ length: Math.max(count, 0) }, (_, at) => first + at * by);
  },
  'States.ArrayGetItem': (list, at) => {
    const value = array(list)[number(at)];
    if (value === undefined) throw new Error(`there is no element ${number(at)}`);
    return value;
  },
  'States.ArrayLength': (list) => array(list).length,
  'States.ArrayUnique': (list) =>
    array(list).filter((value, at, all) => all.findIndex((other) => same(other, value)) === at),
  'States.Base64Encode': (text) => Buffer.from(string(text)).toString('base64'),
  'States.Base64Decode': (text) => Buffer.from(string(text), 'base64').toString(),
  'States.Hash': (value, algorithm) =>
    createHash(string(algorithm).replace('-', ''))
      .update(typeof value === 'string' ? value : JSON.stringify(value))
      .digest('hex'),
  'States.JsonMerge': (first, second, deep) => {
    if (deep !== false) throw new Error('merges are shallow; the third argument is false');
    return { ...object(first), ...object(second) };
  },
  'States.MathAdd': (first, second) => number(first) + number(second),
  'States.MathRandom': (from, to) => Math.floor(Math.random() * (number(to) - number(from))) + number(from),
  'States.StringSplit': (text, at) =>
    string(text)
      .split(new RegExp(`[${string(at).replace(/[\\\]^-]/g, '\\$&')}]`))
      .filter((part) => part !== ''),
  'States.UUID': () => randomUUID(),
};

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** JSON is alike when its members are, in whatever order. */
export const same = (one: Json, other: Json): boolean =>
  JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
function ordered(value: Json): Json {
  if (isList(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, ordered(each)]),
  );
}

function string(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}
function number(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Error(`${JSON.stringify(value)} is no number`);
  return value;
}
function array(value: Json | undefined): readonly Json[] {
  if (!isList(value)) throw new Error(`${JSON.stringify(value)} is no array`);
  return value;
}
function object(value: Json | undefined): { readonly [name: string]: Json } {
  if (!isObject(value)) throw new Error(`${JSON.stringify(value)} is no object`);
  return value;
}
