/** Names of the environment variables by which the stack tells the functions of the file intake where they work. */
export const environment = {
  /** The bucket of files and results. */
  bucket: 'FILE_BUCKET',
  /** The folder files arrive in, `incoming/`. */
  incoming: 'INCOMING',
  /** The folder of results, `resized/`. */
  resized: 'RESIZED',
  /** The folder of what was refused, with the reason, `refused/`. */
  refused: 'REFUSED',
  /** How wide results are, in pixels, separated by commas. */
  widths: 'WIDTHS',
} as const;

/** What the functions know besides that have others resize. */
export const resizerEnvironment = {
  /** ARN of the function that resizes. */
  resizer: 'RESIZER',
  /** How long it may take, in seconds. */
  seconds: 'RESIZER_SECONDS',
} as const;

/** What the sweep knows besides. */
export const sweepEnvironment = {
  /** For how many seconds S3 and Lambda are left to do their own, before a file counts as missed. */
  settleSeconds: 'SETTLE_SECONDS',
  /** How many seconds back it looks. */
  reachSeconds: 'REACH_SECONDS',
} as const;
