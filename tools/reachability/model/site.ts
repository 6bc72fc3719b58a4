import { blockOf } from '../parse/addresses';
import { severalKey, type Resource } from '../parse/resource';
import { asResource, describe, Reference, Unknown, type Value } from '../parse/values';
import type { Block, Family } from '../space/blocks';

/** The resources of all templates by type, and the faults found in them on the way. */
export class Site {
  readonly faults: string[] = [];
  private readonly types = new Map<string, Resource[]>();

  constructor(readonly resources: readonly Resource[]) {
    for (const resource of resources) {
      const same = this.types.get(resource.type);
      if (same) same.push(resource);
      else this.types.set(resource.type, [resource]);
    }
  }

  /** Every resource of a type. */
  of(type: string): readonly Resource[] {
    return this.types.get(type) ?? [];
  }

  /** The addresses a property holds; a malformed text is a fault of the template. */
  block(resource: Resource, property: string, family: Family): Block | undefined {
    const value = resource.get(property);
    if (value === undefined) return undefined;
    const found = this.blockIn(value, family, `${resource.key}: ${property}`);
    return found instanceof Unknown ? undefined : found;
  }

  /** The addresses a value stands for; a malformed text is a fault of the template. */
  blockIn(value: Value, family: Family, where: string): Block | Unknown {
    const found = blockOf(value, family);
    if (found instanceof Unknown) this.faults.push(`${where}: ${found.reason}`);
    return found;
  }

  /** Speaks up for everything malformed in the templates. */
  check(): void {
    if (this.faults.length === 0) return;
    const head =
      this.faults.length === 1 ? 'The template has a fault:' : `The template has ${this.faults.length} faults:`;
    throw new Error([head, ...this.faults].join('\n  '));
  }
}

/** The same for values that stand for the same thing. */
export function keyOf(value: Value): string {
  if (value instanceof Unknown) return value.key;
  if (value instanceof Reference) return asResource(value)?.key ?? String(value);
  return describe(value);
}

/** What stands for any number of things that are not in the templates. */
export const several = (reason: string): Unknown => new Unknown(reason, severalKey(reason));

/** Words for something the templates only mention. */
export const mentioned = (kind: string, value: Value): string =>
  value instanceof Unknown ? `${kind} (${value.reason})` : `${kind} ${describe(value)}`;

/** Why a resource that is named but not described in the templates stays open. */
export function foreign(kind: string, value: Value): Unknown {
  if (value instanceof Unknown) return value;
  return new Unknown(`${kind} ${describe(value)} is not described in the templates`);
}
