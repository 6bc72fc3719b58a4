import { trustedKeys, type TrustedKey } from './token';

/** How long keys are used before their issuer is asked again. */
const freshMilliseconds = 3_600_000;
/** How long an issuer that did not answer is left alone. */
const pauseMilliseconds = 60_000;
const tries = 2;
const milliseconds = 2_000;

/**
 * The public keys of an issuer, from where OpenID says they are.
 *
 * They are kept for an hour. When the issuer cannot be reached then, those at hand go on being used, and it is
 * asked again a minute later: a key that is withdrawn is trusted
 * a little longer, and nobody is shut out.
 */
export class IssuerKeys {
  private kept?: { readonly keys: readonly TrustedKey[]; readonly at: number };
  private asked?: Promise<readonly TrustedKey[]>;

  /**
   * @param issuer its address, as tokens name it
   * @param get fetches a document
   */
  constructor(
    private readonly issuer: string,
    private readonly get: (url: string) => Promise<string> = fetched,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws when the issuer cannot be reached and nothing is at hand, or what it says are no keys */
  async all(): Promise<readonly TrustedKey[]> {
    if (this.kept && this.now() - this.kept.at < freshMilliseconds) return this.kept.keys;
    this.asked ??= this.ask().finally(() => {
      this.asked = undefined;
    });
    return this.asked;
  }

  private async ask(): Promise<readonly TrustedKey[]> {
    try {
      const keys = await trustedKeys(await this.get(`${this.issuer}/.well-known/jwks.json`));
      this.kept = { keys, at: this.now() };
      return keys;
    } catch (error) {
      if (!this.kept) throw error;
      const { keys } = this.kept;
      this.kept = { keys, at: this.now() - freshMilliseconds + pauseMilliseconds };
      return keys;
    }
  }
}

async function fetched(url: string): Promise<string> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(milliseconds) });
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      return await answer.text();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
