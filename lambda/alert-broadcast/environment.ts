/** Names of the environment variables of the receiver. */
export const environment = {
  /** ARN of the topic it listens to. */
  topic: 'NEWS_TOPIC_ARN',
  /** Table of what was received. */
  book: 'BOOK_TABLE',
} as const;

/** For how long it is known what was received, in days. */
export const keptDays = 90;
