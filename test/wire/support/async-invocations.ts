import type { FunctionPool } from './function-pool';
import type { WireQueue } from './queue';

/** How a function is run for callers who do not wait, as the template says it. */
export interface AsyncSettings {
  readonly maximumRetryAttempts: number;
  readonly onFailure: WireQueue;
}

/** What Lambda does with an event nobody waits for: runs it, again when it failed, and then tells the failure destination. */
export class AsyncInvocations {
  #running: Promise<void>[] = [];

  constructor(
    private readonly pool: FunctionPool,
    private readonly settings: AsyncSettings,
  ) {}

  accept(event: unknown): void {
    this.#running.push(this.#work(event));
  }

  /** Until nothing is left to be done. */
  async settled(): Promise<void> {
    while (this.#running.length > 0) await Promise.all(this.#running.splice(0));
  }

  async #work(event: unknown): Promise<void> {
    const attempts = 1 + this.settings.maximumRetryAttempts;
    for (let attempt = 1; ; attempt++) {
      const { error } = await this.pool.invoke(event);
      if (!error) return;
      if (attempt < attempts) continue;
      await this.settings.onFailure.send(
        JSON.stringify({
          version: '1.0',
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempt },
          requestPayload: event,
          responseContext: { statusCode: 200, functionError: 'Unhandled' },
          responsePayload: error,
        }),
      );
      return;
    }
  }
}
