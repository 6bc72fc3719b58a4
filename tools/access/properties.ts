import { asText, type Resolver } from '../template/resolve';
import type { Entry } from './names';

/** A property of a resource, resolved. */
export function valueOf(resolver: Resolver, { stack, resource }: Entry, property: string): unknown {
  return resolver.resolve(stack, resource.Properties?.[property]);
}

/** A property that is one text or a list of them. */
export function textsOf(resolver: Resolver, entry: Entry, property: string): string[] {
  const value = valueOf(resolver, entry, property);
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(asText);
}

/** Why a resource is not sure to be made, where it is not. */
export function whyUnsure(resolver: Resolver, { stack, resource }: Entry): string | undefined {
  if (resolver.exists(stack, resource) !== undefined) return undefined;
  return `it depends on the condition ${String(resource.Condition)}`;
}

/** Resources by type. */
export function grouped(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.type);
    if (group) group.push(entry);
    else groups.set(entry.type, [entry]);
  }
  return groups;
}

/** The tags of a resource, written as a list or as an object. */
export function tagsOf(resolver: Resolver, entry: Entry): Readonly<Record<string, string>> {
  const tags = valueOf(resolver, entry, 'Tags');
  if (Array.isArray(tags)) {
    return Object.fromEntries(
      (tags as { Key?: unknown; Value?: unknown }[]).map(({ Key, Value }) => [asText(Key), asText(Value)]),
    );
  }
  if (typeof tags !== 'object' || tags === null) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, asText(value)]));
}
