import type { Context } from 'aws-lambda';
import { parcel, sign, termsFor, type SignedOffer } from './offer';
import { counted, flags, key, logger, settings } from './runtime';

/** Why there is no offer. It is an answer and no failure: a caller's mistake must not take back what others have set. */
interface Refusal {
  readonly refused: string;
}

/**
 * Offers to carry a parcel: `{ "kilograms": 3 }`.
 *
 * @throws when there is no rate for the carrier, or nothing to sign with
 */
export const handler = (event: unknown, context: Context): Promise<SignedOffer | Refusal> =>
  counted(context, async () => {
    const asked = parcel.safeParse(event);
    if (!asked.success) return { refused: 'ask as {"kilograms": 3}, with more than 0 and at most 1000' };
    const [now, { taking, ...pricing }] = await Promise.all([settings(), flags()]);
    if (!taking) return { refused: 'no offers are made at the moment' };
    const offer = termsFor(asked.data.kilograms, now, pricing, new Date());
    logger.info('offered', { offer });
    return key.use((current) => Promise.resolve(sign(offer, current)));
  });
