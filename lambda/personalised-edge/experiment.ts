export type Variant = 'a' | 'b';

/** A month, and not for scripts to read. */
export const cookieAttributes = 'Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax';

/**
 * Which variant somebody sees: the one they saw before, else one by weight.
 *
 * Like all of this file it is run by CloudFront Functions and by Lambda@Edge alike, and so is written in what both know.
 *
 * @param cookie what their browser remembers
 * @param shareOfB in percent
 * @param dice a number from 0 to 1, without 1
 * @claims edge-ab-test
 */
export function variantFor(cookie: string | undefined, shareOfB: number, dice: number): Variant {
  if (cookie === 'a' || cookie === 'b') return cookie;
  return dice * 100 < shareOfB ? 'b' : 'a';
}

/** A share in percent; whatever is none is 0, so that a slip of the pen shows nobody what is new. */
export function shareIn(text: string | undefined): number {
  return text !== undefined && /^(100|[1-9]?[0-9])$/.test(text) ? Number(text) : 0;
}

/** Where a page lies in a variant. The path is the key of the cache, so that each variant has copies of its own. */
export function placed(uri: string, variant: Variant): string {
  return `/${variant}${uri}${uri.slice(-1) === '/' ? 'index.html' : ''}`;
}

/** The variant that a path was placed in. */
export function variantIn(uri: string): Variant | undefined {
  const first = uri.slice(0, 3);
  if (first === '/a/') return 'a';
  return first === '/b/' ? 'b' : undefined;
}
