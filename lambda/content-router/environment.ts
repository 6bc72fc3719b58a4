/** Names of the environment variables by which the stack tells a service which one it is. */
export const environment = {
  service: 'SERVICE',
  release: 'RELEASE',
} as const;

export const optionalEnvironment = {
  /** ARN of the load balancer at which members sign in. */
  balancer: 'BALANCER',
} as const;

/** Below it are pages that only members see. */
export const membersPath = '/members';
