import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** What a sender says of a parcel. The API's model says the same, and refuses the rest before anybody is asked. */
export const newParcel = z.strictObject({
  sender: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  to: z.strictObject({
    name: z.string().check(z.minLength(1), z.maxLength(100)),
    country: z.string().check(z.regex(/^[A-Z]{2}$/)),
  }),
  grams: z.int().check(z.gte(1), z.lte(31_500)),
});
export type NewParcel = z.output<typeof newParcel>;

/** A key by which a sender says the same thing twice and means it once. */
export const idempotencyKey = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));

export interface Parcel extends NewParcel {
  readonly id: string;
  readonly status: 'registered';
  /** ISO 8601 */
  readonly registeredAt: string;
}

/** What keeps parcels. */
export interface Parcels {
  get(id: string): Promise<Parcel | undefined>;
  /** @returns the parcel that is there already under this id; undefined when this one was written */
  add(parcel: Parcel): Promise<Parcel | undefined>;
}

/** The id of a parcel follows from who registers it and the key: the same request makes the same parcel. */
export const parcelId = (sender: string, key: string): string =>
  `P${createHash('sha256').update(`${sender} ${key}`).digest('hex').slice(0, 20).toUpperCase()}`;

export const isParcelId = (text: string | undefined): text is string => /^P[0-9A-F]{20}$/.test(text ?? '');
