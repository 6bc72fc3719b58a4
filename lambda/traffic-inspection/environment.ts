/** Names of the environment variables by which the stack tells an appliance what it watches for, and where. */
export const environment = {
  /** The address it listens on; 0.0.0.0 is every one of the machine. */
  address: 'LISTEN_ADDRESS',
  /** The UDP port at which a Gateway Load Balancer hands packets over, and takes them back. */
  port: 'GENEVE_PORT',
  /** The TCP port at which it asks whether the appliance is well. */
  healthPort: 'HEALTH_PORT',
  /** The TCP port of the requests that are read. */
  watchedPort: 'WATCHED_PORT',
  /** Names of headers whose requests are dropped, with commas between. */
  blockedHeaders: 'BLOCKED_HEADERS',
  /** For how many seconds an appliance that is to go works on. */
  drainSeconds: 'DRAIN_SECONDS',
} as const;

/** What an appliance writes to its log when it can begin. */
export const ready = 'appliance ready';
