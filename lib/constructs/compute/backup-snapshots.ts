import { Duration } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupSelection,
  type CfnBackupPlan,
  type IBackupVault,
} from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { backupRole } from '../storage/backup-role';
import { SnapshotTimes, type SnapshotSchedule } from './snapshot-schedule';

/** What AWS Backup cannot do of a schedule. */
export const backupFaults = (schedules: readonly SnapshotSchedule[]): (string | false | undefined)[] =>
  schedules.flatMap(({ name, keep, copies = [], fastRestore }) => [
    keep.by.days === undefined &&
      `${name} keeps ${keep.by.count} snapshots, but a vault keeps by age; give SnapshotRetention.days, or leave vault out`,
    copies.length > 0 &&
      `${name} has copies, which go from vault to vault; take OffsiteBackup for them, or leave vault out`,
    fastRestore && `${name} restores fast, which AWS Backup has no rule for; leave one of fastRestore and vault out`,
  ]);

/** The same schedules as a plan of AWS Backup. */
export function backUp(
  scope: Construct,
  vault: IBackupVault,
  tags: Readonly<Record<string, string>>,
  schedules: readonly SnapshotSchedule[],
): IRole {
  const plan = new BackupPlan(scope, 'Plan', {
    backupPlanRules: schedules.map(({ name, times = SnapshotTimes.daily(), keep, archiveFor }) => {
      const kept = Duration.days(keep.by.days!);
      return new BackupPlanRule({
        ruleName: name,
        backupVault: vault,
        scheduleExpression: Schedule.expression(times.cron),
        deleteAfter: archiveFor ? kept.plus(archiveFor) : kept,
        ...(archiveFor && { moveToColdStorageAfter: kept }),
      });
    }),
  });
  const made = plan.node.defaultChild as CfnBackupPlan;
  for (const [i, { archiveFor }] of schedules.entries())
    // Without it EBS leaves them where they are, whatever the rule says of cold storage.
    if (archiveFor)
      made.addPropertyOverride(`BackupPlan.BackupPlanRule.${i}.Lifecycle.OptInToArchiveForSupportedResources`, true);
  const role = backupRole(
    scope,
    'Role',
    `Takes the snapshots of ${scope.node.path}`,
    'AWSBackupServiceRolePolicyForBackup',
  );
  new BackupSelection(scope, 'Selection', {
    backupPlan: plan,
    role,
    resources: Object.entries(tags).map(([key, value]) => BackupResource.fromTag(key, value)),
    disableDefaultBackupPolicy: true,
  });
  return role;
}
