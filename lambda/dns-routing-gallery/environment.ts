/** Names of the environment variables by which the stack tells the target what it depends on. */
export const environment = {
  /** Name of the parameter that says whether it is up. */
  switch: 'TARGET_SWITCH',
} as const;
