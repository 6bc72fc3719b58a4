/** Names of the environment variables of the program that keeps visitors signed in, besides those of `sessionsEnvironment`. */
export const environment = {
  /** Id of the instance it runs on, which answers name. */
  instance: 'INSTANCE_ID',
} as const;
