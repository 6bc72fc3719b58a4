import { Duration } from 'aws-cdk-lib';
import { simulateSnapshots } from '../../../lib/constructs/compute/simulate-snapshots';
import {
  SnapshotRetention,
  SnapshotTimes,
  type SnapshotSchedule,
} from '../../../lib/constructs/compute/snapshot-schedule';

const volume = { used: 40, changedEachDay: 4 };
const run = (schedule: Omit<SnapshotSchedule, 'name'>, days: number, bin?: number) =>
  simulateSnapshots({ name: 'Test', ...schedule }, days, volume, bin);

describe('snapshots over time', () => {
  test('by count: the newest three, which bill the whole once and two days of changes [compute-snapshot-schedule]', () => {
    const days = run({ keep: SnapshotRetention.count(3) }, 6);
    expect(days.map(({ kept }) => kept)).toEqual([[0], [0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]);
    expect(days.map(({ billed }) => billed)).toEqual([40, 44, 48, 48, 48, 48]);
  });

  test('by age: weekly ones of 15 days [compute-snapshot-schedule]', () => {
    const days = run({ times: SnapshotTimes.weekly('SUN'), keep: SnapshotRetention.days(15) }, 30);
    expect(days[14].kept).toEqual([0, 7, 14]);
    expect(days[15].kept).toEqual([7, 14]);
    expect(days[29].kept).toEqual([21, 28]);
    // Seven days change 28 of the 40 GB.
    expect(days[15].billed).toBe(68);
  });

  test('monthly ones go to the archive whole, and from there after their time [compute-snapshot-archive]', () => {
    const days = run(
      { times: SnapshotTimes.monthly(), keep: SnapshotRetention.days(10), archiveFor: Duration.days(90) },
      121,
    );
    expect(days[9]).toMatchObject({ kept: [0], archived: [], billed: 40, billedInArchive: 0 });
    expect(days[10]).toMatchObject({ kept: [], archived: [0], billed: 0, billedInArchive: 40 });
    expect(days[99]).toMatchObject({ archived: [0, 30, 60], billedInArchive: 120 });
    expect(days[100]).toMatchObject({ archived: [30, 60, 90] });
  });

  test('what is deleted bills as before while it lies in the bin, from the archive too [compute-recycle-bin]', () => {
    const counted = run({ keep: SnapshotRetention.count(3) }, 8, 2);
    expect(counted.map(({ kept }) => kept.length)).toEqual([1, 2, 3, 3, 3, 3, 3, 3]);
    expect(counted.map(({ billed }) => billed)).toEqual([40, 44, 48, 52, 56, 56, 56, 56]);
    const monthly = { times: SnapshotTimes.monthly(), keep: SnapshotRetention.days(10), archiveFor: Duration.days(90) };
    const archived = run(monthly, 108, 7);
    expect(archived[10]).toMatchObject({ kept: [], archived: [0], billed: 0, billedInArchive: 40 });
    expect(archived[99]).toMatchObject({ archived: [0, 30, 60], billedInArchive: 120 });
    expect(archived[106]).toMatchObject({ archived: [30, 60, 90], billedInArchive: 160 });
    expect(archived[107]).toMatchObject({ archived: [30, 60, 90], billedInArchive: 120 });
  });

  test('fails when there are several a day', () => {
    expect(() => run({ times: SnapshotTimes.everyHours(6), keep: SnapshotRetention.count(4) }, 3)).toThrow(
      'Test takes 4 a day; simulate one a day or fewer',
    );
  });
});
