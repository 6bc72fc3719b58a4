import { gigabytes, monthly, type Meter, type Rules } from '../rule';

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
    return {
      usage: [
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
  'AWS::Backup::BackupVault': () => ({ usage: [{ price: 'backup.warm.gb-month', words: 'each GB kept' }] }),
};
