/** Which pages of other origins may read an answer; the same as the API's preflight says. */
export interface CorsRules {
  /** Origins such as `https://shop.example.com`, or `*` alone for any. */
  readonly origins: readonly string[];
  /** Whether they may send cookies along; never together with `*`. */
  readonly credentials?: boolean;
}

/**
 * Headers that let the page that asked read the answer; none for an origin that is not listed.
 *
 * @claims serverless-cors
 */
export function corsHeaders(
  origin: string | undefined,
  { origins, credentials = false }: CorsRules,
): Record<string, string> {
  if (origins.includes('*')) return { 'Access-Control-Allow-Origin': '*' };
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    'Access-Control-Allow-Origin': origin,
    ...(credentials && { 'Access-Control-Allow-Credentials': 'true' }),
    Vary: 'Origin',
  };
}
