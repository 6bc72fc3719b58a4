import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LifecycleLadder } from '../../constructs/storage/lifecycle-ladder';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectRetention } from '../../constructs/storage/object-retention';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { WormBucket } from '../../constructs/storage/worm-bucket';
import { Offices } from './offices';
import { RestoreNotices } from './restore-notices';

export interface RecordsArchiveProps extends ArchitectureProps {
  /**
   * Whether S3 watches how often records are read and moves them by itself, instead of by their age.
   * @default false
   */
  readonly selfSorting?: boolean;
  /**
   * Whether nobody at all overrides the retention of the ledger.
   * @default false
   */
  readonly beyondOverride?: boolean;
  /**
   * Whether versions of records are deleted only by somebody who showed a second factor.
   * @default false
   */
  readonly secondFactor?: boolean;
}

/** Records are kept for years at falling cost, come back when they were deleted, and cannot be deleted where that is required. */
export class RecordsArchive extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'self-sorting': {
      what: 'S3 watches how often records are read and moves them by itself, into archives after half a year',
      props: { selfSorting: true } satisfies Partial<RecordsArchiveProps>,
    },
    'second-factor': {
      what: 'versions of records are deleted only by somebody who showed a second factor',
      props: { secondFactor: true } satisfies Partial<RecordsArchiveProps>,
    },
    'beyond-override': {
      what: 'nobody overrides the retention of the ledger, the root user included',
      props: { beyondOverride: true } satisfies Partial<RecordsArchiveProps>,
    },
  };

  constructor(scope: Construct, id: string, props: RecordsArchiveProps) {
    super(scope, id, props);
    const { profile, settings, selfSorting = false, beyondOverride = false, secondFactor = false } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const { bucket: records } = new PrivateBucket(this, 'Records', {
      accessLogs,
      accessLogPrefix: 'records/',
      tellsEventBridge: true,
      versions: ObjectVersions.kept(Duration.days(90)),
      ladder: selfSorting
        ? LifecycleLadder.intelligentTiering({ archiveAfter: Duration.days(180), deepArchiveAfter: Duration.days(365) })
        : new LifecycleLadder({
            steps: [
              { to: 'STANDARD_IA', after: Duration.days(90) },
              { to: 'GLACIER', after: Duration.days(180) },
              { to: 'DEEP_ARCHIVE', after: Duration.days(365) },
            ],
            strictMinimums: true,
          }),
      purgeNeedsMfa: secondFactor,
    });
    const period = profile.deletionProtection ? { years: 7 } : { days: 1 };
    const ledger = new WormBucket(this, 'Ledger', {
      accessLogs,
      accessLogPrefix: 'ledger/',
      retention: beyondOverride
        ? ObjectRetention.compliance(period, 'The law on accounts asks for it, of administrators too')
        : ObjectRetention.governance(period),
    });
    const offices = new Offices(this, 'Offices', { records, ledger: ledger.bucket });
    const notices = new RestoreNotices(this, 'Restores', { alarms, bucket: records, email: settings.alarmEmail });

    const outputs = {
      RecordsBucket: ['Records that age, and that come back when deleted', records.bucketName],
      LedgerBucket: ['Records that nobody deletes before their time', ledger.bucket.bucketName],
      RestoreTopic: ['Tells when an archived record can be read', notices.topic.topicArn],
      ClerkRole: ['Puts and reads records', offices.clerk.roleArn],
      KeeperRole: ['Brings records back, and deletes versions for good', offices.keeper.roleArn],
      CustodianRole: ['Puts legal holds on the ledger', ledger.custodian.roleArn],
      ...(ledger.officer && { OfficerRole: ['Overrides the retention of the ledger', ledger.officer.roleArn] }),
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
