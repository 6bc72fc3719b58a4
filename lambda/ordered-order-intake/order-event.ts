import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

const name = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, 'give 1 to 40 small letters, digits and hyphens, a letter first'));
const lines = z
  .array(
    z.strictObject({
      sku: z.string().check(z.regex(/^[A-Z0-9-]{1,20}$/, 'give 1 to 20 capital letters, digits and hyphens')),
      quantity: z.int().check(z.gte(1), z.lte(999)),
    }),
  )
  .check(z.minLength(1), z.maxLength(50));
/** What names an order. */
export const orderName = { customer: name, order: name };

const common = {
  ...orderName,
  /** Counts what happens to this order, from 1. */
  number: z.int().check(z.gte(1), z.lte(1000)),
  note: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
};

/** Something that happened to an order, as customers' shops say it. */
export const orderEvent = z.discriminatedUnion('happened', [
  z.strictObject({ ...common, happened: z.literal('placed'), number: z.literal(1), lines }),
  z.strictObject({ ...common, happened: z.literal('changed'), lines }),
  z.strictObject({ ...common, happened: z.literal('cancelled') }),
]);
export type OrderEvent = z.infer<typeof orderEvent>;

/** Short, and different for everything that is said differently. */
export const fingerprint = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 16);
