/** Names of the environment variables by which the stack tells its functions what they work with. */
export const environment = {
  /** Name of the table of tasks. */
  tasksTable: 'TASKS_TABLE',
  /** Name of the table of what was counted. */
  countsTable: 'COUNTS_TABLE',
} as const;

/** Variables that may be missing. */
export const optionalEnvironment = {
  /** Origins whose pages may read the answers, separated by commas. */
  allowedOrigins: 'ALLOWED_ORIGINS',
} as const;
