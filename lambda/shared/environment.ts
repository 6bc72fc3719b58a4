/**
 * Names of the environment variables by which `IdempotencyStore` tells a handler where it remembers what was done.
 * `lambda/shared/idempotency.ts` reads them.
 */
export const idempotencyEnvironment = {
  /** Name of the table. */
  table: 'IDEMPOTENCY_TABLE',
  /** For how many seconds a finished piece of work is remembered. */
  expirySeconds: 'IDEMPOTENCY_EXPIRY_SECONDS',
} as const;
