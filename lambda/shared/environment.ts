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

/**
 * The figure by which `restHandler` counts answers with 500, for each published version apart, so that a release can be told
 * from the version before it.
 */
export const failureMetric = { name: 'Failures', functionDimension: 'function', versionDimension: 'version' } as const;

/** Names of the environment variables by which `LiveChannel` tells functions where connections and tickets are. */
export const channelEnvironment = {
  /** Name of the table of open connections. */
  connections: 'CHANNEL_CONNECTIONS',
  /** Name of the table of tickets. */
  tickets: 'CHANNEL_TICKETS',
  /** For how many seconds a ticket is good. */
  ticketSeconds: 'CHANNEL_TICKET_SECONDS',
  /** Where clients connect. */
  url: 'CHANNEL_URL',
  /** Where messages are pushed; the SDK reads it by itself. */
  endpoint: 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI',
} as const;

/** Name of the environment variable by which `FeatureFlags` tells a handler where the extension of AppConfig has its flags. */
export const flagsEnvironment = { path: 'FLAGS_PATH' } as const;

/** What a healthy answer begins with. Checkers read the first 5,120 bytes, so that nothing may stand before it. */
export const healthyMarker = '{"status":"healthy"';

/** Names of the environment variables by which `SessionTable` tells a server where sessions are, and how long they last unused. */
export const sessionsEnvironment = { table: 'SESSIONS_TABLE', idleSeconds: 'SESSIONS_IDLE_SECONDS' } as const;
