import { Annotations, Stack, type Duration } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { backupFaults, backUp } from './backup-snapshots';
import { lifecycleSnapshots } from './lifecycle-snapshots';
import { RecycleBin } from './recycle-bin';
import type { SnapshotSchedule } from './snapshot-schedule';
import { scheduleFaults, type BusyHours } from './snapshot-schedule-faults';

export interface SnapshotPlanProps {
  /** What it is for, in a few words; changing it is made in place. */
  readonly description: string;
  /** Volumes with any of these tags are snapshotted; their tags are on the snapshots too. */
  readonly tags: Readonly<Record<string, string>>;
  /** One to four. */
  readonly schedules: readonly SnapshotSchedule[];
  /**
   * Hours of the day, in UTC, in which no snapshot is to begin.
   * @default - any hour will do
   */
  readonly busyHours?: BusyHours;
  /**
   * Keys of the volumes other than the account's own, which copies to other Regions are read with.
   * @default - none
   */
  readonly encryptionKeys?: readonly IKey[];
  /**
   * Whether the quota of five snapshots with fast restore in a Region was raised.
   * @default false
   */
  readonly quotaRaised?: boolean;
  /**
   * How long a deleted snapshot can be had back, 1 to 365 days; it bills as before while it can.
   * @default - not at all
   */
  readonly bin?: Duration;
  /**
   * A vault in which AWS Backup keeps the snapshots, instead of DLM: with vault locks and one page for all kinds of backups, but without counts, copies
   * (`OffsiteBackup`) and fast restore.
   * @default - Data Lifecycle Manager takes them
   */
  readonly vault?: IBackupVault;
}

const fastQuota = 5;
/** Dollars an hour for each snapshot and zone, in us-east-1 (AWS, 2026-11). */
const fastPrice = 0.75;

/**
 * Snapshots of all volumes with a tag, at times nobody minds, and gone again when they are too many or too old. The first holds the blocks in use,
 * each later one what changed (`snapshotBills`); they lie in no zone but in the Region.
 *
 * @claims compute-snapshot-schedule, compute-snapshot-copy-region, compute-fast-restore, compute-snapshot-archive, compute-recycle-bin
 */
export class SnapshotPlan extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: SnapshotPlanProps) {
    super(scope, id);
    const { description, tags, schedules, busyHours, encryptionKeys = [], vault, bin } = props;
    const { region } = Stack.of(this);
    const fast = schedules.reduce((sum, { fastRestore }) => sum + (fastRestore?.count ?? 0), 0);
    refuse(this, [
      Object.keys(tags).length === 0 && 'tags is empty, so that no volume is meant; name a tag that volumes carry',
      ...Object.entries(tags).map(
        ([key, value]) =>
          (key === '' || value === '') && `tags has "${key}" = "${value}", which nothing carries; name both`,
      ),
      (schedules.length < 1 || schedules.length > 4) && `schedules has ${schedules.length}; give one to four`,
      ...schedules
        .map(({ name }) => name)
        .filter((name, i, names) => names.indexOf(name) !== i)
        .map((name) => `schedules has ${name} twice; give each a name of its own`),
      ...schedules.flatMap((schedule) => scheduleFaults(schedule, region, busyHours)),
      fast > fastQuota &&
        !props.quotaRaised &&
        `the schedules restore ${fast} snapshots of each volume fast, and a Region has ${fastQuota} at most; ask for fewer, or have the quota raised and say quotaRaised`,
      !/^[\w ]{1,500}$/.test(description) &&
        `description is "${description}"; give up to 500 letters, digits, blanks and underscores`,
      ...(vault ? backupFaults(schedules) : []),
    ]);
    if (fast > 0) this.tellPrice(schedules);
    this.role = vault
      ? backUp(this, vault, tags, schedules)
      : lifecycleSnapshots(this, { description, tags, schedules, encryptionKeys });
    if (bin) new RecycleBin(this, 'Bin', { keep: { snapshots: bin }, tags });
  }

  private tellPrice(schedules: readonly SnapshotSchedule[]): void {
    const places = schedules.reduce(
      (sum, { fastRestore }) => sum + (fastRestore ? fastRestore.count * fastRestore.availabilityZones.length : 0),
      0,
    );
    Annotations.of(this).addInfo(
      `Fast restore bills ${places} snapshots and zones for each volume, ${(places * fastPrice).toFixed(2)} USD an hour or ${Math.round(places * fastPrice * 730)} USD a month in us-east-1, whether anything is restored or not`,
    );
  }
}
