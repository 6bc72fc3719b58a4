import { isDeepStrictEqual } from 'node:util';
import { Evaluator } from './evaluate';
import { identityOf, type Identity } from './identities';
import type { Notation } from './notation';
import type { Resource, Stack } from './stack';
import { anyAccount, anyRegion, gap, hasGaps, split } from './text';

/** What remains of an `Fn::If` over objects or lists when its condition cannot be decided. */
export class Either {
  constructor(
    readonly condition: string,
    readonly whenTrue: unknown,
    readonly whenFalse: unknown,
  ) {}
}

interface Place {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
}

/**
 * Turns what templates say into plain values: intrinsic functions are computed, references become names and ARNs, also
 * across stacks, and what only the deployment knows becomes a gap in the text.
 */
export class Resolver {
  readonly #evaluator: Evaluator<unknown>;
  readonly #identities = new Map<string, Identity>();
  readonly #ambiguous: ReadonlySet<string>;

  constructor(stacks: readonly Stack[]) {
    this.#evaluator = new Evaluator(stacks, this.#notation(), true);
    this.#ambiguous = twice(stacks.flatMap(({ template }) => Object.keys(template.Resources)));
  }

  /** The value with everything resolved that can be; absent values leave their lists and objects. */
  resolve(stack: Stack, value: unknown): unknown {
    return this.#evaluator.value(stack, value);
  }

  /** The value as text with gaps; undefined for an absent value. */
  text(stack: Stack, value: unknown): string | undefined {
    const resolved = this.resolve(stack, value);
    return resolved === undefined ? undefined : asText(resolved);
  }

  /** Whether a resource is made at all; undefined where only the deployment knows. */
  exists(stack: Stack, resource: Resource): boolean | undefined {
    return this.#evaluator.exists(stack, resource);
  }

  /** Whether a condition of the template holds; undefined where only the deployment knows. */
  condition(stack: Stack, name: string): boolean | undefined {
    return this.#evaluator.condition(stack, name);
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
  place({ account = anyAccount, region = anyRegion, partition = 'aws' }: Stack): Place {
    const urlSuffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { account, region, partition, urlSuffix };
  }

  #notation(): Notation<unknown> {
    return {
      resource: (stack, logicalId) => this.identity(stack, logicalId).ref,
      attribute: (stack, logicalId, name) =>
        this.identity(stack, logicalId).attributes[name] ?? gap('unknown', `${this.labelOf(stack, logicalId)}.${name}`),
      pseudo: (stack, name) => this.#pseudo(stack)[name] ?? gap('unknown', name),
      open: ({ label }) => unknownText(label),
      text: asText,
      isOpen: hasGaps,
      joined: (separator, parts) => parts.map(asText).join(separator),
      split: (value, separator) => (typeof value === 'string' ? split(value, separator) : unknownText('Split')),
      item: () => undefined,
      either: ({ name, label }, whenTrue, whenFalse) => {
        if (isDeepStrictEqual(whenTrue, whenFalse)) return whenTrue;
        const isText = [whenTrue, whenFalse].every((branch) => typeof branch !== 'object' && branch !== undefined);
        return isText ? unknownText(label) : new Either(name, whenTrue, whenFalse);
      },
    };
  }

  #pseudo(stack: Stack): Readonly<Record<string, string>> {
    const { account, region, partition, urlSuffix } = this.place(stack);
    const name = stack.unnamed ? unknownText('stack name') : stack.name;
    return {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': partition,
      'AWS::URLSuffix': urlSuffix,
      'AWS::StackName': name,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${gap('name', 'stack id')}`,
    };
  }
}

/** A resolved value where text is wanted; objects become unknown text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Either) return unknownText(`If ${value.condition}`);
  if (value === undefined || value === null) return '';
  return unknownText(JSON.stringify(value).replace(/["[\]{}]/g, ''));
}

/** A gap for what nobody knows; its label may itself hold text with gaps. */
function unknownText(label: string): string {
  const plain = label.replace(/[\uE000-\uE002]/g, ' ');
  return gap('unknown', plain.length <= 80 ? plain : `${plain.slice(0, 77)}...`);
}

function twice(items: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
