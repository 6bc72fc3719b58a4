import { isTrue } from '../template/settle';
import type { Properties, Template } from '../template/stack';
import { list, mentions, ofType, type Proof, type Violation } from './proof';

/** Stores, and whether their properties say that they are encrypted. DynamoDB, Logs and Secrets Manager always are. */
const stores: Readonly<Record<string, (properties: Properties) => boolean>> = {
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption !== undefined,
  'AWS::SQS::Queue': ({ KmsMasterKeyId, SqsManagedSseEnabled }) =>
    KmsMasterKeyId !== undefined || isTrue(SqsManagedSseEnabled),
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId !== undefined,
  'AWS::Kinesis::Stream': ({ StreamEncryption }) => StreamEncryption !== undefined,
  'AWS::KinesisFirehose::DeliveryStream': ({ DeliveryStreamEncryptionConfigurationInput, DeliveryStreamType }) =>
    DeliveryStreamEncryptionConfigurationInput !== undefined || DeliveryStreamType === 'KinesisStreamAsSource',
  'AWS::EC2::Volume': ({ Encrypted }) => isTrue(Encrypted),
  'AWS::EFS::FileSystem': ({ Encrypted }) => isTrue(Encrypted),
  'AWS::RDS::DBInstance': ({ StorageEncrypted, DBClusterIdentifier }) =>
    isTrue(StorageEncrypted) || DBClusterIdentifier !== undefined,
  'AWS::RDS::DBCluster': ({ StorageEncrypted }) => isTrue(StorageEncrypted),
  'AWS::Redshift::Cluster': ({ Encrypted }) => isTrue(Encrypted),
  'AWS::ElastiCache::ReplicationGroup': ({ AtRestEncryptionEnabled }) => isTrue(AtRestEncryptionEnabled),
  'AWS::OpenSearchService::Domain': ({ EncryptionAtRestOptions }) =>
    isTrue((EncryptionAtRestOptions as Properties | undefined)?.Enabled),
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData }) =>
    disksEncrypted((LaunchTemplateData as Properties | undefined)?.BlockDeviceMappings),
  'AWS::EC2::Instance': ({ BlockDeviceMappings, LaunchTemplate }) =>
    LaunchTemplate !== undefined || disksEncrypted(BlockDeviceMappings),
};

/** Without a mapping the root disk is as the image and the account have it, which may be unencrypted. */
function disksEncrypted(mappings: unknown): boolean {
  const disks = list(mappings as readonly { Ebs?: { Encrypted?: boolean } }[]).filter(({ Ebs }) => Ebs !== undefined);
  return disks.length > 0 && disks.every(({ Ebs }) => isTrue(Ebs!.Encrypted));
}

export const encryptionAtRest: Proof = {
  name: 'encryption at rest',
  promise: 'Every store that can be encrypted is, and says so in the template.',
  violations: (template) =>
    Object.entries(template.Resources)
      .filter(([, { Type, Properties = {} }]) => Type in stores && !stores[Type](Properties))
      .map(([logicalId]) => ({ logicalId, fault: 'is not encrypted at rest' })),
};

/** Doors with a resource policy, the policy's type, the property that names the door, and the actions that it must deny. */
const doors = [
  { type: 'AWS::S3::Bucket', policy: 'AWS::S3::BucketPolicy', property: 'Bucket' },
  { type: 'AWS::SQS::Queue', policy: 'AWS::SQS::QueuePolicy', property: 'Queues' },
  { type: 'AWS::SNS::Topic', policy: 'AWS::SNS::TopicPolicy', property: 'Topics' },
] as const;

export const encryptionInTransit: Proof = {
  name: 'encryption in transit',
  promise: 'Every bucket, queue and topic refuses plain HTTP; load balancers, distributions and APIs take TLS.',
  violations: (template) => [
    ...doors.flatMap((door) => openDoors(template, door)),
    ...plainListeners(template),
    ...plainDistributions(template),
  ],
};

function openDoors(template: Template, { type, policy, property }: (typeof doors)[number]): Violation[] {
  return ofType(template, type)
    .filter(
      ([id]) =>
        !ofType(template, policy).some(
          ([, { Properties }]) => mentions(Properties[property], id) && deniesPlain(Properties, type, id),
        ),
    )
    .map(([logicalId]) => ({ logicalId, fault: 'has no policy that denies plain HTTP to everybody' }));
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: { readonly Bool?: Readonly<Record<string, string>> };
}

function deniesPlain(policy: Properties, type: string, id: string): boolean {
  const statements = list((policy.PolicyDocument as { Statement: readonly Statement[] }).Statement);
  return statements.some(({ Effect, Principal, Action, Resource, Condition }) => {
    const everybody = Principal === '*' || (Principal as { AWS?: string })?.AWS === '*';
    const plain = String(Condition?.Bool?.['aws:SecureTransport']) === 'false';
    // A topic has no action for everything; the CDK denies publishing, which is all that arrives by HTTP.
    const enough = list(Action).some((action) => action === '*' || /^(s3|sqs|sns):(\*|Publish)$/.test(action));
    const whole = type !== 'AWS::S3::Bucket' || list(Resource as unknown[]).length === 2;
    return Effect === 'Deny' && everybody && plain && enough && whole && mentions(Resource, id);
  });
}

function plainListeners(template: Template): Violation[] {
  return ofType(template, 'AWS::ElasticLoadBalancingV2::Listener')
    .filter(([, { Properties }]) => Properties.Protocol === 'HTTP')
    .filter(([, { Properties }]) =>
      list(Properties.DefaultActions as { Type: string }[]).some(({ Type }) => Type === 'forward'),
    )
    .map(([logicalId]) => ({ logicalId, fault: 'forwards plain HTTP' }));
}

function plainDistributions(template: Template): Violation[] {
  return ofType(template, 'AWS::CloudFront::Distribution')
    .filter(([, { Properties }]) => {
      const { DefaultCacheBehavior, CacheBehaviors } = Properties.DistributionConfig as Properties;
      const behaviours = [DefaultCacheBehavior as Properties, ...list(CacheBehaviors as Properties[])];
      return behaviours.some(
        ({ ViewerProtocolPolicy }) => !['redirect-to-https', 'https-only'].includes(ViewerProtocolPolicy as string),
      );
    })
    .map(([logicalId]) => ({ logicalId, fault: 'serves viewers over plain HTTP' }));
}
