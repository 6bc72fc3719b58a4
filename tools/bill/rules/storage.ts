import { gigabytes, hourly, monthly, type Charge, type Meter, type Rules } from '../rule';
import type { Part } from '../site';

export const storage: Rules = {
  'AWS::S3::Bucket': (part) => {
    const takesLogs = part.site.parts.some(
      (other) =>
        other.mentions('LoggingConfiguration', part) ||
        other.mentions('DistributionConfig.Logging', part) ||
        other.mentions('LoadBalancerAttributes', part) ||
        other.mentions('LogDestination', part) ||
        other.mentions('DestinationResourceArn', part) ||
        other.mentions('ExtendedS3DestinationConfiguration', part),
    );
    const serves = part.site
      .ofType('AWS::CloudFront::Distribution')
      .some((distribution) => distribution.mentions('DistributionConfig.Origins', part));
    const calls: Meter['units'] = ({ events }) => events;
    const copying = copiesOf(part);
    return {
      fixed: copying.fixed,
      usage: [
        ...copying.usage,
        { price: 's3.standard.gb-month', words: 'each GB kept', units: takesLogs || serves ? undefined : gigabytes },
        { price: 's3.write', words: 'each object written or listed', units: takesLogs || serves ? undefined : calls },
        { price: 's3.read', words: 'each object read', units: takesLogs ? undefined : calls },
      ],
    };
  },
  'AWS::EFS::FileSystem': (part) => {
    const throughput = part.number('ProvisionedThroughputInMibps') ?? 0;
    const kind = part.raw('AvailabilityZoneName') === undefined ? 'standard' : 'one-zone';
    const isElastic = part.text('ThroughputMode') === 'elastic';
    // What nobody mounts keeps nothing.
    const isUsed = part.site.ofType('AWS::EFS::AccessPoint').some((point) => point.mentions('FileSystemId', part));
    const units = isUsed ? gigabytes : undefined;
    return {
      fixed: throughput > 0 ? [monthly('efs.throughput', throughput)] : [],
      usage: [
        { price: `efs.gb-month/${kind}`, words: 'each GB kept', units },
        ...(isElastic
          ? [
              { price: 'efs.read.gb', words: 'each GB read', units },
              { price: 'efs.write.gb', words: 'each GB written', units },
            ]
          : []),
      ],
    };
  },
  'AWS::FSx::FileSystem': (part) => {
    const gigabytesKept = part.number('StorageCapacity') ?? 0;
    const rate = part.number('LustreConfiguration.PerUnitStorageThroughput');
    if (part.text('FileSystemType') === 'LUSTRE')
      return { fixed: [monthly(`fsx.lustre.gb-month/${rate ?? 'scratch'}`, gigabytesKept)] };
    const kind = part.text('WindowsConfiguration.DeploymentType') === 'MULTI_AZ_1' ? 'multi-az' : 'single-az';
    return {
      fixed: [
        monthly(`fsx.windows.gb-month/${kind}`, gigabytesKept),
        monthly(`fsx.windows.throughput/${kind}`, part.number('WindowsConfiguration.ThroughputCapacity') ?? 0),
      ],
      usage: [{ price: 'fsx.windows.backup.gb-month', words: 'each GB backed up' }],
    };
  },
  'AWS::DirectoryService::MicrosoftAD': (part) => ({
    fixed: [
      hourly(
        `directory.microsoft.hour/${part.text('Edition') === 'Standard' ? 'standard' : 'enterprise'}`,
        1,
        'two domain controllers',
      ),
    ],
  }),
  'AWS::DLM::LifecyclePolicy': (part) => {
    const schedules = part.list('PolicyDetails.Schedules');
    const copies = schedules.some(({ CrossRegionCopyRules }) => CrossRegionCopyRules !== undefined);
    return {
      usage: [
        {
          price: 'ebs.snapshot.gb-month',
          words: 'each GB kept, and blocks that did not change once',
          units: gigabytes,
        },
        ...(schedules.some(({ ArchiveRule }) => ArchiveRule !== undefined)
          ? [{ price: 'ebs.snapshot-archive.gb-month', words: 'each GB kept in the archive, for 90 days at least' }]
          : []),
        ...(copies
          ? [{ price: 'data-transfer.region.gb', words: 'each GB copied to another region', units: gigabytes }]
          : []),
      ],
    };
  },
  'AWS::Backup::BackupVault': () => ({ usage: [{ price: 'backup.warm.gb-month', words: 'each GB kept' }] }),
};

/** S3 counts by four metrics what a rule with metrics copies. */
const metricsOfRule = 4;

/** What copies of a bucket's objects cost on the way; what they cost where they lie is the other bucket's. */
function copiesOf(part: Part): { readonly fixed: Charge[]; readonly usage: Meter[] } {
  const rules = part.list('ReplicationConfiguration.Rules').map(({ Destination }) => Destination as Destination);
  const watched = rules.filter(({ Metrics }) => Metrics?.Status === 'Enabled').length;
  const timed = rules.some(({ ReplicationTime }) => ReplicationTime?.Status === 'Enabled');
  // A bucket of the same template is one of the same region.
  const leaves = rules.length > 0 && !part.site.parts.some((other) => isCopiedTo(part, other));
  return {
    fixed: watched > 0 ? [monthly('cloudwatch.metric.month', metricsOfRule * watched)] : [],
    usage: [
      ...(leaves
        ? [{ price: 'data-transfer.region.gb', words: 'each GB copied to another region', units: gigabytes }]
        : []),
      ...(timed ? [{ price: 's3.replication-time.gb', words: 'each GB copied on time', units: gigabytes }] : []),
    ],
  };
}

interface Destination {
  readonly Metrics?: { readonly Status?: string };
  readonly ReplicationTime?: { readonly Status?: string };
}

const isCopiedTo = (part: Part, other: Part): boolean =>
  other.type === 'AWS::S3::Bucket' && other !== part && part.mentions('ReplicationConfiguration', other);
