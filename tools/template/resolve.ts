import { isDeepStrictEqual } from 'node:util';
import { identityOf, type Identity } from './identities';
import type { Resource, Template } from './load';
import { anyAccount, anyRegion, gap, hasGaps, split } from './text';

/** One template and what is known of where it goes. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
  /** Whether `name` is only what the file is called, and the stack may be deployed under any name. @default false */
  readonly unnamed?: boolean;
  /** @default - an account of its own, different from every account written by hand */
  readonly account?: string;
  /** @default - any region */
  readonly region?: string;
  /** @default 'aws' */
  readonly partition?: string;
  /** Values of parameters. @default - the defaults in the template */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The resource of another stack that this is the template of. */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
}

/** What remains of an `Fn::If` over objects or lists when its condition cannot be decided. */
export class Either {
  constructor(
    readonly condition: string,
    readonly whenTrue: unknown,
    readonly whenFalse: unknown,
  ) {}
}

type Json = Readonly<Record<string, unknown>>;

/** An absent value: `AWS::NoValue`. */
const nothing = Symbol('nothing');

/**
 * Turns what templates say into plain values: intrinsic functions are computed, references become names and ARNs, also
 * across stacks, and what only the deployment knows becomes a gap in the text.
 */
export class Resolver {
  readonly #stacks: ReadonlyMap<string, Stack>;
  readonly #identities = new Map<string, Identity>();
  readonly #conditions = new Map<string, boolean | undefined>();
  readonly #parameters = new Map<string, unknown>();
  readonly #ambiguous: ReadonlySet<string>;
  #exports?: ReadonlyMap<string, { stack: Stack; value: unknown }>;

  constructor(stacks: readonly Stack[]) {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]));
    this.#ambiguous = twice(stacks.flatMap(({ template }) => Object.keys(template.Resources)));
  }

  /** The value with everything resolved that can be; absent values leave their lists and objects. */
  resolve(stack: Stack, value: unknown): unknown {
    const resolved = this.#value(stack, value);
    return resolved === nothing ? undefined : resolved;
  }

  /** The value as text with gaps; undefined for an absent value. */
  text(stack: Stack, value: unknown): string | undefined {
    const resolved = this.resolve(stack, value);
    if (resolved === undefined || resolved === null) return undefined;
    return asText(resolved);
  }

  /** What a resource is called inside gaps: its logical id, with the stack before it where two stacks use the id. */
  labelOf(stack: Stack, logicalId: string): string {
    return this.#ambiguous.has(logicalId) ? `${stack.name}.${logicalId}` : logicalId;
  }

  /** What a resource will be known by. */
  identity(stack: Stack, logicalId: string): Identity {
    const key = `${stack.name}/${logicalId}`;
    const known = this.#identities.get(key);
    if (known) return known;
    // A resource that is named after itself must not send the resolver round in circles.
    const label = this.labelOf(stack, logicalId);
    this.#identities.set(key, { name: gap('unknown', label), ref: gap('unknown', label), attributes: {} });
    const { Type: type, Properties: properties } = stack.template.Resources[logicalId];
    const identity = identityOf({
      type,
      label,
      ...(!stack.unnamed && { stack: stack.name }),
      ...this.place(stack),
      property: (name) => this.text(stack, properties?.[name]),
    });
    this.#identities.set(key, identity);
    return identity;
  }

  /** Where a stack goes. */
  place({ account = anyAccount, region = anyRegion, partition = 'aws' }: Stack): {
    account: string;
    region: string;
    partition: string;
    urlSuffix: string;
  } {
    const urlSuffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { account, region, partition, urlSuffix };
  }

  /** Whether a condition of the template holds; undefined where only the deployment knows. */
  condition(stack: Stack, name: string): boolean | undefined {
    const key = `${stack.name}/${name}`;
    if (!this.#conditions.has(key)) {
      this.#conditions.set(key, undefined);
      this.#conditions.set(key, this.#decide(stack, (stack.template.Conditions as Json | undefined)?.[name]));
    }
    return this.#conditions.get(key);
  }

  /** Whether a resource is made at all; undefined where only the deployment knows. */
  exists(stack: Stack, resource: Resource): boolean | undefined {
    return typeof resource.Condition === 'string' ? this.condition(stack, resource.Condition) : true;
  }

  #value(stack: Stack, value: unknown): unknown {
    if (typeof value === 'string') return value.includes('{{resolve:') ? dynamicReferences(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value))
      return value.map((item) => this.#value(stack, item)).filter((item) => item !== nothing && item !== undefined);
    const [[name, argument] = ['', undefined], more] = Object.entries(value);
    if (more === undefined && (name === 'Ref' || name.startsWith('Fn::')))
      return this.#intrinsic(stack, name, argument);
    const members = Object.entries(value).map(([key, member]) => [key, this.#value(stack, member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== nothing));
  }

  #intrinsic(stack: Stack, name: string, argument: unknown): unknown {
    const compute = this.#functions[name];
    const value = compute?.(stack, argument);
    return value === undefined ? gap('unknown', `${name.replace('Fn::', '')} ${brief(argument)}`) : value;
  }

  readonly #functions: Readonly<Record<string, (stack: Stack, argument: unknown) => unknown>> = {
    Ref: (stack, argument) => this.#ref(stack, String(argument)),
    'Fn::GetAtt': (stack, argument) => {
      const [logicalId, ...attribute] = Array.isArray(argument)
        ? argument.map((part) => asText(this.#value(stack, part)))
        : String(argument).split('.');
      return this.#attribute(stack, logicalId, attribute.join('.'));
    },
    'Fn::Join': (stack, argument) => {
      const [delimiter, list] = pair(argument);
      const items = this.#value(stack, list);
      return Array.isArray(items) ? items.map(asText).join(String(delimiter)) : undefined;
    },
    'Fn::Sub': (stack, argument) => {
      const [template, variables] = Array.isArray(argument) ? (argument as [unknown, Json?]) : [argument, {}];
      return String(template).replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        const key = name.trim();
        if (variables && key in variables) return asText(this.#value(stack, variables[key]));
        const [logicalId, ...attribute] = key.split('.');
        return asText(
          attribute.length === 0 ? this.#ref(stack, key) : this.#attribute(stack, logicalId, attribute.join('.')),
        );
      });
    },
    'Fn::Select': (stack, argument) => {
      const [index, list] = pair(argument);
      const items = this.#value(stack, list);
      return Array.isArray(items) ? (items[Number(this.#value(stack, index))] as unknown) : undefined;
    },
    'Fn::Split': (stack, argument) => {
      const [delimiter, text] = pair(argument).map((part) => this.#value(stack, part));
      return typeof text === 'string' ? split(text, String(delimiter)) : undefined;
    },
    'Fn::If': (stack, argument) => {
      const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
      const holds = this.condition(stack, condition);
      if (holds !== undefined) return this.#value(stack, holds ? whenTrue : whenFalse);
      const branches = [whenTrue, whenFalse].map((branch) => this.#value(stack, branch));
      if (isDeepStrictEqual(branches[0], branches[1])) return branches[0];
      if (branches.every((branch) => typeof branch !== 'object' && branch !== nothing)) return undefined;
      const [yes, no] = branches.map((branch) => (branch === nothing ? undefined : branch));
      return new Either(condition, yes, no);
    },
    'Fn::FindInMap': (stack, argument) => {
      const [map, first, second] = (argument as unknown[]).map((part) => this.#value(stack, part)) as string[];
      const found = (stack.template.Mappings as Record<string, Record<string, Json>> | undefined)?.[map]?.[first];
      return found?.[second];
    },
    'Fn::ImportValue': (stack, argument) => {
      const name = this.text(stack, argument);
      const found = name === undefined ? undefined : this.#exported().get(name);
      return found && this.#value(found.stack, found.value);
    },
    'Fn::GetStackOutput': (stack, argument) => {
      const { StackName, OutputName } = argument as Json;
      const producer = this.#stacks.get(String(this.text(stack, StackName)));
      const output = producer?.template.Outputs?.[String(this.text(stack, OutputName))];
      return producer && output && this.#value(producer, output.Value);
    },
    'Fn::ToJsonString': (stack, argument) => JSON.stringify(this.#value(stack, argument)),
    'Fn::Length': (stack, argument) => {
      const items = this.#value(stack, argument);
      return Array.isArray(items) ? items.length : undefined;
    },
    // Data for instances, never a name or an ARN.
    'Fn::Base64': (stack, argument) => this.#value(stack, argument),
  };

  #ref(stack: Stack, name: string): unknown {
    const { account, region, partition, urlSuffix } = this.place(stack);
    const stackName = stack.unnamed ? gap('unknown', 'stack name') : stack.name;
    switch (name) {
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return partition;
      case 'AWS::URLSuffix':
        return urlSuffix;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${gap('name', 'stack id')}`;
      case 'AWS::NoValue':
        return nothing;
    }
    if (stack.template.Resources[name] !== undefined) return this.identity(stack, name).ref;
    return this.#parameter(stack, name);
  }

  #parameter(stack: Stack, name: string): unknown {
    const key = `${stack.name}/${name}`;
    if (!this.#parameters.has(key)) {
      this.#parameters.set(key, gap('unknown', name));
      this.#parameters.set(key, this.#given(stack, name) ?? gap('unknown', name));
    }
    return this.#parameters.get(key);
  }

  #given(stack: Stack, name: string): unknown {
    const outer = stack.nestedIn && this.#stacks.get(stack.nestedIn.stack);
    const handed = outer?.template.Resources[stack.nestedIn!.logicalId]?.Properties?.Parameters as Json | undefined;
    if (outer && handed?.[name] !== undefined) return this.resolve(outer, handed[name]);
    const parameter = stack.template.Parameters?.[name] as { Type?: string; Default?: unknown } | undefined;
    const stored = parameter?.Type?.startsWith('AWS::SSM::Parameter::Value');
    const value = stack.parameters?.[name] ?? (stored ? undefined : parameter?.Default);
    const isList = /^(CommaDelimitedList$|List<)/.test(parameter?.Type ?? '');
    return value !== undefined && isList ? asText(value).split(',') : value;
  }

  #attribute(stack: Stack, logicalId: string, attribute: string): unknown {
    const resource = stack.template.Resources[logicalId];
    if (resource === undefined) return undefined;
    if (resource.Type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) {
      const nested = [...this.#stacks.values()].find(
        ({ nestedIn }) => nestedIn?.stack === stack.name && nestedIn.logicalId === logicalId,
      );
      const output = nested?.template.Outputs?.[attribute.slice('Outputs.'.length)];
      if (nested && output) return this.#value(nested, output.Value);
    }
    const identity = this.identity(stack, logicalId);
    return identity.attributes[attribute] ?? gap('unknown', `${this.labelOf(stack, logicalId)}.${attribute}`);
  }

  #exported(): ReadonlyMap<string, { stack: Stack; value: unknown }> {
    this.#exports ??= new Map(
      [...this.#stacks.values()].flatMap((stack) =>
        Object.values(stack.template.Outputs ?? {}).flatMap((output) => {
          const name = this.text(stack, (output as { Export?: { Name?: unknown } }).Export?.Name);
          return name === undefined ? [] : [[name, { stack, value: output.Value }] as const];
        }),
      ),
    );
    return this.#exports;
  }

  #decide(stack: Stack, rule: unknown): boolean | undefined {
    if (typeof rule !== 'object' || rule === null) return undefined;
    const [[name, argument]] = Object.entries(rule);
    const parts = () => (argument as unknown[]).map((part) => this.#decide(stack, part));
    switch (name) {
      case 'Condition':
        return this.condition(stack, String(argument));
      case 'Fn::Not':
        return negated(parts()[0]);
      case 'Fn::And':
        return parts().includes(false) ? false : parts().includes(undefined) ? undefined : true;
      case 'Fn::Or':
        return parts().includes(true) ? true : parts().includes(undefined) ? undefined : false;
      case 'Fn::Equals': {
        const [left, right] = (argument as unknown[]).map((side) => asText(this.#value(stack, side)));
        if (left === right) return true;
        return [left, right].some(hasGaps) ? undefined : false;
      }
      default:
        return undefined;
    }
  }
}

/** A resolved value where text is wanted; objects become unknown text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Either) return gap('unknown', `If ${value.condition}`);
  if (value === nothing || value === undefined || value === null) return '';
  return gap('unknown', brief(value));
}

const dynamicReferences = (text: string): string =>
  text.replace(/\{\{resolve:([^}]*)\}\}/g, (_, reference: string) => gap('unknown', `resolve ${reference}`));

/** An argument in a few words, for the label of a gap. */
function brief(argument: unknown): string {
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument ?? '');
  const plain = text.replace(/[\uE000-\uE002]/g, ' ').replace(/["[\]{}]/g, '');
  return plain.length <= 60 ? plain : `${plain.slice(0, 57)}...`;
}

const pair = (argument: unknown): unknown[] => (Array.isArray(argument) ? argument : [argument]);
const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

function twice(items: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
