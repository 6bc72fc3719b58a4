/** Something that is costly to make and is kept for as long as the environment of a function lives. */
export interface Warm<T> {
  /** Makes it if it is not there; whoever asks meanwhile gets the same one. */
  get(): Promise<T>;
  /** Forgets it, so that the next who asks gets a new one: for a connection that has broken, or a secret that has changed. */
  renew(): void;
}

/**
 * Keeps what `create` makes, from the first time it is needed. A failure is not kept: the next who asks tries again.
 *
 * @claims serverless-warm-client
 */
export function warm<T>(create: () => T | Promise<T>): Warm<T> {
  let kept: Promise<T> | undefined;
  return {
    get() {
      if (kept) return kept;
      const made = (async () => create())();
      kept = made;
      made.catch(() => {
        if (kept === made) kept = undefined;
      });
      return made;
    },
    renew() {
      kept = undefined;
    },
  };
}
