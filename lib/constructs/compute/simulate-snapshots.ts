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
  /** GB billed for the kept ones together: each block once. */
  readonly billed: number;
  /** GB billed for the archived ones, each of which holds every block in use. */
  readonly billedInArchive: number;
}

/**
 * What a schedule of one snapshot a day or fewer keeps of a volume on each day, and what that bills. Day 0 is a Sunday and the first of a month of 30 days.
 *
 * @throws for a schedule of several a day, whose days would not tell them apart
 * @claims compute-snapshot-schedule, compute-snapshot-archive
 */
export function simulateSnapshots(schedule: SnapshotSchedule, days: number, volume: SimulatedVolume): SnapshotDay[] {
  const { times = SnapshotTimes.daily(), keep, archiveFor } = schedule;
  if (times.hours.length > 1)
    throw new Error(`${schedule.name} takes ${times.hours.length} a day; simulate one a day or fewer`);
  const { used, changedEachDay } = volume;
  const events: VolumeEvent[] = [{ write: used, from: 0 }];
  let kept: number[] = [];
  let archived: number[] = [];
  let place = 0;
  const story: Omit<SnapshotDay, 'billed'>[] = [];
  const ends: number[] = [];
  for (let day = 0; day < days; day++) {
    if (day > 0 && changedEachDay > 0) {
      if (place + changedEachDay > used) place = 0;
      events.push({ write: changedEachDay, from: place });
      place += changedEachDay;
    }
    if (times.falls(day)) {
      events.push({ snapshot: `${day}` });
      kept.push(day);
    }
    const { count, days: age = Infinity } = keep.by;
    const leaving = kept.filter((taken, i) => (count === undefined ? day - taken >= age : i < kept.length - count));
    events.push(...leaving.map((taken) => ({ deleteSnapshot: `${taken}` })));
    kept = kept.filter((taken) => !leaving.includes(taken));
    if (archiveFor) {
      const gone = age + archiveFor.toDays();
      archived = [...archived, ...leaving].filter((taken) => day - taken < gone);
    }
    story.push({ day, kept: [...kept], archived: [...archived], billedInArchive: archived.length * used });
    ends.push(events.length - 1);
  }
  const bills = snapshotBills(used, events);
  return story.map((told, i) => ({ ...told, billed: bills[ends[i]].snapshots }));
}
