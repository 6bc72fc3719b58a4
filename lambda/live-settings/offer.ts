import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { carriers } from './environment';
import type { Settings } from './settings';

export const parcel = z.strictObject({ kilograms: z.number().check(z.positive(), z.maximum(1000)) });

const terms = z.strictObject({
  carrier: z.enum(carriers),
  kilograms: z.number(),
  cents: z.int(),
  currency: z.string(),
  until: z.string(),
});
/** An offer, with the words that make it one of ours. */
export const signedOffer = z.strictObject({ ...terms.shape, signature: z.string() });

export type Terms = z.infer<typeof terms>;
export type SignedOffer = z.infer<typeof signedOffer>;

/** What of the flags makes a price. `carrier` may be one this code does not know yet, as flags change without it. */
export interface Pricing {
  readonly carrier: string;
  /** In percent. */
  readonly surcharge: number;
}

/**
 * What carrying so much costs.
 *
 * @throws when there is no rate for the carrier: somebody changed the flag before the rate was there
 */
export function termsFor(kilograms: number, settings: Settings, { carrier, surcharge }: Pricing, now: Date): Terms {
  const known = carriers.find((name) => name === carrier);
  const rate = known ? settings[`rates/${known}`] : 0;
  if (!known || rate === 0)
    throw new Error(`there is no rate for ${carrier}: put the parameter rates/${carrier}, or set the flag back`);
  const price = Math.ceil((kilograms * rate * (100 + surcharge)) / 100);
  return {
    carrier: known,
    kilograms,
    cents: Math.max(price, settings.smallestPrice),
    currency: settings.currency,
    until: new Date(now.getTime() + settings.offerMinutes * 60_000).toISOString(),
  };
}

export const sign = (offer: Terms, key: string): SignedOffer => ({ ...offer, signature: signatureOf(offer, key) });

/** An offer that was not signed with this key: an older key's, or nobody's. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/** @throws NotOurs when it was signed with another key, or changed since */
export function verify({ signature, ...offer }: SignedOffer, key: string): void {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(offer, key))];
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw new NotOurs('the signature does not fit the offer');
}

function signatureOf({ carrier, kilograms, cents, currency, until }: Terms, key: string): string {
  const text = JSON.stringify([carrier, kilograms, cents, currency, until]);
  return createHmac('sha256', key).update(text).digest('base64url');
}
