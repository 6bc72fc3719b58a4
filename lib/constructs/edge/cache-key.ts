/** Names that are let through: none, all, only the listed, or all but the listed. */
export interface Selection {
  readonly behavior: string;
  readonly names: readonly string[];
}

/** What takes part in the key of a cached answer, over and above the path. */
export interface CacheKeyParts {
  readonly queryStrings: Selection;
  readonly headers: Selection;
  readonly cookies: Selection;
}

/** A request as an edge location sees it. */
export interface ViewerRequest {
  /** Path and query, `/user?page=1&size=5`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
}

/**
 * The key an answer is kept under: two requests with one key get one object. Query strings count as they are written: in another order,
 * or encoded another way, they make another object. Of headers and cookies the order makes no difference.
 *
 * @claims edge-cache-key-query, edge-cache-key-headers-cookies
 */
export function cacheKey(parts: CacheKeyParts, { url, headers = {}, cookies = {} }: ViewerRequest): string {
  const [path, query = ''] = url.split(/\?(.*)/s);
  const lower = Object.entries(headers).map(([name, value]): Pair => [name.toLowerCase(), value]);
  return JSON.stringify([
    path,
    selected(parts.queryStrings, pairsOf(query)),
    sorted(selected({ ...parts.headers, names: parts.headers.names.map((name) => name.toLowerCase()) }, lower)),
    sorted(selected(parts.cookies, Object.entries(cookies))),
  ]);
}

type Pair = readonly [name: string, value: string];

const pairsOf = (query: string): Pair[] =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => [pair.split('=', 1)[0], pair]);

function selected({ behavior, names }: Selection, given: readonly Pair[]): readonly Pair[] {
  const passes: Readonly<Record<string, (name: string) => boolean>> = {
    none: () => false,
    all: () => true,
    whitelist: (name) => names.includes(name),
    allExcept: (name) => !names.includes(name),
  };
  return given.filter(([name]) => passes[behavior](name));
}

const sorted = (pairs: readonly Pair[]): Pair[] => [...pairs].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
