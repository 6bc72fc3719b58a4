import { Duration } from 'aws-cdk-lib';
import { SnapshotRetention, SnapshotTimes, type SnapshotSchedule } from '../../constructs/compute/snapshot-schedule';

/** Volumes that carry it are snapshotted. */
export const snapshotTag = { key: 'groundplan:snapshots', value: 'daily' } as const;
/** Hours in which the volume has better things to do. */
export const busyHours = { from: 6, to: 22 } as const;

/**
 * When snapshots are taken, and how long they are kept.
 *
 * @param copyTo a Region that gets a copy of each daily one
 */
export const schedules = (copyTo?: string): readonly SnapshotSchedule[] => [
  {
    name: 'Daily',
    times: SnapshotTimes.daily('03:00'),
    keep: SnapshotRetention.days(7),
    ...(copyTo !== undefined && { copies: [{ region: copyTo, keep: SnapshotRetention.days(3) }] }),
  },
  { name: 'Weekly', times: SnapshotTimes.weekly('SUN', '04:00'), keep: SnapshotRetention.days(28) },
  {
    name: 'Monthly',
    times: SnapshotTimes.monthly('05:00'),
    keep: SnapshotRetention.days(30),
    archiveFor: Duration.days(365),
  },
];
