/** The bounds of a cache policy, in seconds. */
export interface TtlBounds {
  readonly minimum: number;
  /** Used when the origin says nothing. */
  readonly default: number;
  readonly maximum: number;
}

/** The headers of an origin's answer that decide how long it is kept; names in any case. */
export type CachingHeaders = Readonly<Record<string, string>>;

/**
 * How many seconds an edge location keeps an answer.
 *
 * The origin decides, inside the bounds: `s-maxage` before `max-age` before `Expires`. `no-store`, `no-cache` and `private`
 * keep an answer out of the cache only while the minimum is 0, else it stays for the minimum.
 *
 * @param now when the answer arrives; `Expires` counts from it
 *
 * @claims edge-origin-cache-headers, edge-ttl-bounds
 */
export function effectiveTtl(bounds: TtlBounds, headers: CachingHeaders, now: Date): number {
  const clamp = (seconds: number) => Math.min(Math.max(seconds, bounds.minimum), bounds.maximum);
  const directives = directivesOf(header(headers, 'cache-control') ?? '');
  if (['no-store', 'no-cache', 'private'].some((word) => directives.has(word))) return bounds.minimum;

  for (const name of ['s-maxage', 'max-age']) {
    const seconds = directives.get(name);
    if (seconds !== undefined && /^\d+$/.test(seconds)) return clamp(Number(seconds));
  }
  const expires = header(headers, 'expires');
  if (expires !== undefined) return clamp(Math.floor((dateOf(expires) - now.getTime()) / 1000));
  return bounds.default;
}

function directivesOf(cacheControl: string): Map<string, string> {
  const pairs = cacheControl.split(',').map((directive) => directive.split('='));
  return new Map(
    pairs.map(([name, value = '']) => [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')]),
  );
}

function header(headers: CachingHeaders, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Only the date format of HTTP counts; anything else, `0` above all, means that the time is over. */
const dateOf = (text: string): number => (/^\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT$/.test(text) ? Date.parse(text) : 0);
