/** What happens to a volume and its snapshots, one after the other. Blocks are counted in GB. */
export type VolumeEvent =
  /** Blocks are written: those from `from`, so many. */
  | { readonly write: number; readonly from: number }
  | { readonly snapshot: string }
  | { readonly deleteSnapshot: string };

/** What is billed after an event, in GB. */
export interface SnapshotBill {
  /** All snapshots together: each block once, however many refer to it. */
  readonly snapshots: number;
  /** The volume: its whole size, used or not. */
  readonly volume: number;
}

/**
 * What snapshots of a volume bill. The first holds the blocks in use, each later one the blocks that changed since the one before; deleting one takes away only
 * blocks that no later one needs.
 *
 * @param size of the volume, in GB
 * @returns the bill after each event
 * @throws when a write ends beyond the volume, or a snapshot is taken twice or deleted without being there
 * @claims compute-snapshot-cost
 */
export function snapshotBills(size: number, events: readonly VolumeEvent[]): SnapshotBill[] {
  /** Which write each block holds; `undefined` while nothing was written to it. */
  const blocks = new Array<number | undefined>(size).fill(undefined);
  const snapshots = new Map<string, readonly (number | undefined)[]>();
  return events.map((event, i) => {
    if ('write' in event) {
      if (event.from < 0 || event.from + event.write > size)
        throw new Error(
          `event ${i} writes ${event.write} GB from ${event.from} on, beyond the ${size} GB of the volume; write within it`,
        );
      blocks.fill(i, event.from, event.from + event.write);
    } else if ('snapshot' in event) {
      if (snapshots.has(event.snapshot))
        throw new Error(`event ${i} takes snapshot ${event.snapshot}, which is there; give it another name`);
      snapshots.set(event.snapshot, [...blocks]);
    } else if (!snapshots.delete(event.deleteSnapshot)) {
      throw new Error(
        `event ${i} deletes snapshot ${event.deleteSnapshot}, which is not there; there are ${[...snapshots.keys()].join(', ') || 'none'}`,
      );
    }
    return { snapshots: kept([...snapshots.values()]), volume: size };
  });
}

/** How many blocks any snapshot refers to: a place on the volume with what was written there. */
function kept(snapshots: readonly (readonly (number | undefined)[])[]): number {
  const held = snapshots.flatMap((blocks) =>
    blocks.flatMap((write, place) => (write === undefined ? [] : [`${place} ${write}`])),
  );
  return new Set(held).size;
}
