import { cut, parseBlock, unknownBlock, type Block, type Family } from '../space/blocks';
import { attribute } from './attributes';
import type { Resource } from './resource';
import type { Scope } from './scope';
import { asList, asText, BlockValue, describe, equal, Reference, Unknown, type Tri, type Value } from './values';

/** What functions can ask of the template they stand in, and of its neighbours. */
export interface Context {
  resource(logicalId: string): Resource | undefined;
  /** `null` where there is no such parameter. */
  parameter(name: string): Value | null;
  pseudo(name: string): Value;
  condition(name: string): Tri;
  mapping(name: string): Record<string, Record<string, unknown>> | undefined;
  imported(name: Value): Value;
  stackOutput(stack: Value, output: Value): Value;
  /** The template of a nested stack. */
  nested(resource: Resource): Scope | undefined;
  all(): readonly Resource[];
}

type Function = (argument: unknown, context: Context) => Value;

/** Evaluates a piece of a template as far as the template allows. */
export function evaluate(node: unknown, context: Context): Value {
  if (node === null || node === undefined) return undefined;
  if (Array.isArray(node)) return node.map((item) => evaluate(item, context)).filter((item) => item !== undefined);
  if (typeof node !== 'object') return node as string | number | boolean;
  const entries = Object.entries(node);
  if (entries.length === 1) {
    const [name, argument] = entries[0] as [string, unknown];
    if (Object.hasOwn(functions, name)) return call(name, argument, context);
    if (name.startsWith('Fn::')) return new Unknown(`${name} is evaluated at deployment`);
    // A condition is referred to by an object of one key, but only where a condition is expected.
    if (name === 'Condition' && typeof argument === 'string') return context.condition(argument);
  }
  return Object.fromEntries(
    entries.map(([key, value]) => [key, evaluate(value, context)]).filter(([, value]) => value !== undefined),
  ) as Value;
}

function call(name: string, argument: unknown, context: Context): Value {
  const fault = () => new Error(`${name} cannot be evaluated: its arguments are ${JSON.stringify(argument)}`);
  if (takesList.test(name) && !Array.isArray(argument)) throw fault();
  try {
    return functions[name](argument, context);
  } catch (error) {
    throw error instanceof TypeError ? fault() : error;
  }
}

const takesList = /^Fn::(Join|Split|Select|If|FindInMap|Cidr|Equals|And|Or|Not)$/;

const functions: Readonly<Record<string, Function>> = {
  Ref: (name, context) => reference(String(name), context),
  'Fn::GetAtt': (argument, context) => {
    const [id, name] = typeof argument === 'string' ? splitOnce(argument, '.') : (argument as [string, unknown]);
    const resource = context.resource(id);
    if (resource === undefined) return new Unknown(`there is no resource ${id} in the template`);
    return attribute(resource, asText(evaluate(name, context)), context);
  },
  'Fn::Sub': (argument, context) => {
    const [template, values] = Array.isArray(argument)
      ? (argument as [string, Record<string, unknown>])
      : [String(argument), {}];
    const parts = template.split(/\$\{([^}]+)\}/).map((piece, i): Value => {
      if (i % 2 === 0) return piece;
      if (piece.startsWith('!')) return `\${${piece.slice(1)}}`;
      if (piece in values) return evaluate(values[piece], context);
      if (!piece.includes('.')) return reference(piece, context);
      return functions['Fn::GetAtt'](piece, context);
    });
    return joined('', parts);
  },
  'Fn::Join': (argument, context) => {
    const [separator, items] = argument as [string, unknown];
    const list = evaluate(items, context);
    return list instanceof Unknown ? list : joined(separator, asList(list));
  },
  'Fn::Split': (argument, context) => {
    const [separator, text] = argument as [string, unknown];
    const value = evaluate(text, context);
    if (typeof value === 'string' && !value.includes('${')) return value.split(separator);
    return new Unknown(`${describe(value)} is known only at deployment`, `split ${describe(value)}`);
  },
  'Fn::Select': (argument, context) => {
    const [position, items] = argument as [unknown, unknown];
    const [index, list] = [evaluate(position, context), evaluate(items, context)];
    if (list instanceof Unknown) return new Unknown(list.reason, `${list.key}[${describe(index)}]`);
    if (index instanceof Unknown) return index;
    const found = asList(list)[Number(index)];
    return found ?? new Unknown(`a list in the template has no item ${describe(index)}`);
  },
  'Fn::If': (argument, context) => {
    const [name, yes, no] = argument as [string, unknown, unknown];
    const condition = context.condition(name);
    if (condition === true) return evaluate(yes, context);
    if (condition === false) return evaluate(no, context);
    const [one, other] = [evaluate(yes, context), evaluate(no, context)];
    return equal(one, other) === true ? one : new Unknown(condition.reason, `${condition.key} ${describe(one)}`);
  },
  'Fn::FindInMap': (argument, context) => {
    const [name, top, second] = (argument as unknown[]).map((key) => evaluate(key, context));
    const found = context.mapping(asText(name))?.[asText(top)]?.[asText(second)];
    if (found !== undefined) return evaluate(found, context);
    return new Unknown(
      `the mapping ${describe(name)} is looked up at deployment`,
      `mapping ${[name, top, second].map(describe).join('.')}`,
    );
  },
  'Fn::ImportValue': (argument, context) => context.imported(evaluate(argument, context)),
  'Fn::GetStackOutput': (argument, context) => {
    const { StackName: stack, OutputName: output } = argument as Record<string, unknown>;
    return context.stackOutput(evaluate(stack, context), evaluate(output, context));
  },
  'Fn::GetAZs': () => Array.from({ length: 6 }, (_, i) => `\${zone ${i + 1}}`),
  'Fn::Cidr': (argument, context) => {
    const [from, count, bits = 0] = (argument as unknown[]).map((item) => evaluate(item, context));
    const parent = blockOf(from, asText(bits) === '64' ? 6 : undefined);
    if (parent instanceof Unknown) return parent;
    const hostBits = bits === 0 ? NaN : Number(bits);
    if (!Number.isInteger(Number(count)) || !Number.isInteger(hostBits))
      return new Unknown('the arguments of Fn::Cidr are known only at deployment');
    return cut(parent, Number(count), hostBits).map((one) => (one.space ? new BlockValue(one) : one.text));
  },
  'Fn::Equals': (argument, context) => {
    const [one, other] = (argument as unknown[]).map((item) => evaluate(item, context));
    return equal(one, other);
  },
  'Fn::And': (argument, context) => every(conditions(argument, context), false),
  'Fn::Or': (argument, context) => every(conditions(argument, context), true),
  'Fn::Not': (argument, context) => {
    const [only] = conditions(argument, context);
    return only instanceof Unknown ? only : !only;
  },
  'Fn::Base64': (argument, context) => evaluate(argument, context),
};

/** `And` ends with the first false, `Or` with the first true; before that an unknown one leaves all unknown. */
function every(values: readonly Tri[], end: boolean): Tri {
  if (values.includes(end)) return end;
  return values.find((value) => value instanceof Unknown) ?? !end;
}

const conditions = (argument: unknown, context: Context): Tri[] =>
  (argument as unknown[]).map((item) => {
    const value = evaluate(item, context);
    return typeof value === 'boolean' || value instanceof Unknown ? value : new Unknown('a condition is no condition');
  });

function reference(name: string, context: Context): Value {
  const resource = context.resource(name);
  if (resource) return new Reference(resource);
  if (name.startsWith('AWS::')) return context.pseudo(name);
  const parameter = context.parameter(name);
  return parameter === null ? new Unknown(`there is neither a resource nor a parameter ${name}`) : parameter;
}

function joined(separator: string, parts: readonly Value[]): Value {
  const present = parts.filter((part) => part !== undefined);
  if (present.length === 1) return present[0];
  const meaningful = present.filter((part) => part !== '' || separator !== '');
  if (meaningful.length === 1) return meaningful[0];
  const open = present.find((part) => part instanceof Unknown);
  if (open instanceof Unknown) return new Unknown(open.reason, `join ${present.map(describe).join(separator)}`);
  return present.map(asText).join(separator);
}

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/** A value as addresses; those a parameter or an attribute will hold are known relative to themselves. */
export function blockOf(value: Value, family?: Family): Block | Unknown {
  if (value instanceof BlockValue) return value.block;
  if (value instanceof Unknown)
    return unknownBlock(family ?? 4, { key: value.key, reason: value.reason, isPublic: false }, value.reason);
  if (typeof value === 'string' && !value.includes('${')) {
    const parsed = parseBlock(value);
    return typeof parsed === 'string' ? new Unknown(parsed) : parsed;
  }
  const reason = `${describe(value)} is known only at deployment`;
  return unknownBlock(family ?? 4, { key: asText(value), reason, isPublic: false }, describe(value));
}
