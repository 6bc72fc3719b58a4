/**
 * How long the SDK tries one call: three times, two seconds each. For every client of a function that somebody waits for, or
 * that works several messages at once: without it a connection on which nothing comes back holds the whole run.
 */
export const patience = {
  maxAttempts: 3,
  // Without the last, the SDK only warns of a call that takes longer, and waits on.
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const;
