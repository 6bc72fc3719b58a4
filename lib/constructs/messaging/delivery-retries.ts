/** One phase of trying again: so many times, with a pause of `from` to `to` seconds before each. */
export interface RetryPhase {
  readonly phase: 'immediate' | 'pre-backoff' | 'backoff' | 'post-backoff';
  readonly retries: number;
  readonly from: number;
  readonly to: number;
}

export interface RetrySchedule {
  readonly phases: readonly RetryPhase[];
  /** How often is tried again at most. */
  readonly retries: number;
  /** Seconds from the first attempt to the last, at least and at most. */
  readonly lasts: readonly [atLeast: number, atMost: number];
}

/** The retry policy of an HTTP(S) subscription, as SNS calls its parts. */
export interface HttpRetries {
  /** @default 3 */
  readonly numRetries?: number;
  /** @default 0 */
  readonly numNoDelayRetries?: number;
  /** @default 0 */
  readonly numMinDelayRetries?: number;
  /** @default 0 */
  readonly numMaxDelayRetries?: number;
  /** Seconds. @default 20 */
  readonly minDelayTarget?: number;
  /** Seconds. @default 20 */
  readonly maxDelayTarget?: number;
}

/** Queues, functions and Firehose are tried for weeks; people and phones for hours. Nobody can change these. */
const fixed: Readonly<Record<'aws' | 'people', readonly RetryPhase[]>> = {
  aws: [
    { phase: 'immediate', retries: 3, from: 0, to: 0 },
    { phase: 'pre-backoff', retries: 2, from: 1, to: 1 },
    { phase: 'backoff', retries: 10, from: 1, to: 20 },
    { phase: 'post-backoff', retries: 100_000, from: 20, to: 20 },
  ],
  people: [
    { phase: 'pre-backoff', retries: 2, from: 10, to: 10 },
    { phase: 'backoff', retries: 10, from: 10, to: 600 },
    { phase: 'post-backoff', retries: 38, from: 600, to: 600 },
  ],
};

/**
 * How SNS tries again before it gives a message to the subscription's dead-letter queue.
 *
 * @param subscriber a kind whose schedule is fixed, or the retry policy of an HTTP(S) subscription
 * @claims messaging-topic-delivery-retries
 */
export function retrySchedule(subscriber: 'aws' | 'people' | HttpRetries): RetrySchedule {
  const phases = (typeof subscriber === 'string' ? fixed[subscriber] : httpPhases(subscriber)).filter(
    ({ retries }) => retries > 0,
  );
  const sum = (seconds: (phase: RetryPhase) => number) =>
    phases.reduce((total, phase) => total + phase.retries * seconds(phase), 0);
  return { phases, retries: sum(() => 1), lasts: [sum(({ from }) => from), sum(({ to }) => to)] };
}

function httpPhases(retries: HttpRetries): RetryPhase[] {
  const { numRetries = 3, numNoDelayRetries = 0, numMinDelayRetries = 0, numMaxDelayRetries = 0 } = retries;
  const { minDelayTarget: shortest = 20, maxDelayTarget: longest = 20 } = retries;
  const backoff = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  return [
    { phase: 'immediate', retries: numNoDelayRetries, from: 0, to: 0 },
    { phase: 'pre-backoff', retries: numMinDelayRetries, from: shortest, to: shortest },
    { phase: 'backoff', retries: backoff, from: shortest, to: longest },
    { phase: 'post-backoff', retries: numMaxDelayRetries, from: longest, to: longest },
  ];
}
