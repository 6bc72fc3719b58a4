import { snapshotBills, type VolumeEvent } from './snapshot-cost';
import { SnapshotTimes, type SnapshotSchedule } from './snapshot-schedule';

export interface SimulatedVolume {
  /** GB in use; they are what the first snapshot holds. */
  readonly used: number;
  /** GB written anew each day, one part after the other. */
  readonly changedEachDay: number;
}

/** What there is at the end of a day. */
export interface SnapshotDay {
  readonly day: number;
  /** Days on which the snapshots that are there were taken, oldest first. */
  readonly kept: readonly number[];
  /** The same of those in the archive. */
  readonly archived: readonly number[];
  /** GB billed for the kept ones and those in the bin together: each block once. */
  readonly billed: number;
  /** GB billed for the archived ones, and those deleted from there that are in the bin, each of which holds every block in use. */
  readonly billedInArchive: number;
}

/** The same of several schedules together, with what each keeps by its name. */
export interface PlanDay extends Pick<SnapshotDay, 'day' | 'archived' | 'billed' | 'billedInArchive'> {
  readonly kept: Readonly<Record<string, readonly number[]>>;
}

/**
 * What a schedule of one snapshot a day or fewer keeps of a volume on each day, and what that bills. Day 0 is a Sunday and the first of a month of 30 days.
 *
 * @param bin how many days a deleted one lies in the bin, and bills as before
 * @throws for a schedule of several a day, whose days would not tell them apart
 * @claims compute-snapshot-schedule, compute-snapshot-archive
 */
export const simulateSnapshots = (
  schedule: SnapshotSchedule,
  days: number,
  volume: SimulatedVolume,
  bin = 0,
): SnapshotDay[] =>
  simulatePlan([schedule], days, volume, bin).map((told) => ({ ...told, kept: told.kept[schedule.name] }));

/** The same of the schedules of a plan, whose snapshots of one volume share their blocks. */
export function simulatePlan(
  schedules: readonly SnapshotSchedule[],
  days: number,
  { used, changedEachDay }: SimulatedVolume,
  bin = 0,
): PlanDay[] {
  for (const { name, times } of schedules)
    if (times && times.hours.length > 1)
      throw new Error(`${name} takes ${times.hours.length} a day; simulate one a day or fewer`);
  const events: VolumeEvent[] = [{ write: used, from: 0 }];
  const stores = schedules.map((schedule) => new Store(schedule, bin));
  let place = 0;
  const story: Omit<PlanDay, 'billed'>[] = [];
  const ends: number[] = [];
  for (let day = 0; day < days; day++) {
    if (day > 0 && changedEachDay > 0) {
      if (place + changedEachDay > used) place = 0;
      events.push({ write: changedEachDay, from: place });
      place += changedEachDay;
    }
    events.push(...stores.flatMap((store) => store.pass(day)));
    const archived = stores.flatMap((store) => store.archived);
    const kept = Object.fromEntries(stores.map((store) => [store.schedule.name, store.kept]));
    const binned = stores.flatMap((store) => store.binned);
    story.push({ day, kept, archived, billedInArchive: (archived.length + binned.length) * used });
    ends.push(events.length - 1);
  }
  const bills = snapshotBills(used, events);
  return story.map((told, i) => ({ ...told, billed: bills[ends[i]].snapshots }));
}

/** What one schedule keeps. */
class Store {
  kept: readonly number[] = [];
  archived: readonly number[] = [];
  /** Those that were deleted from the archive. */
  binned: readonly number[] = [];
  /** When each was deleted that was not archived. */
  private deleted: readonly { readonly taken: number; readonly on: number }[] = [];

  constructor(
    readonly schedule: SnapshotSchedule,
    private readonly bin: number,
  ) {}

  /** A day passes. */
  pass(day: number): VolumeEvent[] {
    const { name, times = SnapshotTimes.daily(), keep, archiveFor } = this.schedule;
    const taken = times.falls(day) ? [day] : [];
    const all = [...this.kept, ...taken];
    const { count, days: age = Infinity } = keep.by;
    const leaving = all.filter((each, i) => (count === undefined ? day - each >= age : i < all.length - count));
    this.kept = all.filter((each) => !leaving.includes(each));
    if (archiveFor) {
      const lasts = age + archiveFor.toDays();
      const moved = [...this.archived, ...this.binned, ...leaving].filter((each) => day - each < lasts + this.bin);
      this.archived = moved.filter((each) => day - each < lasts);
      this.binned = moved.filter((each) => day - each >= lasts);
    } else {
      this.deleted = [...this.deleted, ...leaving.map((each) => ({ taken: each, on: day }))];
    }
    const gone = archiveFor ? leaving : this.deleted.filter(({ on }) => day - on >= this.bin).map((each) => each.taken);
    this.deleted = this.deleted.filter((each) => !gone.includes(each.taken));
    return [
      ...taken.map((each) => ({ snapshot: `${name} ${each}` })),
      ...gone.map((each) => ({ deleteSnapshot: `${name} ${each}` })),
    ];
  }
}
