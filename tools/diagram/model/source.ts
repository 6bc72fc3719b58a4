import { AccessModel } from '../../access';
import type { Stack } from '../../template/stack';
import { gapsOf } from '../../template/text';
import type { Entry } from '../../access/names';
import { byName } from './order';

/** The resources of the templates in an order of their own, and what their properties refer to. */
export class Source {
  readonly access: AccessModel;
  readonly entries: readonly Entry[];
  readonly #byLabel = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry>();
  readonly #referred = new Map<Entry, readonly Entry[]>();
  readonly #referrers = new Map<Entry, Entry[]>();

  constructor(readonly templates: readonly Stack[]) {
    this.access = AccessModel.fromTemplates(templates);
    this.entries = [...this.access.names.entries].sort((a, b) => byName(keyOf(a), keyOf(b)));
    for (const entry of this.entries) {
      this.#byLabel.set(this.access.resolver.labelOf(entry.stack, entry.logicalId), entry);
      // A name somebody wrote may be that of two resources of different types; then it tells nothing.
      if (gapsOf(entry.name).length === 0) this.#byName.set(entry.name, entry);
    }
    for (const entry of this.entries) {
      const found = this.referredIn(entry, entry.resource.Properties);
      this.#referred.set(entry, found);
      for (const other of found) this.#referrers.set(other, [...(this.#referrers.get(other) ?? []), entry]);
    }
  }

  /** The properties with references resolved to text, conditions decided where that can be. */
  properties(entry: Entry): Readonly<Record<string, unknown>> {
    const resolved = this.access.resolver.resolve(entry.stack, entry.resource.Properties ?? {});
    return (resolved ?? {}) as Readonly<Record<string, unknown>>;
  }

  /** The resources a value of a template refers to, itself not resolved yet. */
  referredIn(entry: Entry, value: unknown): Entry[] {
    const direct = referencesIn(value).flatMap((id) => this.#inStack(entry, id) ?? []);
    const others = this.mentioned(this.access.resolver.resolve(entry.stack, value));
    return [...new Set([...direct, ...others])].filter((other) => other !== entry);
  }

  /** The resources a resolved value mentions, by reference, ARN or name. */
  mentioned(value: unknown): Entry[] {
    if (typeof value === 'string') return this.#inText(value);
    if (typeof value !== 'object' || value === null) return [];
    return [...new Set(Object.values(value).flatMap((item) => this.mentioned(item)))];
  }

  referred = (entry: Entry): readonly Entry[] => this.#referred.get(entry) ?? [];
  referrers = (entry: Entry): readonly Entry[] => this.#referrers.get(entry) ?? [];

  #inText(text: string): Entry[] {
    const owner = text.startsWith('arn:') ? this.access.names.owner(text)?.entry : this.#byName.get(text);
    if (owner) return [owner];
    return gapsOf(text).flatMap(({ label }) => this.#labelled(label) ?? []);
  }

  /** A gap's label is the resource's, perhaps with an attribute behind it. */
  #labelled(label: string): Entry | undefined {
    for (let end = label.length; end > 0; end = label.lastIndexOf('.', end - 1)) {
      const entry = this.#byLabel.get(label.slice(0, end));
      if (entry) return entry;
    }
    return undefined;
  }

  #inStack({ stack }: Entry, logicalId: string): Entry | undefined {
    return this.entries.find((other) => other.stack === stack && other.logicalId === logicalId);
  }
}

/** A resource's name among all templates. */
export const keyOf = ({ stack, logicalId }: Entry): string => `${stack.name}.${logicalId}`;

/** Logical ids in `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === 'Ref') return [String(member)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(member) ? member[0] : String(member).split('.')[0])];
    if (key !== 'Fn::Sub') return referencesIn(member);
    const [text, variables] = Array.isArray(member) ? (member as unknown[]) : [member, {}];
    const named = [...String(text).matchAll(/\$\{([^!.}]+)[^}]*\}/g)].map(([, name]) => name);
    return [...named, ...referencesIn(variables)];
  });
}
