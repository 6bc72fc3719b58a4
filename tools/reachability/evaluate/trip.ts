import { isOpen, noTraffic, through, whichever, type Extent } from '../space/extent';
import { isNothing, type Traffic } from '../space/traffic';

/** What can let a packet pass or stop it; the layer a person looks at. */
export type Layer = 'security group' | 'network ACL' | 'route' | 'gateway' | 'element';

/** One step of a path. */
export interface Hop {
  readonly layer: Layer;
  /** What did something: a group, a table, a gateway. */
  readonly at: string;
  /** What it did, as a clause. */
  readonly says: string;
  readonly direction: 'request' | 'reply';
  /** What it joins two networks by: `NAT gateway`. */
  readonly joins?: string;
}

/** A step as it is recorded; its words are made only when somebody reads them. */
export interface Step extends Omit<Hop, 'says'> {
  readonly says: () => string;
}

/**
 * A set of traffic on its way. Each step takes away what it does not let through; the step that takes the last is the one
 * that stops the packet.
 */
export class Trip {
  private constructor(
    public extent: Extent,
    private readonly steps: Step[],
    private end?: Step,
  ) {}

  static of(extent: Extent): Trip {
    return new Trip(extent, []);
  }

  /** What may still be under way. */
  get traffic(): Traffic {
    return this.extent.maybe;
  }

  get isStopped(): boolean {
    return this.end !== undefined;
  }

  /** The step that stopped it. */
  get stoppedBy(): Hop | undefined {
    return this.end && read(this.end);
  }

  get hops(): Hop[] {
    return this.steps.map(read);
  }

  /** What the request goes through from one network to the next. */
  get joints(): string[] {
    const joints = this.steps.filter(({ direction }) => direction === 'request').map(({ joins }) => joins);
    return [...new Set(joints.filter((one) => one !== undefined))];
  }

  get length(): number {
    return this.steps.length;
  }

  /** Goes through something that lets only some traffic pass. */
  pass(step: Step, filter: Extent): this {
    if (this.isStopped) return this;
    this.steps.push(step);
    this.extent = through(this.extent, filter);
    if (isNothing(this.extent.maybe)) this.end = step;
    return this;
  }

  /** Goes on without loss. */
  note(step: Step): this {
    if (!this.isStopped) this.steps.push(step);
    return this;
  }

  stop(step: Step): this {
    return this.pass(step, noTraffic);
  }

  /** Goes on into the unknown: from here on, nothing is sure any more. */
  doubt(step: Step, reason: string): this {
    if (this.isStopped) return this;
    this.steps.push(step);
    const { maybe, doubts } = this.extent;
    this.extent = { sure: noTraffic.sure, maybe, doubts: [...new Set([...doubts, reason])] };
    return this;
  }

  /** Takes away what has no way back; the steps of the way back are told too. */
  back(reply: Trip, filter: Extent): this {
    if (this.isStopped) return this;
    this.steps.push(...reply.steps);
    this.extent = through(this.extent, filter);
    if (isNothing(this.extent.maybe))
      this.end = reply.end ?? reply.steps.findLast(({ layer }) => layer === 'network ACL') ?? reply.steps.at(-1);
    return this;
  }

  fork(): Trip {
    return new Trip(this.extent, [...this.steps], this.end);
  }

  /** The outcome when it is not known which of several trips is made. */
  static whichever(trips: readonly Trip[], doubt: string): Trip {
    const [first, ...others] = trips;
    const extent = others.reduce((sum, trip) => whichever(sum, trip.extent, doubt), first.extent);
    const told = trips.find((trip) => !trip.isStopped) ?? first;
    return new Trip(extent, told.steps, isNothing(extent.maybe) ? told.end : undefined);
  }

  get isOpen(): boolean {
    return isOpen(this.extent);
  }
}

/** A step of a packet's path; words that take some making are made when they are needed. */
export function step(
  layer: Layer,
  at: string,
  { direction }: { readonly direction: Hop['direction'] },
  says: string | (() => string),
  joins?: string,
): Step {
  return {
    layer,
    at,
    direction,
    says: typeof says === 'string' ? () => says : says,
    ...(joins !== undefined && { joins }),
  };
}

const read = (step: Step): Hop => ({ ...step, says: step.says() });
