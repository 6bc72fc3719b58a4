/** Names of the environment variables by which the stack tells the pages whom to answer. */
export const environment = {
  /** The header that CloudFront adds. */
  header: 'ORIGIN_HEADER',
  /** ARN of the secret it holds. */
  secret: 'ORIGIN_SECRET',
} as const;

export const optionalEnvironment = {
  /** ARN of the secret it held before, while that is taken too. */
  formerSecret: 'ORIGIN_SECRET_FORMER',
} as const;
