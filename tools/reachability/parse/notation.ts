import type { Notation } from '../../template/notation';
import type { Stack } from '../../template/stack';
import { cut } from '../space/blocks';
import { blockOf } from './addresses';
import { attribute } from './attributes';
import type { Resource } from './resource';
import { asList, asText, BlockValue, describe, equal, Reference, Unknown, type Value } from './values';

/** What a template leaves open, as the network reads it: references to resources, and unknowns with their reasons. */
export class NetworkNotation implements Notation<Value> {
  readonly functions = { 'Fn::Cidr': cidr };

  constructor(
    /** Every resource by stack and logical id; filled after the notation is made. */
    private readonly resources: ReadonlyMap<string, Resource>,
    /** The Region the stacks are for. */
    private readonly region?: string,
  ) {}

  resource(stack: Stack, logicalId: string): Value {
    return new Reference(this.find(stack, logicalId));
  }

  attribute(stack: Stack, logicalId: string, name: string): Value {
    return attribute(this.find(stack, logicalId), name, () => [...this.resources.values()]);
  }

  pseudo(stack: Stack, name: string): Value {
    if (name === 'AWS::StackName' && !stack.unnamed) return stack.name;
    if (name === 'AWS::Region') return this.region ?? stack.region ?? `\${${name}}`;
    return `\${${name}}`;
  }

  open({ reason, key }: { readonly reason: string; readonly key: string }): Value {
    return new Unknown(reason, key);
  }

  text(value: Value): string {
    return asText(value);
  }

  isOpen(text: string): boolean {
    return text.includes('${');
  }

  joined(separator: string, parts: readonly Value[]): Value {
    if (parts.length === 1) return parts[0];
    const meaningful = parts.filter((part) => part !== '' || separator !== '');
    if (meaningful.length === 1) return meaningful[0];
    const open = parts.find((part) => part instanceof Unknown);
    if (open instanceof Unknown) return new Unknown(open.reason, `join ${parts.map(describe).join(separator)}`);
    return parts.map(asText).join(separator);
  }

  split(value: Value, separator: string): Value {
    if (typeof value === 'string' && !this.isOpen(value)) return value.split(separator);
    return new Unknown(`${describe(value)} is known only at deployment`, `split ${describe(value)}`);
  }

  item(list: Value, index: string): Value {
    if (list instanceof Unknown) return new Unknown(list.reason, `${list.key}[${index}]`);
    return asList(list)[Number(index)];
  }

  either({ reason, key }: { readonly reason: string; readonly key: string }, whenTrue: Value, whenFalse: Value): Value {
    return equal(whenTrue, whenFalse) === true ? whenTrue : new Unknown(reason, `${key} ${describe(whenTrue)}`);
  }

  private find(stack: Stack, logicalId: string): Resource {
    return this.resources.get(`${stack.name}.${logicalId}`)!;
  }
}

function cidr(from: Value, count: Value, bits: Value = 0): Value {
  const parent = blockOf(from, asText(bits) === '64' ? 6 : undefined);
  if (parent instanceof Unknown) return parent;
  const hostBits = bits === 0 ? NaN : Number(bits);
  if (!Number.isInteger(Number(count)) || !Number.isInteger(hostBits))
    return new Unknown('the arguments of Fn::Cidr are known only at deployment');
  return cut(parent, Number(count), hostBits).map((one) => (one.space ? new BlockValue(one) : one.text));
}
