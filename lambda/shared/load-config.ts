/** A layer of settings over others: a file in S3, parameters, a secret. */
export interface ConfigSource {
  /** Under which name reports tell of it. */
  readonly name: string;
  /**
   * What it says, by key; a key it does not hold is left to the layer below.
   *
   * @throws when the store is down
   */
  read(): Promise<Readonly<Record<string, unknown>>>;
}

/** What a setting has to be: the value as the code will use it. */
export type Check<T> = (value: unknown) => T;

/** Every setting by key: its default, which lives in the code, and what a value from a source has to be. */
export type ConfigShape = Readonly<Record<string, { readonly default: unknown; readonly check: Check<unknown> }>>;

export type ConfigOf<S extends ConfigShape> = { readonly [Key in keyof S]: ReturnType<S[Key]['check']> };

export interface ConfigReport {
  /** Keys of a source that no code reads, to be removed there. */
  readonly unknown: (source: string, keys: readonly string[]) => void;
  /** A source that could not be read, or that held a value that cannot be used: what it said last counts, or the default. */
  readonly failed: (source: string, cause: unknown) => void;
}

export interface LoadConfigOptions<S extends ConfigShape> {
  readonly shape: S;
  /** From the weakest to the strongest: what a later one says goes before what an earlier one says. */
  readonly sources: readonly ConfigSource[];
  /** For how long what was read is used before it is read again, in milliseconds. */
  readonly timeToLive: number;
  readonly report: ConfigReport;
  /** @default Date.now */
  readonly now?: () => number;
}

/** What a source said last, by key. */
type Values = Readonly<Record<string, unknown>>;

interface Layer {
  readonly source: ConfigSource;
  values: Values;
}

/**
 * Settings in layers: defaults in the code, over which sources lie. They are read when they are first needed and kept for a
 * while; whoever asks meanwhile waits for the same reading. No source can stop a function: while one is down, what it said
 * last is used, and the default before it ever said anything.
 *
 * Of a value that cannot be used, the report tells the key and the source and not the value, which may be secret.
 *
 * @claims serverless-config-layers, security-config-defaults
 */
export function loadConfig<S extends ConfigShape>(options: LoadConfigOptions<S>): () => Promise<ConfigOf<S>> {
  const { shape, timeToLive, now = Date.now } = options;
  const layers = options.sources.map((source): Layer => ({ source, values: {} }));
  let reading: { readonly config: Promise<ConfigOf<S>>; until: number } | undefined;

  const read = async (): Promise<ConfigOf<S>> => {
    await Promise.all(layers.map((layer) => refresh(layer, shape, options.report)));
    const defaults = Object.fromEntries(Object.entries(shape).map(([key, setting]) => [key, setting.default]));
    return Object.assign(defaults, ...layers.map(({ values }) => values)) as ConfigOf<S>;
  };
  return () => {
    if (!reading || now() >= reading.until) reading = { config: read(), until: now() + timeToLive };
    return reading.config;
  };
}

async function refresh(layer: Layer, shape: ConfigShape, report: ConfigReport): Promise<void> {
  const { name } = layer.source;
  let found: Values;
  try {
    found = await layer.source.read();
  } catch (cause) {
    report.failed(name, cause);
    return;
  }
  const unknown = Object.keys(found).filter((key) => !Object.hasOwn(shape, key));
  if (unknown.length > 0) report.unknown(name, unknown);
  const known = Object.entries(found).filter(([key]) => Object.hasOwn(shape, key));
  const usable = known.map(([key, value]) => [key, checked(layer, key, value, shape, report)] as const);
  layer.values = Object.fromEntries(usable.filter(([, value]) => value !== undefined));
}

/** The value; of one that cannot be used, what the source said before, which may be nothing. */
function checked(layer: Layer, key: string, value: unknown, shape: ConfigShape, report: ConfigReport): unknown {
  try {
    return shape[key].check(value);
  } catch {
    report.failed(
      layer.source.name,
      new Error(`${key} of ${layer.source.name} is no value this setting takes; correct it there`),
    );
    return layer.values[key];
  }
}

/**
 * Settings of a JSON object in a file, such as one in S3: for what is not confidential and changes with releases.
 *
 * @param text fetches the text of the file
 */
export const fileSource = (name: string, text: () => Promise<string>): ConfigSource => ({
  name,
  async read() {
    const found: unknown = JSON.parse(await text());
    if (typeof found !== 'object' || found === null || Array.isArray(found))
      throw new Error(`${name} holds no JSON object; write the settings as {"key": value}`);
    return found as Record<string, unknown>;
  },
});

/**
 * Settings below a path of Parameter Store: `/shop/prod/page/size` below `/shop/prod` is the setting `page/size`.
 *
 * @param byPath fetches all parameters below a path, decrypted: by their full names, or by their place below it, as
 *   `getParameters` of Powertools does; nothing when there are none
 */
export const parameterSource = (
  path: string,
  byPath: (path: string) => Promise<Readonly<Record<string, string>> | undefined>,
): ConfigSource => ({
  name: path,
  async read() {
    const start = path.endsWith('/') ? path : `${path}/`;
    const found = Object.entries((await byPath(path)) ?? {});
    return Object.fromEntries(
      found.map(([name, value]) => [name.startsWith(start) ? name.slice(start.length) : name, value]),
    );
  },
});

/** A text as the setting takes it, which has to match the whole of a pattern. */
export const matching =
  (pattern: RegExp): Check<string> =>
  (value) => {
    if (typeof value !== 'string' || pattern.exec(value)?.[0] !== value) throw new Error(`does not match ${pattern}`);
    return value;
  };

/** A whole number within bounds, written as one or as a text, as Parameter Store knows nothing else. */
export const wholeNumber =
  (low: number, high: number): Check<number> =>
  (value) => {
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < low || number > high)
      throw new Error(`is no whole number from ${low} to ${high}`);
    return number;
  };
