/** Names of the environment variables by which `LifecycleWork` tells the function what to do. */
export const environment = {
  /** The document with the script that instances run. */
  document: 'DOCUMENT',
  /** For how many seconds the hook waits without a heartbeat. */
  heartbeatSeconds: 'HEARTBEAT_SECONDS',
  /** For how many seconds the agent of an instance is waited for. */
  reachSeconds: 'REACH_SECONDS',
} as const;
