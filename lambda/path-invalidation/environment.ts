/** Names of the environment variables by which the block tells its function what it works with. */
export const environment = {
  /** Id of the distribution. */
  distribution: 'DISTRIBUTION_ID',
} as const;
