import type { Context } from 'aws-lambda';

/** The run is about to be ended by Lambda, and this piece of work is not done. It will pass: the next run has time again. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor(options?: ErrorOptions) {
    super('out of time: the run would have been ended before this was done', options);
  }
}

/** What is kept of the end of a run, in milliseconds: to give up what cannot be finished, and then to answer. */
const reserve = { forGivingUp: 1500, forAnswering: 500 } as const;

/**
 * The end of a run, as its work should see it: a little before Lambda's, so that there is an answer. A run that Lambda ends has
 * none, and all of its batch comes back, the finished messages too.
 */
export class Deadline {
  readonly #over = new AbortController();
  readonly #late: Promise<never>;
  readonly #timers: NodeJS.Timeout[];

  constructor(context: Context) {
    const remaining = context.getRemainingTimeInMillis();
    // Of a short run a part is kept, or nothing would be left to work in.
    const before = (kept: number, share: number) => remaining - Math.min(kept, remaining * share);
    let tooLate: () => void;
    this.#late = new Promise((_, reject) => (tooLate = () => reject(new OutOfTime())));
    this.#late.catch(() => undefined);
    this.#timers = [
      setTimeout(() => this.#over.abort(new OutOfTime()), before(reserve.forGivingUp, 0.3)),
      setTimeout(() => tooLate(), before(reserve.forAnswering, 0.1)),
    ];
  }

  /**
   * Works until the deadline. What is not done then is told to stop by the signal, and has a moment to tidy up.
   *
   * @throws OutOfTime when it is not done in time, or would only have begun now
   */
  async within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#over;
    if (signal.aborted) throw new OutOfTime();
    try {
      return await Promise.race([work(signal), this.#late]);
    } catch (cause) {
      throw signal.aborted ? new OutOfTime({ cause }) : cause;
    }
  }

  /** The work is done; nothing waits for the deadline any more. */
  met(): void {
    this.#timers.forEach(clearTimeout);
  }
}
