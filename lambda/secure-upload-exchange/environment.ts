/** Names of the environment variables by which the stack tells the functions of the exchange what they work with. */
export const environment = {
  /** The bucket of all files. */
  bucket: 'EXCHANGE_BUCKET',
  /** For how many seconds a link is good, at most. */
  linkSeconds: 'LINK_SECONDS',
  /** Origins whose pages may read the answers, separated by commas. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** Whether links lead to the nearest edge, `true` or `false`. */
  accelerated: 'ACCELERATED',
} as const;

/** Where files are put, and what becomes of them. Below each folder comes who put it, then the id of the upload, then the name. */
export const folders = { arrivals: 'arrivals/', accepted: 'accepted/', refused: 'refused/' } as const;

/** What may be uploaded, by its type, and how such a file begins, in hexadecimal. */
export const beginnings = {
  'application/pdf': '255044462d',
  'image/jpeg': 'ffd8ff',
  'image/png': '89504e470d0a1a0a',
} as const;
export type ContentType = keyof typeof beginnings;

/** The largest file, 25 MiB: one that is put in one piece. */
export const largestFile: number = 25 * 1024 * 1024;
