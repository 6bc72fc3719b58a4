import { Malformed, type Wrapped } from './geneve';
import { segmentIn, type Segment } from './inner-packet';
import { WatchedStream, type Refusal } from './watched-stream';

/** What is dropped. */
export interface Rules {
  /** The TCP port of the requests that are read; everything else goes on unread. */
  readonly port: number;
  /** Names of headers, of letters, digits and hyphens. A request with one ends its connection. */
  readonly headers: readonly string[];
}

export interface Verdict {
  readonly passes: boolean;
  /** Why it does not. */
  readonly because?: Refusal | 'connection blocked' | 'malformed';
  readonly segment?: Segment;
}

/** One connection to the watched port. */
interface Flow {
  stream?: WatchedStream;
  isBlocked: boolean;
  /** Whether a side has ended it, so that the same ports may begin another. */
  isOver: boolean;
  seen: number;
}

/** For how long a Gateway Load Balancer remembers a connection of TCP in which nobody says anything. */
const idleMilliseconds = 350_000;
const mostFlows = 10_000;
const passes: Verdict = { passes: true };

/** Judges packets of both directions. The balancer sends those of one connection to one appliance, or this could not work. */
export class Inspector {
  private readonly flows = new Map<string, Flow>();
  private readonly headers: readonly string[];

  constructor(
    private readonly rules: Rules,
    private readonly now: () => number = Date.now,
  ) {
    const odd = rules.headers.find((header) => !/^[A-Za-z0-9-]+$/.test(header));
    if (odd !== undefined) throw new Error(`the header ${odd} cannot be watched for; give letters, digits and hyphens`);
    this.headers = rules.headers.map((header) => header.toLowerCase());
  }

  /** How many connections are remembered. */
  get size(): number {
    return this.flows.size;
  }

  judge({ endpoint, packet }: Pick<Wrapped, 'endpoint' | 'packet'>): Verdict {
    let segment: Segment | undefined;
    try {
      segment = segmentIn(packet);
    } catch (error) {
      if (error instanceof Malformed) return { passes: false, because: 'malformed' };
      throw error;
    }
    if (segment?.destinationPort === this.rules.port) return this.request(keyOf(endpoint, segment), segment);
    if (segment?.sourcePort === this.rules.port) return this.reply(keyOf(endpoint, turned(segment)), segment);
    return passes;
  }

  private request(key: string, segment: Segment): Verdict {
    const flow = this.found(key) ?? this.begun(key);
    if (flow.isBlocked) return { passes: false, because: 'connection blocked', segment };
    const { sequence, payload, syn, fin, rst } = segment;
    const first = (sequence + (syn ? 1 : 0)) >>> 0;
    if (syn && flow.stream && !flow.isOver && flow.stream.end !== first)
      // Taken for a new connection, it would hide where the old one stands.
      return { passes: false, because: 'out of order', segment };
    if (syn && (flow.isOver || !flow.stream)) {
      flow.stream = new WatchedStream(first, this.headers);
      flow.isOver = false;
    }
    // A connection whose beginning another appliance saw is read from here.
    flow.stream ??= new WatchedStream(first, this.headers);
    const because = flow.stream.read(first, payload);
    if (because) {
      flow.isBlocked = because === 'blocked header' || because === 'changed afterwards';
      return { passes: false, because, segment };
    }
    if ((fin || rst) && (first + payload.length) >>> 0 === flow.stream.end) flow.isOver = true;
    return passes;
  }

  private reply(key: string, segment: Segment): Verdict {
    const flow = this.found(key);
    if (!flow) return passes;
    if (flow.isBlocked) return { passes: false, because: 'connection blocked', segment };
    if (segment.ack) flow.stream?.acknowledged(segment.acknowledgement);
    if (segment.rst || segment.fin) flow.isOver = true;
    return passes;
  }

  private found(key: string): Flow | undefined {
    const flow = this.flows.get(key);
    if (!flow) return undefined;
    this.flows.delete(key);
    if (this.now() - flow.seen > idleMilliseconds) return undefined;
    flow.seen = this.now();
    this.flows.set(key, flow);
    return flow;
  }

  private begun(key: string): Flow {
    const flow: Flow = { isBlocked: false, isOver: false, seen: this.now() };
    const [oldest] = this.flows.keys();
    if (this.flows.size >= mostFlows) this.flows.delete(oldest);
    this.flows.set(key, flow);
    return flow;
  }
}

const turned = (segment: Segment): Segment => ({
  ...segment,
  source: segment.destination,
  destination: segment.source,
  sourcePort: segment.destinationPort,
  destinationPort: segment.sourcePort,
});

const keyOf = (endpoint: string, { source, sourcePort, destination, destinationPort }: Segment): string =>
  [endpoint, source, sourcePort, destination, destinationPort].join(' ');
