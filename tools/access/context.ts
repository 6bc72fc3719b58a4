/** A value of a condition key; `null` says that the request does not carry the key. */
export type ContextValue = string | number | boolean | readonly string[] | null;

/** What is known of a request besides who, what and on which; a key that is not listed is not known. */
export type Context = Readonly<Record<string, ContextValue>>;

/** Condition keys are compared without regard to case. */
export class RequestContext {
  readonly #values = new Map<string, readonly string[] | null>();

  /** @param layers what is known; the first to name a key has it */
  constructor(...layers: readonly Context[]) {
    for (const layer of layers) {
      for (const [key, value] of Object.entries(layer)) {
        const name = key.toLowerCase();
        if (!this.#values.has(name)) this.#values.set(name, asList(value));
      }
    }
  }

  /** The values of a key, `null` where the request does not carry it, undefined where that is not known. */
  get(key: string): readonly string[] | null | undefined {
    return this.#values.get(key.toLowerCase());
  }
}

function asList(value: ContextValue): readonly string[] | null {
  if (value === null) return null;
  return typeof value === 'object' ? value : [String(value)];
}
