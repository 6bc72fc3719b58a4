import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { secondRegionOf } from '../../constructs/second-region';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectEncryption } from '../../constructs/storage/object-encryption';
import { ObjectReplication } from '../../constructs/storage/object-replication';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import { backfillRole } from './backfill-role';
import { FarCopies } from './far-copies';
import { GatheredReports } from './gathered-reports';
import { objectRole } from './object-role';

export interface ReplicatedBucketsProps extends ArchitectureProps {
  /**
   * Whether a delete here hides the copy there.
   * @default false
   */
  readonly deletesFollow?: boolean;
  /**
   * Whether S3 promises each copy within fifteen minutes, which it bills by the gigabyte, and alarms tell of copies that are late or failed.
   * @default true
   */
  readonly onTime?: boolean;
}

/** Every document has a second copy in another region, which nobody here can take away; reports of two shops come together in one bucket. */
export class ReplicatedBuckets extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'deletes-follow': {
      what: 'a delete here hides the copy there, by a marker that can be taken away',
      props: { deletesFollow: true } satisfies Partial<ReplicatedBucketsProps>,
    },
    'copies-in-their-time': {
      what: 'S3 promises no time and counts nothing, so that nobody is told of copies that failed',
      props: { onTime: false } satisfies Partial<ReplicatedBucketsProps>,
    },
  };

  constructor(scope: Construct, id: string, props: ReplicatedBucketsProps) {
    super(scope, id, props);
    const { settings, deletesFollow = false, onTime = true } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', { writtenByBuckets: true });

    const far = new FarCopies(this, settings.secondRegion ?? secondRegionOf(this.region));
    const documents = new PrivateBucket(this, 'Documents', {
      accessLogs,
      accessLogPrefix: 'documents/',
      encryption: ObjectEncryption.customerKey(),
      versions: ObjectVersions.kept(Duration.days(30)),
    });
    new ObjectReplication(this, 'Replication', {
      source: documents,
      rules: [{ to: far.target, storageClass: 'GLACIER_IR', deleteMarkers: deletesFollow, timeControl: onTime }],
      alarms,
    });
    const editor = objectRole(this, 'Editor', {
      description: 'Puts, reads and deletes documents, of whatever version',
      of: documents,
      may: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
    });
    const backfill = backfillRole(this, 'Backfill', { source: documents.bucket, report: accessLogs });
    const reports = new GatheredReports(this, 'Reports', { alarms, accessLogs });

    const outputs = {
      DocumentsBucket: ['Documents, which are copied as they are put', documents.bucket.bucketName],
      CopiesBucket: ['Their copies, in another region', far.bucketName],
      CopiesRegion: ['Where the copies are', far.region],
      ...Object.fromEntries(
        reports.sources.map(({ prefix, bucket }) => [
          `${prefix.replace(/^./, (first) => first.toUpperCase()).replace('/', '')}Bucket`,
          [`Reports below ${prefix}`, bucket.bucket.bucketName],
        ]),
      ),
      ReportsBucket: ['The reports of all, together', reports.together.bucket.bucketName],
      EditorRole: ['Works with documents', editor.roleArn],
      BackfillRole: ['What a job acts as that copies what was there before', backfill.roleArn],
      LogsBucket: ['Requests to all buckets, and what such a job reports', accessLogs.bucketName],
    };
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(this, name, { description, value });
  }
}
