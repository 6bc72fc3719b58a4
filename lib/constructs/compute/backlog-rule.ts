/** What a rule about a backlog needs to know. */
export interface BacklogRule {
  readonly messagesPerWorker: number;
  readonly maxCapacity: number;
}

/** How many workers a number of messages, waiting or in work, is for. */
export const workersFor = (messages: number, messagesPerWorker: number): number =>
  Math.ceil(messages / messagesPerWorker);

/**
 * How many workers are added when at least so many are missing, and taken when so many are too many: by halves of what is
 * meant, so that two or three minutes suffice from any number to any other.
 */
export const capacitySteps = (maxCapacity: number): number[] =>
  Array.from({ length: Math.floor(Math.log2(maxCapacity)) + 1 }, (_, i) => 2 ** i);
