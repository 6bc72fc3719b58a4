/** Names of the environment variables by which the stack tells a worker its part. */
export const environment = {
  /** The rendition this worker makes: `480p`, `720p` or `1080p`. */
  rendition: 'RENDITION',
  /** The only bucket jobs may come from. */
  uploadBucket: 'UPLOAD_BUCKET',
  /** What the key of an upload begins with, `uploads/`. */
  uploadPrefix: 'UPLOAD_PREFIX',
  /** What the key of a video ends with, separated by commas. */
  videoSuffixes: 'VIDEO_SUFFIXES',
  /** Where manifests are written. */
  renditionBucket: 'RENDITION_BUCKET',
} as const;
