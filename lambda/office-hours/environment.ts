/** Names of the environment variables by which `OfficeHours` tells the function which instances keep its hours. */
export const environment = {
  /** The tag that says so. */
  tagKey: 'TAG_KEY',
  tagValue: 'TAG_VALUE',
} as const;
