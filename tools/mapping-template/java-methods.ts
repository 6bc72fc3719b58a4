/** A method call of a template, as velocityjs hands it over. */
interface Call {
  readonly property: string;
  readonly context: unknown;
  readonly params: readonly unknown[];
}

type Method<T> = (of: T, params: readonly unknown[]) => unknown;

/** Regular expressions of Java and of JavaScript agree on what templates write. */
const pattern = (text: unknown, flags = 'g'): RegExp => new RegExp(String(text), flags);

/** What templates call on a `java.lang.String`. */
const ofText: Readonly<Record<string, Method<string>>> = {
  replaceAll: (of, [found, by]) => of.replace(pattern(found), String(by)),
  replaceFirst: (of, [found, by]) => of.replace(pattern(found, ''), String(by)),
  replace: (of, [found, by]) => of.replaceAll(String(found), () => String(by)),
  matches: (of, [found]) => pattern(`^(?:${String(found)})$`, 's').test(of),
  split: (of, [found, limit]) => split(of, String(found), limit as number | undefined),
  substring: (of, [from, to]) => of.substring(from as number, to as number | undefined),
  indexOf: (of, [found, from]) => of.indexOf(String(found), from as number | undefined),
  lastIndexOf: (of, [found]) => of.lastIndexOf(String(found)),
  contains: (of, [found]) => of.includes(String(found)),
  startsWith: (of, [found]) => of.startsWith(String(found)),
  endsWith: (of, [found]) => of.endsWith(String(found)),
  equals: (of, [other]) => of === other,
  equalsIgnoreCase: (of, [other]) => of.toLowerCase() === String(other).toLowerCase(),
  length: (of) => of.length,
  isEmpty: (of) => of === '',
  trim: (of) => of.trim(),
  toLowerCase: (of) => of.toLowerCase(),
  toUpperCase: (of) => of.toUpperCase(),
  toString: (of: string) => of,
};

const ofList: Readonly<Record<string, Method<readonly unknown[]>>> = {
  get: (of, [index]) => of[index as number],
  size: (of) => of.length,
  isEmpty: (of) => of.length === 0,
  contains: (of, [item]) => of.includes(item),
  toString: (of: unknown) => shown(of),
};

const ofMap: Readonly<Record<string, Method<Readonly<Record<string, unknown>>>>> = {
  get: (of, [name]) => (Object.hasOwn(of, String(name)) ? of[String(name)] : ''),
  containsKey: (of, [name]) => Object.hasOwn(of, String(name)),
  keySet: (of) => Object.keys(of),
  entrySet: (of) => Object.entries(of).map(([key, value]) => ({ key, value })),
  size: (of) => Object.keys(of).length,
  isEmpty: (of) => Object.keys(of).length === 0,
  toString: (of: unknown) => shown(of),
};

/** `String.split`: what it splits by is a pattern, and empty texts at the end are left out. */
function split(text: string, by: string, limit = 0): string[] {
  if (limit > 0) {
    const found = pattern(by).exec(text);
    if (!found || limit === 1) return [text];
    return [text.slice(0, found.index), ...split(text.slice(found.index + found[0].length), by, limit - 1)];
  }
  const parts = text.split(pattern(by));
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}

/** How `toString` and headers write a value: a list as JSON, a map as Java writes maps. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return JSON.stringify(value);
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}=${shown(each)}`)
      .join(', ')}}`;
  return String(value);
}

function find({ context, property }: Call): Method<never> | undefined {
  const known =
    typeof context === 'string' ? ofText : Array.isArray(context) ? ofList : isPlain(context) ? ofMap : undefined;
  return known && Object.hasOwn(known, property) ? known[property] : undefined;
}

/** `$input` and `$util` have methods of their own; a map of a document has none. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Object.values(value).some((each) => typeof each === 'function');

/** The methods of Java that templates may call, for velocityjs. */
export const methods: {
  readonly uid: string;
  readonly match: (call: Call) => boolean;
  readonly resolve: (call: Call) => unknown;
}[] = [
  {
    uid: 'java',
    match: (call) => find(call) !== undefined,
    resolve: (call) => find(call)!(call.context as never, call.params),
  },
  {
    uid: 'unknown',
    match: ({ context, property }) => {
      const own = (Object(context) as Readonly<Record<string, unknown>>)[property];
      return typeof own !== 'function' || typeof context !== 'object';
    },
    resolve: ({ context, property }) => {
      throw new Error(
        `a mapping template calls ${property}() on ${typeof context === 'string' ? 'a text' : 'a value'}, which is not known here`,
      );
    },
  },
];
