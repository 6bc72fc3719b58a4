import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BusEvent } from '../../../lib/constructs/messaging/bus-pattern';
import { callOf, type Call } from './call';
import type { Run } from './execution-environment';
import type { Fault } from './faults';

/** What became of a call. */
export interface Seen extends Call {
  /** How often this very call (operation, target and key) came before and with it, from 1. */
  readonly nth: number;
  /** What the emulator answered; undefined when the call never reached it. */
  readonly status?: number;
  readonly fault?: Fault['kind'];
}

/** Decides what goes wrong with a call. */
export type FaultPlan = (call: Call, nth: number) => Fault | undefined;

/**
 * The line between a handler and the emulator, on which things go wrong: a call is turned away, lost before it arrives, or
 * its answer is lost after it took effect.
 *
 * Written here and not taken from a library: the forwarding is a page of `node:http`, while mockttp brings more than a hundred
 * packages and its own certificates, toxiproxy a binary, and http-proxy-3 knows no calls of AWS, which is the larger half.
 */
export class Wire {
  /** Everything that was said on this line, in the order it was answered. */
  readonly seen: Seen[] = [];
  plan: FaultPlan = () => undefined;
  /** Called with the environment of a call whose fault is that the environment dies. */
  onKill: (environment: string) => void = () => undefined;

  /** Takes events for functions that nobody waits for, in the place of Lambda. */
  onInvoke?: (functionArn: string, event: unknown) => void;
  /** Runs a function that somebody waits for, in the place of Lambda. */
  onCall?: (functionArn: string, event: unknown) => Promise<Run>;

  /** Takes what is put on buses, in the place of EventBridge. */
  onEvents?: (bus: string, events: readonly BusEvent[]) => void;

  readonly #counts = new Map<string, number>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly upstream: URL,
    private readonly server: Server,
  ) {}

  /** @param upstream where the emulator is */
  static async start(upstream: string): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(new URL(upstream), server);
    server.on('request', (from: IncomingMessage, to: ServerResponse) => void wire.#pass(from, to));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Calls of one operation that took effect. */
  effects(operation: string, target?: string): Seen[] {
    return this.seen.filter(
      (call) =>
        call.operation === operation &&
        (target === undefined || call.target === target) &&
        call.status !== undefined &&
        call.status < 300,
    );
  }

  /**
   * Until a call of this operation has taken effect.
   *
   * @throws when the run that was to make it is over before
   */
  async heard(operation: string, target: string, run: Promise<unknown>): Promise<void> {
    let over = false;
    const end = () => (over = true);
    void run.then(end, end);
    while (this.effects(operation, target).length === 0) {
      if (over) throw new Error(`the run is over, and there was no ${operation} on ${target}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Forgets what was said, and lets everything through. */
  clear(): void {
    this.seen.length = 0;
    this.#counts.clear();
    this.plan = () => undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body = await read(from);
    const call = callOf(from, body);
    const name = JSON.stringify([call.service, call.operation, call.target, call.key]);
    const nth = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, nth);
    const fault = this.plan(call, nth);
    const note = (status?: number) =>
      this.seen.push({ ...call, nth, ...(status !== undefined && { status }), ...(fault && { fault: fault.kind }) });

    if (fault?.kind === 'turned away') {
      note();
      to.writeHead(fault.status, fault.headers).end(fault.body);
    } else if (fault?.kind === 'lost before') {
      note();
      from.socket.destroy();
    } else if (fault?.kind === 'silence') {
      note();
    } else {
      if (fault?.kind === 'held') await fault.until;
      const answer = await this.#inTurn(call, () => this.#forward(from, body, call));
      note(answer.status);
      if (fault?.kind === 'kill') this.onKill(call.environment);
      if (fault && fault.kind !== 'held') from.socket.destroy();
      else to.writeHead(answer.status, answer.headers).end(answer.body);
    }
  }

  /** One call at a time for each item and object: AWS decides its conditions so, the emulator's threads might not. */
  #inTurn<T>({ service, operation, target, key }: Call, work: () => Promise<T>): Promise<T> {
    // Who waits for messages would keep everybody from sending any.
    if (operation === 'ReceiveMessage') return work();
    const name = JSON.stringify([service, target, key]);
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => undefined);
    this.#turns.set(name, settled);
    void settled.then(() => this.#turns.get(name) === settled && this.#turns.delete(name));
    return turn;
  }

  #onBus({ target, body }: Call, take: NonNullable<Wire['onEvents']>): Answer {
    const { Entries } = JSON.parse(body.toString()) as {
      Entries: Record<'Source' | 'DetailType' | 'Detail', string>[];
    };
    take(
      target,
      Entries.map(({ Source, DetailType, Detail }) => ({
        source: Source,
        'detail-type': DetailType,
        detail: JSON.parse(Detail) as object,
      })),
    );
    const answer = { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `event-${i}` })) };
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(JSON.stringify(answer)),
    };
  }

  #forward(from: IncomingMessage, body: Buffer, call: Call): Promise<Answer> {
    const waitedFor = from.headers['x-amz-invocation-type'] !== 'Event';
    if (call.operation === 'Invoke' && waitedFor && this.onCall)
      return this.onCall(call.target, JSON.parse(body.toString())).then(answerOf);
    if (call.operation === 'Invoke' && this.onInvoke) {
      this.onInvoke(call.target, JSON.parse(body.toString()));
      return Promise.resolve({ status: 202, headers: {}, body: Buffer.alloc(0) });
    }
    if (call.operation === 'PutEvents' && this.onEvents) return Promise.resolve(this.#onBus(call, this.onEvents));
    const { expect: _expect, ...headers } = from.headers;
    const { hostname: host, port } = this.upstream;
    const options = { host, port, method: from.method, path: from.url, headers, agent: this.#agent };
    return new Promise((resolve, reject) => {
      const whole = (answer: IncomingMessage) =>
        void read(answer).then(
          (text) => resolve({ status: answer.statusCode!, headers: withoutLength(answer.headers), body: text }),
          reject,
        );
      request(options, whole).on('error', reject).end(body);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** What Lambda answers whoever waited for a run. */
const answerOf = ({ result, error }: Run): Answer => ({
  status: 200,
  headers: error ? { 'x-amz-function-error': 'Unhandled' } : {},
  body: Buffer.from(JSON.stringify(error ?? result ?? null)),
});

/** The body is read whole, so Node counts it anew. */
const withoutLength = ({ 'transfer-encoding': _encoding, ...headers }: IncomingMessage['headers']) => headers;

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
