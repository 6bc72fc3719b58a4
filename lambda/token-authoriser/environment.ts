/** Names of the environment variables by which `TokenAuthoriser` tells its function whom to trust. */
export const environment = {
  /** Who must have issued a token. */
  issuer: 'TOKEN_ISSUER',
  /** For whom a token must be. */
  audience: 'TOKEN_AUDIENCE',
  /** The issuer's public keys, a JSON Web Key Set. */
  keys: 'TOKEN_KEYS',
} as const;
