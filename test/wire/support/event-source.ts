import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Run } from './execution-environment';
import type { WireQueue } from './queue';

/** How Lambda is told to poll a queue, as the template says it. */
export interface Mapping {
  readonly batchSize: number;
  /** Whether the function's answer names the messages that failed. */
  readonly partialFailures: boolean;
  /** Batches in work at a time. */
  readonly concurrency: number;
}

export interface EventSourceOptions {
  /** In which order, and how often, the records of one receive reach the function: SQS promises neither. */
  readonly delivered?: (records: readonly SQSRecord[]) => readonly (readonly SQSRecord[])[];
}

/**
 * What Lambda does between a queue and a function: receives a batch, runs the function, and deletes what it did not report.
 * A run that fails, or whose answer makes no sense, has nothing deleted. What was not deleted stays hidden until `hiddenTimeEnds`.
 */
export class EventSource {
  #hidden: SQSRecord[] = [];
  #wanting: () => void = () => undefined;

  constructor(
    private readonly queue: WireQueue,
    private readonly mapping: Mapping,
    private readonly invoke: (event: { Records: readonly SQSRecord[] }) => Promise<Run>,
    private readonly options: EventSourceOptions = {},
  ) {}

  /** Works until nothing is visible and nothing more is to come. */
  async drain(isMoreToCome: () => boolean = () => false): Promise<void> {
    await Promise.all(
      Array.from({ length: this.mapping.concurrency }, async () => {
        for (;;) {
          const last = !isMoreToCome();
          if (await this.#once()) continue;
          this.#wanting();
          if (last) return;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    );
  }

  /** Until a poll finds nothing: time to send more. */
  async runsDry(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wanting = resolve));
  }

  /**
   * Lets the time pass for which messages are hidden.
   *
   * @returns whether there were any
   */
  async hiddenTimeEnds(): Promise<boolean> {
    const records = this.#hidden;
    this.#hidden = [];
    // One after another, in the order they were received in: so a FIFO queue has its groups in order again.
    for (const record of records) await this.queue.show(record);
    return records.length > 0;
  }

  async #once(): Promise<boolean> {
    const records = await this.queue.receive(this.mapping.batchSize);
    if (records.length === 0) return false;
    const { delivered = (all) => [all] } = this.options;
    const answers = await Promise.all(
      delivered(records).map(async (batch) => ({
        batch,
        failed: this.#failedOf(batch, await this.invoke({ Records: batch })),
      })),
    );
    // Delivered to two, deleted by the first that had it done.
    const done = new Set(
      answers.flatMap(({ batch, failed }) => batch.filter(({ messageId }) => !failed.has(messageId))),
    );
    await this.queue.delete([...done]);
    this.#hidden.push(...records.filter((record) => !done.has(record)));
    return true;
  }

  /** Ids of messages that are not done. Lambda takes an answer that names what it did not send for a failed run. */
  #failedOf(batch: readonly SQSRecord[], { error, result }: Run): ReadonlySet<string> {
    const ids = new Set(batch.map(({ messageId }) => messageId));
    if (error) return ids;
    if (!this.mapping.partialFailures) return new Set();
    const failures = (result as SQSBatchResponse | undefined)?.batchItemFailures ?? [];
    const named = failures.map(({ itemIdentifier }) => itemIdentifier);
    return named.every((id) => ids.has(id)) ? new Set(named) : ids;
  }
}
