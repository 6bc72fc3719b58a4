/** Names of the environment variables of these functions. */
export const environment = {
  /** Table of the mails that were sent, so that none is sent twice. */
  mails: 'MAILS_TABLE',
  /** Table of the subscribers. */
  subscribers: 'SUBSCRIBERS_TABLE',
  /** Queue of mail that somebody waits for. */
  receipts: 'RECEIPTS_QUEUE_URL',
  /** Queue of mail to subscribers. */
  newsletters: 'NEWSLETTERS_QUEUE_URL',
  /** Queue of issues to publish. */
  issues: 'ISSUES_QUEUE_URL',
  /** Where subscribers confirm and leave. */
  subscriptions: 'SUBSCRIPTIONS_URL',
} as const;

/** The index of the subscribers that get an issue, and the one by which a link finds its subscriber. */
export const indexes = { listed: 'listed', token: 'token' } as const;
