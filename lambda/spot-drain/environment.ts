/** Names of the environment variables by which `SpotDrain` tells the function whom it drains. */
export const environment = {
  /** The group; instances of others are left alone. */
  group: 'GROUP',
  /** The document with the script that stops the application, or `-` where there is none. */
  document: 'DOCUMENT',
} as const;
