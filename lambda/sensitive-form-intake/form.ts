import * as z from 'zod/mini';
import { isSealed } from '../shared/field-decryptor';
import { parsed } from '../shared/rest';

/** The longest that the edge makes of a field. */
const longest = 24_000;
const sealed = z.string().check(z.minLength(1), z.maxLength(longest));
const text = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most));

const form = z.strictObject({
  /** Made up by the page, so that the same form sent twice is one. */
  submission: z.uuid(),
  name: text(100),
  email: z.email().check(z.maxLength(200)),
  amount: z.string().check(z.regex(/^\d{1,6}(\.\d{2})?$/)),
  card_number: sealed,
  card_expiry: sealed,
  national_id: sealed,
});

/** A form as it is kept: what everybody may read, and what nobody here can. */
export interface Form {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly amount: string;
  readonly sealed: Sealed;
}

export interface Sealed {
  readonly card_number: string;
  readonly card_expiry: string;
  readonly national_id: string;
}

/**
 * A form as the edge hands it on: encrypted fields stay untouched.
 *
 * @throws Problem 400 for what is no such form, and an error when a field is not encrypted. That is no fault of whoever sent it: the edge
 * did not do its part, and nothing of it may be kept.
 * @claims edge-field-decryption
 */
export function readForm(fields: Readonly<Record<string, string>>): Form {
  const { submission, name, email, amount, ...sealedFields } = parsed(form, fields, 'body');
  const plain = Object.entries(sealedFields).filter(([, value]) => !isSealed(value));
  if (plain.length > 0)
    throw new Error(`the edge has not encrypted ${plain.map(([field]) => field).join(', ')}; nothing was kept`);
  return { id: submission, name, email, amount, sealed: sealedFields };
}
