/** Names of the environment variables by which `NetworkProbe` tells its function where to knock. */
export const environment = {
  /** The doors, as `name=host:port` with commas between. */
  doors: 'PROBE_DOORS',
} as const;
