/** Names of the environment variables by which the stack tells the probe where it works. */
export const environment = {
  /** The bucket that notes are written to and read from. */
  vaultBucket: 'VAULT_BUCKET',
} as const;
