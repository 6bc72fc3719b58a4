/** Names of the environment variables by which the stack tells the target what it depends on. */
export const environment = {
  /** Name of the parameter that says whether it is up. */
  switch: 'TARGET_SWITCH',
} as const;

/** What a healthy answer begins with. Checkers read the first 5,120 bytes, so that nothing may stand before it. */
export const healthyMarker = '{"status":"healthy"';
