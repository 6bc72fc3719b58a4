import type { Logger } from '@aws-lambda-powertools/logger';
import { Refused } from '../shared/batch';
import type { Received, WorkSource } from './source';
import { every, pause } from './time';

/** The machine a worker runs on. */
export interface Host {
  /** Says whether the group may take this machine away when it shrinks. */
  protect(busy: boolean): Promise<void>;
}

export interface LoopSettings {
  /** How many messages are worked side by side, 1 to 10. */
  readonly concurrency: number;
  /** For how many seconds the queue hides a message that was received. */
  readonly visibilitySeconds: number;
  /** For how many seconds one message may be worked before it counts as failed. */
  readonly longestSeconds: number;
  /** For how many seconds messages are worked on after the worker was told to stop; then they are handed back. */
  readonly drainSeconds: number;
}

export type Notes = Pick<Logger, 'info' | 'warn' | 'error'>;

export interface LoopOptions<Message extends Received> {
  readonly source: WorkSource<Message>;
  readonly host: Host;
  readonly notes: Notes;
  readonly settings: LoopSettings;
  /** Works one message; it must bear being asked twice. The signal tells that nobody waits for the result any more. */
  readonly work: (message: Message, signal: AbortSignal) => Promise<unknown>;
}

/** The message was not done in the time there was for it. It is not its fault, and another worker takes it. */
export class TakenAway extends Error {
  override readonly name = 'TakenAway';
}

/**
 * Works a queue until told to stop: polls long, works what comes side by side, asks for more time while it works, deletes what is
 * done, and has the group spare the machine as long as it is busy.
 *
 * What fails comes back after a while that grows with each time, and what no retry will mend (`Refused`) at once, so that the
 * queue soon moves it aside. Told to stop, it takes no more, works on for `drainSeconds`, and shows the rest to other workers.
 *
 * @claims messaging-worker-loop
 */
export async function workLoop<Message extends Received>(
  options: LoopOptions<Message>,
  stop: AbortSignal,
): Promise<void> {
  const { source, host, notes, settings } = options;
  /** A machine that is not spared drains when it is taken; what is in work must not wait for that. */
  const spare = (busy: boolean) =>
    host
      .protect(busy)
      .catch((error: Error) => notes.warn('the group does not spare the machine', { reason: error.message }));
  for (let failures = 0; !stop.aborted;) {
    try {
      const messages = await source.receive(settings.concurrency, stop);
      failures = 0;
      await spare(messages.length > 0);
      if (messages.length > 0) await new Hand(options, messages).play(stop);
    } catch (error) {
      failures += 1;
      notes.error('the queue could not be asked', { reason: (error as Error).message, failures });
      await pause(1000 * Math.min(60, 2 ** (failures - 1)), stop);
    }
  }
  await spare(false);
}

/** The messages one receive gave, until each is deleted or handed back. */
class Hand<Message extends Received> {
  readonly #working: Set<Message>;
  #done: Message[] = [];
  readonly #over = new AbortController();

  constructor(
    private readonly options: LoopOptions<Message>,
    private readonly messages: readonly Message[],
  ) {
    this.#working = new Set(messages);
  }

  async play(stop: AbortSignal): Promise<void> {
    const { drainSeconds, visibilitySeconds } = this.options.settings;
    const ended = new AbortController();
    const beats = every((1000 * visibilitySeconds) / 3, ended.signal, () => this.#beat());
    const drain = async () => {
      await aborted(stop, ended.signal);
      await pause(1000 * drainSeconds, ended.signal);
      if (!ended.signal.aborted) this.#over.abort(new TakenAway('the machine goes before this was done'));
    };
    const draining = drain();
    await Promise.all(this.messages.map((message) => this.#attempt(message)));
    ended.abort();
    await Promise.all([beats, draining]);
    await this.#delete();
    if (this.#done.length > 0)
      this.options.notes.warn('messages were done but not deleted; they will come again', {
        messages: this.#done.map(({ id }) => id),
      });
  }

  async #attempt(message: Message): Promise<void> {
    const { work, notes, settings } = this.options;
    const allotted = new Allotted(settings.longestSeconds);
    const tooLong = AbortSignal.any([this.#over.signal, allotted.signal]);
    const { id, receives } = message;
    try {
      await Promise.race([work(message, tooLong), rejection(tooLong)]);
      // Work that ends because it was told to is not done.
      tooLong.throwIfAborted();
      this.#working.delete(message);
      this.#done.push(message);
    } catch (error) {
      this.#working.delete(message);
      const cause = tooLong.aborted ? (tooLong.reason as Error) : (error as Error);
      const told = { messageId: id, receiveCount: receives, reason: cause.message };
      if (cause instanceof Refused) notes.error('message refused', told);
      else if (cause instanceof TakenAway) notes.warn('message handed back', told);
      else notes.error('message failed', { ...told, error: cause });
      await this.#handBack(message, restOf(cause, receives, settings));
    } finally {
      allotted.end();
    }
  }

  /** Where this fails too the message comes back when its time of hiding ends. */
  async #handBack(message: Message, seconds: number): Promise<void> {
    await this.options.source.hide([message], seconds).catch((error: Error) => {
      this.options.notes.warn('message stays hidden', { messageId: message.id, reason: error.message });
    });
  }

  async #beat(): Promise<void> {
    const { source, notes, settings } = this.options;
    await source.hide([...this.#working], settings.visibilitySeconds).catch((error: Error) => {
      notes.warn('no more time for messages in work; others may get them too', { reason: error.message });
    });
    await this.#delete();
  }

  /** What is not deleted stays in the hand, for the next time. */
  async #delete(): Promise<void> {
    for (let tries = 0; tries < 3 && this.#done.length > 0; tries++) {
      const asked = this.#done;
      const left = await this.options.source.remove(asked).catch(() => asked);
      this.#done = [...left, ...this.#done.filter((message) => !asked.includes(message))];
      if (this.#done.length > 0) await pause(200 * 2 ** tries);
    }
  }
}

/** For how long a message that failed is hidden: a mend needs time, a refusal none. */
function restOf(cause: Error, receives: number, { visibilitySeconds }: LoopSettings): number {
  if (cause instanceof Refused || cause instanceof TakenAway) return 0;
  return Math.min(visibilitySeconds, 5 * 2 ** Math.min(receives, 16));
}

/** The time one message may be worked. */
class Allotted {
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number) {
    this.#timer = setTimeout(() => this.#over.abort(new Error(`not done in ${seconds} seconds`)), 1000 * seconds);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const tell = () => reject(signal.reason as Error);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });

/** Until one of two signals is aborted. */
const aborted = (one: AbortSignal, other: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (one.aborted || other.aborted) resolve();
    for (const signal of [one, other]) signal.addEventListener('abort', () => resolve(), { once: true });
  });
