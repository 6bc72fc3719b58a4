import type { Received, WorkSource } from '../worker-tier/source';
import type { Payload, Payloads } from './payloads';

/** A message with its body, wherever that lies. */
export interface Loaded extends Received {
  /** @throws Refused when the message was tampered with */
  readonly payload: () => Payload;
}

/** A source of work whose messages may have their bodies in a store; deleting removes both, the message first. */
export class PayloadSource implements WorkSource<Loaded> {
  constructor(
    private readonly source: WorkSource,
    private readonly payloads: Payloads,
    /** What is told of a body that could not be removed; it expires. */
    private readonly onOrphan: (message: Loaded, error: Error) => void,
  ) {}

  async receive(max: number, signal: AbortSignal): Promise<Loaded[]> {
    const messages = await this.source.receive(max, signal);
    return messages.map((message) => ({
      ...message,
      payload: () => this.payloads.payloadOf(message.body, message.attributes),
    }));
  }

  hide(messages: readonly Loaded[], seconds: number): Promise<void> {
    return this.source.hide(messages, seconds);
  }

  async remove(messages: readonly Loaded[]): Promise<Loaded[]> {
    const left = await this.source.remove(messages);
    const still = new Set(left.map(({ receipt }) => receipt));
    const gone = messages.filter(({ receipt }) => !still.has(receipt));
    await Promise.all(
      gone.map((message) => this.payloads.remove(message.body).catch((error: Error) => this.onOrphan(message, error))),
    );
    return messages.filter(({ receipt }) => still.has(receipt));
  }
}
