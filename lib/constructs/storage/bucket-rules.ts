import { Stack } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';

/** The part of a template that is looked at. */
export type BucketResources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, any>> }>
>;

/**
 * What the CDK accepts of a bucket and nobody wants, one sentence a finding. It looks at a template, so that it also
 * covers buckets that no block made.
 *
 * @param resources the `Resources` of a synthesised template
 *
 * @claims storage-bucket-private, storage-acl-disabled, storage-one-policy-per-bucket, storage-policy-anonymous-optin,
 * storage-version-cost-rule, storage-access-log-bucket, storage-dsse
 */
export function bucketFaults(resources: BucketResources): string[] {
  const buckets = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::S3::Bucket');
  return [
    ...buckets.flatMap(([id, { Properties = {} }]) =>
      [...accessFaults(Properties), ...costFaults(Properties), ...loggingFaults(Properties, resources, id)].map(
        (fault) => `${id} ${fault}`,
      ),
    ),
    ...policyFaults(resources),
  ];
}

/** What decides whether a bucket can take access logs. */
export interface LogTargetFacts {
  readonly algorithms: readonly string[];
  readonly locked: boolean;
  readonly expires: boolean;
}

/** Why a bucket cannot take access logs, as ends of a sentence that begins with the bucket. */
export function unfitForLogs({ algorithms, locked, expires }: LogTargetFacts): string[] {
  return [
    ...(algorithms.some((algorithm) => algorithm !== 'AES256')
      ? ['is encrypted with a KMS key, which the log writers of S3 cannot use; encrypt it with SSE-S3']
      : []),
    ...(locked ? ['has Object Lock, under which S3 delivers no logs; leave the lock out'] : []),
    ...(expires ? [] : ['keeps its logs for ever; give it a lifecycle rule that expires them']),
  ];
}

/** Looks at a bucket of the app as a place for access logs; an imported bucket is taken on trust. */
export function logTargetFaults(prop: string, bucket: IBucket): string[] {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) return [];
  const { encryption, lifecycle } = Stack.of(bucket).resolve({
    encryption: resource.bucketEncryption,
    lifecycle: resource.lifecycleConfiguration,
  }) as { encryption?: CfnBucket.BucketEncryptionProperty; lifecycle?: CfnBucket.LifecycleConfigurationProperty };
  const facts: LogTargetFacts = {
    algorithms: ((encryption?.serverSideEncryptionConfiguration ?? []) as CfnBucket.ServerSideEncryptionRuleProperty[])
      .map((rule) => rule.serverSideEncryptionByDefault as CfnBucket.ServerSideEncryptionByDefaultProperty)
      .map(({ sseAlgorithm }) => sseAlgorithm),
    locked: Boolean(resource.objectLockEnabled ?? resource.objectLockConfiguration),
    expires: ((lifecycle?.rules ?? []) as CfnBucket.RuleProperty[]).some(
      ({ status, expirationInDays }) => status === 'Enabled' && expirationInDays !== undefined,
    ),
  };
  return unfitForLogs(facts).map((fault) => `${prop} is ${bucket.node.path}, which ${fault}`);
}

function accessFaults(properties: Readonly<Record<string, any>>): string[] {
  const block = properties.PublicAccessBlockConfiguration ?? {};
  const open = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].filter(
    (flag) => block[flag] !== true,
  );
  return [
    ...(open.length > 0 ? [`leaves ${open.join(', ')} off; use BlockPublicAccess.BLOCK_ALL`] : []),
    ...(properties.AccessControl !== undefined
      ? [`has the access control list ${properties.AccessControl}; leave it out and use a bucket policy`]
      : []),
  ];
}

function costFaults(properties: Readonly<Record<string, any>>): string[] {
  const encryption: readonly any[] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  const bounded = lifecycleRules(properties).some((rule) => rule.NoncurrentVersionExpiration);
  return [
    ...(properties.VersioningConfiguration && !bounded
      ? ['keeps every old version for ever; give it a rule that expires noncurrent versions']
      : []),
    ...encryption
      .filter((one) => one.BucketKeyEnabled === true && one.ServerSideEncryptionByDefault?.SSEAlgorithm !== 'aws:kms')
      .map(
        (one) =>
          `has a bucket key with ${one.ServerSideEncryptionByDefault?.SSEAlgorithm}, which has none; leave bucketKeyEnabled out`,
      ),
  ];
}

function loggingFaults(properties: Readonly<Record<string, any>>, resources: BucketResources, id: string): string[] {
  const logging = properties.LoggingConfiguration;
  if (logging === undefined) return [];
  const target: string | undefined = logging.DestinationBucketName?.Ref;
  if (logging.DestinationBucketName === undefined || target === id) {
    return ['logs into itself, so that each log entry makes the next; give it a LogBucket'];
  }
  const found = target === undefined ? undefined : resources[target];
  return found === undefined
    ? []
    : unfitForLogs(factsOf(found.Properties ?? {})).map((fault) => `logs to ${target}, which ${fault}`);
}

function policyFaults(resources: BucketResources): string[] {
  const policies = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::S3::BucketPolicy');
  const byBucket = new Map<string, string[]>();
  for (const [id, { Properties }] of policies) {
    const bucket = JSON.stringify(Properties?.Bucket);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), id]);
  }
  return [
    ...[...byBucket.values()]
      .filter((ids) => ids.length > 1)
      .map(
        (ids) =>
          `${ids.join(' and ')} are policies of one bucket, and the last to be written wins; merge them with addToResourcePolicy`,
      ),
    ...policies.flatMap(([id, { Properties }]) =>
      ((Properties?.PolicyDocument?.Statement ?? []) as readonly any[])
        .filter(({ Effect, Principal }) => Effect === 'Allow' && (Principal === '*' || Principal?.AWS === '*'))
        .map(
          ({ Action }) =>
            `${id} lets anybody do ${[Action].flat().join(', ')}; name who may, or serve it by CloudFront`,
        ),
    ),
  ];
}

const lifecycleRules = (properties: Readonly<Record<string, any>>): readonly any[] =>
  ((properties.LifecycleConfiguration?.Rules ?? []) as readonly any[]).filter(({ Status }) => Status === 'Enabled');

const factsOf = (properties: Readonly<Record<string, any>>): LogTargetFacts => ({
  algorithms: ((properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? []) as readonly any[]).map(
    (one) => one.ServerSideEncryptionByDefault?.SSEAlgorithm,
  ),
  locked: Boolean(properties.ObjectLockEnabled ?? properties.ObjectLockConfiguration),
  expires: lifecycleRules(properties).some((rule) => rule.ExpirationInDays !== undefined),
});
