import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { mostCharacters, namePattern } from './environment';

const name = z.string().check(z.regex(new RegExp(namePattern), 'use up to 40 small letters, digits and hyphens'));
const text = z.string().check(z.minLength(1, 'it is empty'), z.maxLength(mostCharacters));

/** What is uploaded. */
export const newDocument = z.strictObject({ name, text });
export type NewDocument = z.output<typeof newDocument>;

const idPattern = /^[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{12}$/;
export const isDocumentId = (id: string): boolean => idPattern.test(id);

/** A document under its id, as services hand it to each other. */
export const document = z.object({ id: z.string().check(z.regex(idPattern)), name, text });
export type Document = z.output<typeof document>;

/** The same document has the same id: uploaded twice, it is one. */
export function named({ name, text }: NewDocument): Document {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { id: `${name}-${hash}`, name, text };
}
