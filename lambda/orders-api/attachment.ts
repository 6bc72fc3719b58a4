import * as z from 'zod/mini';

/** The largest attachment, 10 MiB. */
export const largestAttachment = 10 * 1024 * 1024;

/** What a client wants to attach. The API's model says the same (`lib/architectures/orders-api/models.ts`). */
export const newAttachment = z.strictObject({
  fileName: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.[A-Za-z0-9]{1,8}$/)),
  contentType: z.enum(['application/pdf', 'image/jpeg', 'image/png', 'text/plain']),
  bytes: z.int().check(z.gte(1), z.lte(largestAttachment)),
  /** For how many seconds the link should be good; less than asked for when the function's own limit is lower. */
  expiresIn: z.optional(z.int().check(z.gte(60), z.lte(900))),
});
