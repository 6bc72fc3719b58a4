import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { Hpc } from './hpc';
import { Place } from './place';
import { Windows } from './windows';

export interface ManagedFileSystemsProps extends ArchitectureProps {
  /**
   * Which file system stands in the place. Each is billed by the hour, used or not.
   * @default - none
   */
  readonly files?: 'windows' | 'hpc';
}

const acceptHourlyCost = 'Whoever deploys it chose the variant, whose bill stands beside it in the README';
/** Bytes left of which somebody should know: a tenth of the smallest a file system may have. */
const fewBytes = { windows: 32 * 0.1 * 2 ** 30, hpc: 1200 * 0.1 * 2 ** 30 };
const freeSpace = { windows: 'FreeStorageCapacity', hpc: 'FreeDataStorageCapacity' };

/** Windows shares with a directory, and a parallel file system over a bucket; neither unless it is asked for. */
export class ManagedFileSystems extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'files-windows': {
      what: 'a Windows share for users of a directory that AWS keeps',
      props: { files: 'windows' } satisfies Partial<ManagedFileSystemsProps>,
    },
    'files-hpc': {
      what: 'a parallel file system that shows the bucket as files, and a machine that mounts it',
      props: { files: 'hpc' } satisfies Partial<ManagedFileSystemsProps>,
    },
  };

  constructor(scope: Construct, id: string, props: ManagedFileSystemsProps) {
    super(scope, id, props);
    const { profile, settings, files } = props;
    const place = new Place(this, 'Place', profile);
    new CfnOutput(this, 'VpcId', {
      value: place.network.vpc.vpcId,
      description: 'The network that file systems stand in',
    });
    new CfnOutput(this, 'DataBucket', {
      value: place.data.bucketName,
      description: 'What the parallel file system shows',
    });
    if (!files) return;

    const given = { place, acceptHourlyCost, isLasting: profile.deletionProtection };
    const { fileSystemId } = files === 'hpc' ? new Hpc(this, 'Hpc', given) : new Windows(this, 'Windows', given);
    new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail }).alarm(this, 'Full', {
      alarmDescription: 'The file system has a tenth of its space left, or less; it can only grow',
      metric: new Metric({
        namespace: 'AWS/FSx',
        metricName: freeSpace[files],
        dimensionsMap: { FileSystemId: fileSystemId },
        statistic: files === 'hpc' ? 'Sum' : 'Minimum',
      }),
      threshold: fewBytes[files],
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.MISSING,
    });
    new CfnOutput(this, 'FileSystemId', { value: fileSystemId });
  }
}
