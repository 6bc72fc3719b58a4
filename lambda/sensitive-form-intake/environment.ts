/** Names of the environment variables by which the stack tells its functions what they work with. */
export const environment = {
  /** The table of forms. */
  table: 'FORMS_TABLE',
  /** ARN of the secret by which a request is known to have come through the distribution. */
  guardSecret: 'GUARD_SECRET',
  /** Whose keys the fields are encrypted with. */
  provider: 'FIELD_PROVIDER',
  /** What is to be known of each key, as JSON: `[{"keyName": "…", "secretArn": "…"}]`. */
  keys: 'FIELD_KEYS',
} as const;

/** The header by which CloudFront shows that a request came through it. */
export const guardHeader = 'x-origin-verify';
/** Fields that the edge encrypts: the card's, and a number that names a person. */
export const sealedFields = ['card_*', 'national_id'] as const;
/** What forms are told apart by. */
export const formKey = 'id';
