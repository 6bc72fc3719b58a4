import type { Context } from 'aws-lambda';
import { NotOurs, signedOffer, verify } from './offer';
import { counted, key, logger } from './runtime';

/** What becomes of an offer somebody comes back with. */
type Answer = { readonly accepted: true } | { readonly refused: string };

/**
 * Takes an offer `quote` has made: whole, unchanged, and in time.
 *
 * @throws when the key cannot be read
 */
export const handler = (event: unknown, context: Context): Promise<Answer> =>
  counted(context, async () => {
    const given = signedOffer.safeParse(event);
    if (!given.success) return { refused: 'give the offer as it was made, with its signature' };
    try {
      // With a key of before a rotation it is refused at first; then the newest key is fetched.
      await key.use((current) => Promise.resolve().then(() => verify(given.data, current)));
    } catch (cause) {
      if (cause instanceof NotOurs) return { refused: 'this is no offer of ours, or it was changed' };
      throw cause;
    }
    if (Date.parse(given.data.until) < Date.now()) return { refused: 'the offer has run out; ask for another one' };
    logger.info('accepted', { offer: given.data });
    return { accepted: true };
  });
