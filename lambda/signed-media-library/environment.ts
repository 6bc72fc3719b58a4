/** Names of the environment variables by which the stack tells the issuer what it works with. */
export const environment = {
  /** Scheme and host of the distribution. */
  origin: 'LIBRARY_ORIGIN',
  /** ARN of the secret with the private half of the key that signs. */
  signingSecret: 'SIGNING_SECRET',
  /** Id of its public half at CloudFront. */
  keyPairId: 'KEY_PAIR_ID',
  /** ARN of the secret by which a request is known to have come through the distribution. */
  guardSecret: 'GUARD_SECRET',
  /** For how many seconds a signature opens, at most. */
  signedSeconds: 'SIGNED_SECONDS',
  /** Countries whose viewers get nothing, separated by commas; or `none`. */
  closedCountries: 'CLOSED_COUNTRIES',
} as const;

/** The folder of the media, with slashes around it. */
export const mediaFolder = '/media/';
/** The header by which CloudFront shows that a request came through it. */
export const guardHeader = 'x-origin-verify';
/** Where CloudFront says that a viewer is; whatever a viewer says of that themselves it takes away. */
export const placeHeaders = {
  country: 'CloudFront-Viewer-Country',
  region: 'CloudFront-Viewer-Country-Region',
  city: 'CloudFront-Viewer-City',
  latitude: 'CloudFront-Viewer-Latitude',
  longitude: 'CloudFront-Viewer-Longitude',
} as const;
