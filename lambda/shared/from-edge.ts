import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether a request came through the distribution that knows the secret: the header was sent once, and holds one of the secrets
 * that are taken just now. For origins without rules of their own that could ask; else it stands behind them.
 *
 * The comparison takes as long for a good guess as for a bad one.
 *
 * @param sent the values of the header, or one text of all that were sent
 * @param accepted the secret that is sent now, and while it changes the one before
 * @claims edge-origin-header-middleware
 */
export function isFromEdge(sent: string | readonly string[] | undefined, accepted: readonly string[]): boolean {
  const values = typeof sent === 'string' ? [sent] : (sent ?? []);
  if (values.length !== 1) return false;
  const given = digest(values[0]);
  // Every one is compared, so that the time does not tell which of them it was.
  return accepted.map((secret) => secret !== '' && timingSafeEqual(given, digest(secret))).includes(true);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
