/** Where a secret is kept: `getSecret` of Powertools with `forceFetch`, or a store in memory. */
export type FetchSecret = () => Promise<string>;

export interface SecretOptions {
  /** For how long a secret is used before it is fetched again, in milliseconds, which is how soon a rotation is noticed. */
  readonly timeToLive: number;
  /** Whether a failure says that the secret is no longer the right one. */
  readonly isRefused: (cause: unknown) => boolean;
  /** @default Date.now */
  readonly now?: () => number;
}

export interface Secret {
  /**
   * Does something with the secret. When it is refused, because it was rotated since, it is fetched anew and the work is done
   * once more; what the new one meets is thrown.
   */
  use<T>(work: (secret: string) => Promise<T>): Promise<T>;
}

/**
 * A secret that is fetched when it is first needed and is kept in memory, never in a file or a log, for as long as it lives.
 * While the store is down, one that is past its time is used on, as it is refused where it is no longer right.
 *
 * It shows itself in no log: nothing but the work it is handed to sees it.
 *
 * @claims serverless-secret-hygiene, security-secret-cache
 */
export function secret(fetch: FetchSecret, { timeToLive, isRefused, now = Date.now }: SecretOptions): Secret {
  let held: { readonly value: string; readonly until: number } | undefined;
  let fetching: Promise<string> | undefined;

  const fetched = (): Promise<string> => {
    fetching ??= fetch()
      .then((value) => {
        held = { value, until: now() + timeToLive };
        return value;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  const current = async (): Promise<string> => {
    const last = held;
    if (!last) return fetched();
    return now() < last.until ? last.value : fetched().catch(() => last.value);
  };
  /** What others who were refused as well have fetched meanwhile is new enough. */
  const newerThan = (refused: string): Promise<string> =>
    held && held.value !== refused ? Promise.resolve(held.value) : fetched();

  return {
    async use(work) {
      const first = await current();
      try {
        return await work(first);
      } catch (cause) {
        if (!isRefused(cause)) throw cause;
        const next = await newerThan(first);
        if (next === first) throw cause;
        return await work(next);
      }
    },
  };
}
