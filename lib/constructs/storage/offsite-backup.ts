import { Duration, Names, Stack, Token } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupSelection,
  BackupVault,
  type IBackupPlan,
  CfnRestoreTestingPlan,
  CfnRestoreTestingSelection,
} from 'aws-cdk-lib/aws-backup';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { deployedElsewhere } from '../deployed-elsewhere';
import { outsideDuration, refuse } from '../faults';
import { EventRoute } from '../messaging/event-route';
import type { NoticeTopic } from '../messaging/notice-topic';
import { RouteTarget } from '../messaging/route-target';
import type { AlarmTopic } from '../operations/alarm-topic';
import { backupRole } from './backup-role';
import type { RecoveryVault } from './recovery-vault';
import { vaultArn } from './recovery-vault';
import { residencyFault } from './residency';
import type { VaultLock } from './vault-lock';

/** A vault of another region, by what can be written down of it. */
export interface OffsiteVault {
  readonly name: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /**
   * Its lock, so that no copy is refused.
   * @default - it has none
   */
  readonly lock?: VaultLock;
}

/** What can be restored by way of a test. */
export type RestorableType =
  'Aurora' | 'DocumentDB' | 'DynamoDB' | 'EBS' | 'EC2' | 'EFS' | 'FSx' | 'Neptune' | 'RDS' | 'S3';

export interface OffsiteBackupProps {
  readonly vault: RecoveryVault;
  /** Where each recovery point is copied to. */
  readonly copyTo: OffsiteVault;
  /**
   * The regions where recovery points may be: the stack's own, and that of the copies.
   * @default - anywhere
   */
  readonly allowedRegions?: readonly string[];
  /**
   * Everything that carries this tag is backed up.
   * @default { key: 'backup', value: 'daily' }
   */
  readonly tag?: { readonly key: string; readonly value: string };
  /**
   * When, in UTC.
   * @default Schedule.cron({ hour: '3', minute: '0' }), each day
   */
  readonly schedule?: Schedule;
  /**
   * How long recovery points are kept, whole days.
   * @default Duration.days(35)
   */
  readonly keptFor?: Duration;
  /**
   * After how long they move to cold storage, where they lie for at least 90 days. Those of EBS stay where they are: their archive is opted into for each rule, and
   * takes only what is made monthly or less often (`SnapshotPlan` with a vault).
   * @default - never
   */
  readonly coldAfter?: Duration;
  /**
   * Whether what can be is backed up continuously, to be restored to any second of the last 1 to 35 days.
   * @default false
   */
  readonly pointInTime?: boolean;
  /**
   * What is restored each week, to see that it can be, and deleted again; restored resources cost while they are there.
   * @default - nothing is rehearsed
   */
  readonly rehearse?: readonly RestorableType[];
  /** Who is told of a backup, a copy or a restore that failed. */
  readonly notices: NoticeTopic;
  /** Where the alarm reports to that goes off when nobody could be told. */
  readonly alarms: AlarmTopic;
}

const coldest = Duration.days(90);
const usualTag = { key: 'backup', value: 'daily' };

/**
 * Daily backups of everything that carries a tag, each copied to another region, rehearsed each week, and told of when one fails.
 *
 * Types of resources must be switched on in AWS Backup's own settings of the account and region.
 *
 * @claims storage-data-residency, storage-backup-daily, storage-backup-other-region, storage-backup-lifecycle, storage-backup-vault-lock,
 * storage-backup-restore-test
 */
export class OffsiteBackup extends Construct {
  readonly plan: IBackupPlan;
  /** What AWS Backup acts as, for jobs that somebody starts by hand too. */
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: OffsiteBackupProps) {
    super(scope, id);
    const { vault, copyTo, tag = usualTag, keptFor = Duration.days(35), coldAfter, pointInTime = false } = props;
    const { region } = Stack.of(this);
    refuse(this, [
      region === copyTo.region &&
        `copyTo is in ${copyTo.region}, the region of the backups themselves, and would be lost with them; choose another region`,
      residencyFault('the region of the stack', region, props.allowedRegions),
      residencyFault('copyTo.region', copyTo.region, props.allowedRegions),
      (tag.key === '' || tag.value === '') &&
        `tag is "${tag.key}" = "${tag.value}", which nothing carries, so that nothing would be backed up; name both`,
      outsideDuration('keptFor', keptFor, Duration.days(1), Duration.days(36_500)),
      coldAfter !== undefined &&
        keptFor.toDays() - coldAfter.toDays() < coldest.toDays() &&
        `coldAfter is ${coldAfter.toDays()} days and keptFor ${keptFor.toDays()}, and in cold storage recovery points lie for 90 days at least; keep them for ${coldAfter.toDays() + 90} days or more, or leave coldAfter out`,
      pointInTime &&
        keptFor.toDays() > 35 &&
        `pointInTime is true and keptFor is ${keptFor.toDays()} days; continuous backups reach back 35 days at most`,
      pointInTime &&
        coldAfter !== undefined &&
        'pointInTime is true and coldAfter is given; continuous backups never go cold, leave one out',
      vault.lock?.faultOfRetention('recovery points', keptFor),
      copyTo.lock?.faultOfRetention('copies', keptFor),
      props.rehearse?.length === 0 && 'rehearse is empty; name what is restored each week, or leave it out',
    ]);
    if (Token.isUnresolved(region))
      deployedElsewhere(
        this,
        'Region',
        copyTo.region,
        `Copies of backups go to ${copyTo.region}, and would be lost with it; deploy this to another region.`,
      );

    const periods = { deleteAfter: keptFor, ...(coldAfter && { moveToColdStorageAfter: coldAfter }) };
    const plan = new BackupPlan(this, 'Plan', {
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'Daily',
          backupVault: vault.vault,
          scheduleExpression: props.schedule ?? Schedule.cron({ hour: '3', minute: '0' }),
          ...(pointInTime && { enableContinuousBackup: true }),
          ...periods,
          copyActions: [
            {
              destinationBackupVault: BackupVault.fromBackupVaultArn(
                this,
                'Copies',
                vaultArn(copyTo.name, copyTo.region),
              ),
              ...periods,
            },
          ],
        }),
      ],
    });
    const service = backupRole(
      this,
      'Role',
      `Makes the backups and copies of ${this.node.path}`,
      'AWSBackupServiceRolePolicyForBackup',
    );
    new BackupSelection(this, 'Selection', {
      backupPlan: plan,
      role: service,
      resources: [BackupResource.fromTag(tag.key, tag.value)],
      disableDefaultBackupPolicy: true,
    });
    this.plan = plan;
    this.role = service;
    if (props.rehearse) this.rehearse(props.rehearse, tag);
    this.tell(props.notices, props.alarms);
  }

  /** Each Sunday one recovery point of each type is restored, and deleted again some hours later. */
  private rehearse(types: readonly RestorableType[], tag: { readonly key: string; readonly value: string }): void {
    const role = backupRole(
      this,
      'RehearsalRole',
      `Restores one of each kind from the backups of ${this.node.path}, to see that it can be done`,
      'AWSBackupServiceRolePolicyForRestores',
    );
    const plan = new CfnRestoreTestingPlan(this, 'Rehearsal', {
      restoreTestingPlanName: Names.uniqueResourceName(this, { maxLength: 50, allowedSpecialCharacters: '_' }),
      scheduleExpression: 'cron(0 6 ? * SUN *)',
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: ['*'],
        recoveryPointTypes: ['SNAPSHOT'],
        selectionWindowDays: 7,
      },
    });
    for (const type of types) {
      const selection = new CfnRestoreTestingSelection(this, `Rehearsal${type}`, {
        restoreTestingPlanName: plan.restoreTestingPlanName,
        restoreTestingSelectionName: `${type}Weekly`,
        protectedResourceType: type,
        protectedResourceConditions: { stringEquals: [{ key: `aws:ResourceTag/${tag.key}`, value: tag.value }] },
        iamRoleArn: role.roleArn,
        validationWindowHours: 4,
      });
      selection.addResourceDependency(plan);
    }
  }

  private tell(notices: NoticeTopic, alarms: AlarmTopic): void {
    const failed = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];
    const { rule } = new EventRoute(this, 'Failed', {
      description: 'Somebody is told of every backup, copy and restore that failed',
      alarms,
      pattern: {
        source: ['aws.backup'],
        'detail-type': ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
        // What is the state of a backup and of a copy is the status of a restore.
        $or: [{ detail: { state: failed } }, { detail: { status: failed } }],
      },
      targets: [RouteTarget.topic(notices)],
    });
    alarms.alarm(this, 'Failures', {
      alarmDescription: `A backup, a copy or a restore of ${this.node.path} failed; the notice says which one, and why.`,
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'TriggeredRules',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
