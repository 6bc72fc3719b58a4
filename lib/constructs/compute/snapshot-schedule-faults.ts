import { Token } from 'aws-cdk-lib';
import { outsideRange } from '../faults';
import { SnapshotTimes, type SnapshotCopy, type SnapshotRetention, type SnapshotSchedule } from './snapshot-schedule';

/** The hours in which nobody should be slowed down, in UTC: from the one, before the other. */
export interface BusyHours {
  readonly from: number;
  readonly to: number;
}

type Faults = (string | false | undefined)[];

/** What is wrong with one schedule of a plan in a Region. */
export function scheduleFaults(schedule: SnapshotSchedule, region: string, busy: BusyHours | undefined): Faults {
  const { name, times = SnapshotTimes.daily(), keep, copies = [], fastRestore, archiveFor } = schedule;
  const clash = busy && times.hours.find((hour) => isBusy(hour, times.at, busy));
  return [
    !/^([01]\d|2[0-3]):[0-5]\d$/.test(times.at) &&
      `${name} is at ${times.at}; write a time of day in UTC such as 03:00`,
    clash !== undefined &&
      `${name} takes snapshots at ${String(clash).padStart(2, '0')}${times.at.slice(2)} UTC and within the hour after it, in the busy hours from ${busy!.from} to ${busy!.to}; choose another time`,
    ...keepFaults(`${name}.keep`, keep, archiveFor !== undefined && copies.length === 0),
    copies.length > 3 && `${name} has ${copies.length} copies; a schedule makes three at most`,
    ...copies.flatMap((copy) => copyFaults(name, copy, region)),
    ...repeated(copies.map((copy) => copy.region)).map((twice) => `${name} has two copies in ${twice}; keep one`),
    ...(fastRestore ? fastFaults(name, fastRestore, keep) : []),
    ...(archiveFor ? archiveFaults(name, archiveFor.toDays(), times, keep) : []),
  ];
}

const repeated = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

/** One begins within the hour after its time, and so may reach into two. */
function isBusy(hour: number, at: string, { from, to }: BusyHours): boolean {
  const begins = hour + Number(at.slice(3)) / 60;
  return [begins, begins - 24].some((start) => start < to && start + 1 > from);
}

const keepFaults = (what: string, { by }: SnapshotRetention, mayBeNone = false): Faults => [
  outsideRange(`${what}.count`, by.count, 1, 1_000, 'snapshots'),
  outsideRange(`${what}.days`, by.days, mayBeNone ? 0 : 1, 36_500, 'days'),
];

const copyFaults = (name: string, { region, keep, keyArn }: SnapshotCopy, source: string): Faults => [
  !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) &&
    `${name} has a copy in ${region}; write the code of a Region, such as eu-central-1`,
  region === source &&
    `${name} has a copy in ${region}, where the snapshot itself is and would be lost with it; choose another Region`,
  keep.by.days === undefined &&
    `${name} keeps ${keep.by.count} copies in ${region}, but copies are kept by age; give SnapshotRetention.days`,
  ...keepFaults(`${name}.copies[${region}].keep`, keep),
  keyArn !== undefined &&
    !Token.isUnresolved(keyArn) &&
    keyArn.split(':')[3] !== region &&
    `${name} encrypts copies in ${region} with ${keyArn}, which is not a key of that Region; give the ARN of one that is`,
];

const fastFaults = (
  name: string,
  { count, availabilityZones }: NonNullable<SnapshotSchedule['fastRestore']>,
  { by }: SnapshotRetention,
): Faults => [
  by.count === undefined &&
    `${name} restores ${count} snapshots fast, but keeps by days; give SnapshotRetention.count, of which they are the newest`,
  by.count !== undefined &&
    count > by.count &&
    `${name} restores ${count} snapshots fast, but keeps ${by.count}; give no more than it keeps`,
  outsideRange(`${name}.fastRestore.count`, count, 1, 1_000, 'snapshots'),
  availabilityZones.length === 0 && `${name} restores fast in no zone; name those in which volumes are made`,
];

const archiveFaults = (name: string, days: number, times: SnapshotTimes, { by }: SnapshotRetention): Faults => [
  days < 90 && `${name} archives for ${days} days, and the archive bills 90 at least; give 90 days or more`,
  !times.isMonthly &&
    `${name} archives, which DLM does for snapshots that are taken 28 days apart or more; give SnapshotTimes.monthly(), in a schedule of its own`,
  by.days === undefined &&
    `${name} archives for days, but keeps by count; give SnapshotRetention.days, after which snapshots go to the archive`,
];
