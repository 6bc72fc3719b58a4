import type { Catcher, Retrier } from './machine-states';

/** What no wildcard matches. */
const unmatched = ['States.DataLimitExceeded', 'States.Runtime'];

/** Whether a Retry or Catch is for an error. */
export function isFor({ ErrorEquals }: Retrier | Catcher, error: string): boolean {
  return ErrorEquals.some((wanted) => {
    if (wanted === error) return true;
    if (wanted === 'States.ALL') return !unmatched.includes(error);
    return wanted === 'States.TaskFailed' && error !== 'States.Timeout' && !unmatched.includes(error);
  });
}

/** What a state's Retry has counted so far; each retrier counts for itself. */
export class Retries {
  private readonly counts: number[];
  /** How often the state was tried again. */
  all = 0;

  constructor(
    private readonly retriers: readonly Retrier[],
    private readonly random: () => number,
  ) {
    this.counts = retriers.map(() => 0);
  }

  /** After how many seconds the state is tried again, or undefined when it is not. */
  next(error: string): number | undefined {
    const index = this.retriers.findIndex((retrier) => isFor(retrier, error));
    const retrier = this.retriers[index] as Retrier | undefined;
    if (!retrier || this.counts[index] >= (retrier.MaxAttempts ?? 3)) return undefined;
    const delay = retryDelay(retrier, this.counts[index], this.random);
    this.counts[index] += 1;
    this.all += 1;
    return delay;
  }
}

/**
 * How long Step Functions waits before it tries again.
 *
 * @param retries how often this retrier has tried again already
 * @param random from 0 to 1, where jitter is wanted
 */
export function retryDelay(
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy }: Retrier,
  retries: number,
  random: () => number,
): number {
  const delay = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
  return JitterStrategy === 'FULL' ? delay * random() : delay;
}
