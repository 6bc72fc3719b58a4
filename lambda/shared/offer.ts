/** What a call did not get rid of, and why. */
export interface Untaken<Item> {
  readonly item: Item;
  readonly reason: string;
  /** Whether an answer may have been lost on the way, so that the service may have taken it all the same. @default false */
  readonly doubtful?: boolean;
}

/** What a service answered to a call with several items, about those it did not take. */
export interface Answer<Item> {
  /** The sender's fault: it stays refused, however often it is offered. */
  readonly refused: readonly Untaken<Item>[];
  /** The service's fault: it may be offered again. */
  readonly failed: readonly Untaken<Item>[];
}

/** The most one call may hold. */
export interface CallLimit {
  readonly items: number;
  readonly bytes: number;
}

export interface OfferOptions {
  /**
   * How often an item is offered at most.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * What is done before a further attempt, counted from 1.
   * @default - wait 100 ms, then twice as long each time
   */
  readonly pause?: (attempt: number) => Promise<void>;
}

/** Splits items, in order, into as few calls as a service allows. */
export function inCalls<Item>(items: readonly Item[], bytesOf: (item: Item) => number, limit: CallLimit): Item[][] {
  const calls: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    const last = calls.at(-1);
    if (last && last.length < limit.items && bytes + size <= limit.bytes) {
      last.push(item);
      bytes += size;
    } else {
      calls.push([item]);
      bytes = size;
    }
  }
  return calls;
}

/**
 * Makes one call after another, and offers again what a service did not take for a reason of its own, or could not be asked
 * to take. Never throws for an error of a call: it would hide which items of the calls before were taken.
 *
 * @returns what was not taken in the end; empty when all is well
 */
export async function offer<Item>(
  calls: readonly (readonly Item[])[],
  call: (items: readonly Item[]) => Promise<Answer<Item>>,
  { attempts = 3, pause = backOff }: OfferOptions = {},
): Promise<Untaken<Item>[]> {
  const untaken: Untaken<Item>[] = [];
  for (const items of calls) {
    let offered: readonly Untaken<Item>[] = items.map((item) => ({ item, reason: '' }));
    // A doubt stays: that a later call did not take an item says nothing of an earlier one.
    const doubted = new Set<Item>();
    const remembered = (one: Untaken<Item>): Untaken<Item> => {
      if (one.doubtful) doubted.add(one.item);
      return doubted.has(one.item) ? { ...one, doubtful: true } : one;
    };
    for (let attempt = 1; offered.length > 0 && attempt <= attempts; attempt++) {
      if (attempt > 1) await pause(attempt - 1);
      const again = offered.map(({ item }) => item);
      const { refused, failed } = await call(again).catch((error: Error) => unanswered(again, error));
      untaken.push(...refused.map(remembered));
      offered = failed.map(remembered);
    }
    untaken.push(...offered);
  }
  return untaken;
}

function unanswered<Item>(items: readonly Item[], error: Error): Answer<Item> {
  const { name, message, $fault, $metadata } = error as Error & CallError;
  // A service that turned the only try away has taken nothing.
  const certain = $fault === 'client' && $metadata?.attempts === 1;
  const reason = `${name}: ${message}`;
  return { refused: [], failed: items.map((item) => ({ item, reason, ...(!certain && { doubtful: true }) })) };
}

/** What the SDK adds to an error that a service answered with. */
interface CallError {
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly attempts?: number };
}

const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 100 * 2 ** (attempt - 1)));
