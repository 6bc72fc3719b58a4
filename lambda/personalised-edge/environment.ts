/** Where the experiment of a visitor is remembered, by visitors themselves. */
export const cookieName = 'experiment';
/** The key of the share of new visitors who see the variant b, in percent, in the store of values at the edge. */
export const shareKey = 'share-of-b';

/** First parts of paths, and what decides below each. */
export const folders = { devices: 'devices', countries: 'countries', archive: 'archive', members: 'members' } as const;

/** Headers that tell what a viewer's device is: CloudFront knows it by the user agent. Each is `true` or `false`. */
export const deviceHeaders = {
  tablet: 'CloudFront-Is-Tablet-Viewer',
  mobile: 'CloudFront-Is-Mobile-Viewer',
  desktop: 'CloudFront-Is-Desktop-Viewer',
} as const;
/** The header that tells where a viewer is, by two letters. */
export const countryHeader = 'CloudFront-Viewer-Country';

/** Names of the headers of an origin by which functions at its hooks, which have no environment, are told their settings. */
export const originSettings = {
  /** Countries that have content of their own, by their two letters: `de,fr`. */
  countries: 'x-site-countries',
  /** The bucket that the archive moves to, by its domain name. */
  moveTo: 'x-site-move-to',
  /** The share of what is moved by now, in percent. */
  moveShare: 'x-site-move-share',
  /** Beginnings of paths that are moved whole, whatever the share: `/archive/2026/`; `none` for none. */
  movePrefixes: 'x-site-move-prefixes',
  /** Who must have issued a member's token. */
  issuer: 'x-site-issuer',
  /** For whom it must be. */
  audience: 'x-site-audience',
} as const;
