/** Names of the environment variables by which `ImageFollower` tells its function which group follows which parameter. */
export const following = {
  group: 'GROUP',
  parameter: 'PARAMETER',
  warmupSeconds: 'WARMUP_SECONDS',
} as const;

/** Those by which `ImageRetirement` tells its functions which images are its own. */
export const retiring = {
  /** The tag of the images, and its value. */
  tag: 'IMAGE_TAG',
  name: 'IMAGE_NAME',
  parameter: 'PARAMETER',
  /** Where images are, with commas between. */
  regions: 'REGIONS',
  /** How many of the newest stay in any case. */
  keep: 'KEEP',
} as const;

/** On snapshots whose image is being retired: the name of the images. */
export const leavingTag = 'golden-image-leaving';
