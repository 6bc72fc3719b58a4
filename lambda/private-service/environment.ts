/** Names of the environment variables by which `AcceptanceList` tells its function whom to let in. */
export const environment = {
  /** The endpoint service, `vpce-svc-…`. */
  serviceId: 'SERVICE_ID',
  /** The accounts that may connect, with commas between. */
  accounts: 'ACCEPTED_ACCOUNTS',
} as const;
