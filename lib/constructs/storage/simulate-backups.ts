/** As much of a plan's rule as says what becomes of recovery points. */
export interface BackupRule {
  readonly Lifecycle?: BackupLifecycle;
  readonly CopyActions?: readonly { readonly Lifecycle?: BackupLifecycle }[];
}
interface BackupLifecycle {
  readonly DeleteAfterDays?: number;
  readonly MoveToColdStorageAfterDays?: number;
}

/** As much of a vault's lock as decides who deletes. */
export interface BackupLock {
  readonly MinRetentionDays?: number;
  /** Absent in governance mode. */
  readonly ChangeableForDays?: number;
}

export interface RecoveryPoint {
  /** The day it was made; copies are made within it. */
  readonly madeOn: number;
  readonly place: 'here' | 'elsewhere';
  readonly storage: 'warm' | 'cold';
  /** The day it goes by itself. */
  readonly goesOn?: number;
}

/**
 * Which recovery points a daily rule has left after so many days, with no account and no clock: the rule of a template in, points out,
 * the oldest first.
 *
 * @param rule the rule of an `AWS::Backup::BackupPlan`
 * @param day days since the first backup, from 0
 * @param lostOn the day on which the region of the backups is lost, with all that is there
 */
export function simulateBackups(rule: BackupRule, day: number, lostOn = Infinity): RecoveryPoint[] {
  const points: RecoveryPoint[] = [];
  for (let madeOn = 0; madeOn <= day && madeOn < lostOn; madeOn++) {
    const copies = (rule.CopyActions ?? []).map(({ Lifecycle }) => pointOf('elsewhere', madeOn, day, Lifecycle));
    const own = day < lostOn ? [pointOf('here', madeOn, day, rule.Lifecycle)] : [];
    points.push(...[...own, ...copies].filter(({ goesOn = Infinity }) => goesOn > day));
  }
  return points;
}

function pointOf(
  place: RecoveryPoint['place'],
  madeOn: number,
  day: number,
  { DeleteAfterDays, MoveToColdStorageAfterDays = Infinity }: BackupLifecycle = {},
): RecoveryPoint {
  return {
    madeOn,
    place,
    storage: day - madeOn >= MoveToColdStorageAfterDays ? 'cold' : 'warm',
    ...(DeleteAfterDays !== undefined && { goesOn: madeOn + DeleteAfterDays }),
  };
}

/** Who tries to delete a recovery point by hand. */
export type Deleter = 'nobody special' | 'who may delete recovery points' | 'who may take the lock off too' | 'root';

/**
 * Why a recovery point cannot be deleted by somebody on a day, or undefined where it can.
 *
 * @param lock that of its vault
 * @param lockedOn the day the lock was put on
 * @claims storage-backup-vault-lock
 */
export function deletionRefusal(by: Deleter, day: number, lock?: BackupLock, lockedOn = 0): string | undefined {
  if (by === 'nobody special') return 'there is no permission to delete recovery points';
  if (!lock) return undefined;
  const { ChangeableForDays } = lock;
  if (ChangeableForDays !== undefined && day - lockedOn >= ChangeableForDays)
    return 'the lock is final, and the vault keeps each recovery point until its time is over, whoever asks';
  if (by === 'who may delete recovery points')
    return 'the vault is locked, and there is no permission to take the lock off';
  return undefined;
}
