import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { NoticeTopic } from '../../constructs/messaging/notice-topic';
import { Subscriber } from '../../constructs/messaging/subscriber';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { secondRegionOf } from '../../constructs/second-region';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { OffsiteBackup } from '../../constructs/storage/offsite-backup';
import { RecoveryVault } from '../../constructs/storage/recovery-vault';
import { farVault } from './far-vault';
import { KeptData } from './kept-data';

export interface OffsiteBackupsProps extends ArchitectureProps {
  /**
   * Whether nobody, the root user included, can take the lock off the copies after two weeks.
   * @default false
   */
  readonly isFinal?: boolean;
  /**
   * How long recovery points and their copies are kept.
   * @default Duration.days(35)
   */
  readonly keptFor?: Duration;
  /**
   * After how long they move to cold storage.
   * @default - never
   */
  readonly coldAfter?: Duration;
  /**
   * Whether one table and one file system are restored each week, to see that they can be. Restores are billed.
   * @default false
   */
  readonly isRehearsed?: boolean;
}

const tag = { key: 'backup', value: 'daily' };

/** Whatever carries a tag is backed up each day, and each backup copied to a locked vault of another region. */
export class OffsiteBackups extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'copies-sealed': {
      what: 'after two weeks nobody can take the lock off the copies, and no stack that holds them can be deleted',
      props: { isFinal: true } satisfies Partial<OffsiteBackupsProps>,
    },
    'copies-for-a-year': {
      what: 'recovery points are kept for a year, and are cold after a month',
      props: { keptFor: Duration.days(365), coldAfter: Duration.days(30) } satisfies Partial<OffsiteBackupsProps>,
    },
    'restores-rehearsed': {
      what: 'each Sunday a table and files are restored and deleted again, which is billed by the restore and not counted here',
      props: { isRehearsed: true } satisfies Partial<OffsiteBackupsProps>,
    },
  };

  constructor(scope: Construct, id: string, props: OffsiteBackupsProps) {
    super(scope, id, props);
    const { profile, settings, isFinal = false, isRehearsed = false, keptFor, coldAfter } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const data = new KeptData(this, 'Data', { profile, alarms, tag });

    const vault = new RecoveryVault(this, 'Vault', { name: this.node.id });
    const copies = farVault(this, settings.secondRegion ?? secondRegionOf(this.region), isFinal);
    const backups = new OffsiteBackup(this, 'Backups', {
      vault,
      copyTo: copies,
      tag,
      ...(keptFor && { keptFor }),
      ...(coldAfter && { coldAfter }),
      ...(isRehearsed && { rehearse: ['DynamoDB', 'EFS'] }),
      notices: this.notices(alarms, settings.alarmEmail),
      alarms,
    });

    const outputs = {
      OrdersTable: ['A table that is backed up', data.table.table.tableName],
      FilesId: ['Files that are backed up', data.files.fileSystem.fileSystemId],
      PlanId: ['What is backed up when, and copied where to', backups.plan.backupPlanId],
      BackupRole: ['What AWS Backup acts as', backups.role.roleArn],
      BackupVault: ['Where recovery points are kept', vault.vault.backupVaultName],
      CopiesVault: ['Where their copies are kept', copies.name],
      CopiesRegion: ['The region of the copies', copies.region],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }

  /** Where it is told which job failed, and why. */
  private notices(alarms: AlarmTopic, email?: string): NoticeTopic {
    const notices = new NoticeTopic(this, 'Notices', { alarms });
    if (email !== undefined) {
      const undelivered = new FailureQueue(this, 'Undelivered', { alarms, takesUndelivered: true });
      notices.subscribe('Mail', Subscriber.email(email, undelivered.queue));
    }
    return notices;
  }
}
