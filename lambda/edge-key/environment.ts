/** What the maker of key pairs is told of each, as properties of a custom resource. */
export const properties = {
  /** ARN of the secret that keeps the private half. */
  secret: 'SecretArn',
} as const;

/** What it tells of a key. */
export const attributes = {
  /** The public half, in PEM. */
  publicKey: 'PublicKey',
} as const;
