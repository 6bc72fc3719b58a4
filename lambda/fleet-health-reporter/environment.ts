/** Names of the environment variables by which `FleetHealthReporter` tells the function about its group. */
export const environment = {
  group: 'GROUP',
  /** How many instances may be replaced at once. */
  maxConcurrent: 'MAX_CONCURRENT',
} as const;
