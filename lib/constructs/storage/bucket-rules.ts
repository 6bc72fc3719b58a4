import { anonymousReadMark } from './anonymous-read';
import { arnFaults, type ResourceStatement } from './bucket-arns';
import { unfitForLogs, type LogTargetFacts } from './log-target';

/** The part of a template that is looked at. */
export type BucketResources = Readonly<Record<string, BucketResource>>;
interface BucketResource {
  readonly Type: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Properties?: unknown;
}

/** What is read of a bucket's properties. */
interface BucketProperties {
  readonly AccessControl?: string;
  readonly BucketEncryption?: { readonly ServerSideEncryptionConfiguration?: readonly EncryptionRule[] };
  readonly LifecycleConfiguration?: { readonly Rules?: readonly LifecycleRule[] };
  readonly LoggingConfiguration?: { readonly DestinationBucketName?: string | { readonly Ref?: string } };
  readonly ObjectLockConfiguration?: unknown;
  readonly ObjectLockEnabled?: boolean;
  readonly PublicAccessBlockConfiguration?: Readonly<Record<string, unknown>>;
  readonly Tags?: readonly { readonly Key?: string }[];
  readonly VersioningConfiguration?: { readonly Status?: string };
}
interface EncryptionRule {
  readonly BucketKeyEnabled?: boolean;
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string };
}
interface LifecycleRule {
  readonly Status: string;
  readonly ExpirationInDays?: number;
  readonly Id?: string;
  readonly NoncurrentVersionExpiration?: unknown;
  readonly NoncurrentVersionTransitions?: unknown;
}
/** What is read of a bucket policy's properties. */
interface PolicyProperties {
  readonly Bucket?: unknown;
  readonly PolicyDocument?: Document;
}
interface Document {
  readonly Statement?: readonly Statement[];
}
/** What is read of a statement. */
export interface Statement extends ResourceStatement {
  readonly Effect: string;
  readonly Principal?: string | { readonly AWS?: unknown };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * What the CDK accepts of a bucket and nobody wants, one sentence a finding. It looks at a template, so that it also
 * covers buckets that no block made.
 *
 * @param resources the `Resources` of a synthesised template
 *
 * @claims storage-bucket-private, storage-acl-disabled, storage-one-policy-per-bucket, storage-policy-anonymous-optin,
 * storage-version-cost-rule, storage-access-log-bucket, storage-dsse, storage-vpce-only-bucket, network-endpoint-locked-bucket,
 * storage-lifecycle-versions, storage-object-lock
 */
export function bucketFaults(resources: BucketResources): string[] {
  const buckets = new Map(propertiesOf<BucketProperties>(resources, 'AWS::S3::Bucket'));
  const open = (id: string) => resources[id]?.Metadata?.[anonymousReadMark] !== undefined;
  return [
    ...[...buckets].flatMap(([id, properties]) =>
      [
        ...accessFaults(properties, open(id)),
        ...costFaults(properties),
        ...versionFaults(properties),
        ...loggingFaults(properties, buckets, id),
      ].map((fault) => `${id} ${fault}`),
    ),
    ...policyFaults(propertiesOf<PolicyProperties>(resources, 'AWS::S3::BucketPolicy'), open),
    ...documentsOf(resources).flatMap(([id, { Statement = [] }]) =>
      [Statement]
        .flat()
        .flatMap((statement) => arnFaults(statement, (name) => buckets.has(name)).map((fault) => `${id} ${fault}`)),
    ),
  ];
}

/** What statements let anybody do, as ends of a sentence that begins with the policy. */
export const anybodyFaults = (statements: readonly Statement[]): string[] =>
  statements
    .filter(
      ({ Effect, Principal }) =>
        Effect === 'Allow' && (Principal === '*' || (typeof Principal === 'object' && Principal.AWS === '*')),
    )
    .map(
      ({ Action = [] }) =>
        `lets anybody do ${[Action].flat().join(', ')}; name who may, serve it by CloudFront, or say why in anonymousRead of PrivateBucket`,
    );

function accessFaults(
  { PublicAccessBlockConfiguration: block = {}, AccessControl }: BucketProperties,
  anybodyReads: boolean,
): string[] {
  const flags = [
    'BlockPublicAcls',
    'IgnorePublicAcls',
    ...(anybodyReads ? [] : ['BlockPublicPolicy', 'RestrictPublicBuckets']),
  ];
  const open = flags.filter((flag) => block[flag] !== true).sort();
  return [
    ...(open.length > 0 ? [`leaves ${open.join(', ')} off; use BlockPublicAccess.BLOCK_ALL`] : []),
    ...(AccessControl !== undefined
      ? [`has the access control list ${AccessControl}; leave it out and use a bucket policy`]
      : []),
  ];
}

function costFaults(properties: BucketProperties): string[] {
  const bounded = enabledRules(properties).some((rule) => rule.NoncurrentVersionExpiration !== undefined);
  const withoutBucketKey = encryptionRules(properties)
    .filter((rule) => rule.BucketKeyEnabled === true)
    .map((rule) => rule.ServerSideEncryptionByDefault?.SSEAlgorithm ?? 'no encryption')
    .filter((algorithm) => algorithm !== 'aws:kms');
  return [
    ...(properties.VersioningConfiguration !== undefined && !bounded
      ? ['keeps every old version for ever; give it a rule that expires noncurrent versions']
      : []),
    ...withoutBucketKey.map(
      (algorithm) => `has a bucket key with ${algorithm}, which has none; leave bucketKeyEnabled out`,
    ),
  ];
}

function versionFaults(properties: BucketProperties): string[] {
  const { ObjectLockEnabled: locked, Tags = [], VersioningConfiguration: versioning } = properties;
  const aboutVersions = enabledRules(properties).filter(
    (rule) => rule.NoncurrentVersionExpiration ?? rule.NoncurrentVersionTransitions,
  );
  return [
    ...(versioning === undefined && !locked
      ? aboutVersions.map(
          ({ Id = 'without an id' }) =>
            `has the lifecycle rule ${Id} for old versions and keeps none; switch versions on, or leave the rule out`,
        )
      : []),
    ...(locked && versioning?.Status !== 'Enabled'
      ? [
          'locks objects and does not say that it keeps versions, without which there is nothing to lock; switch them on',
        ]
      : []),
    ...(locked && Tags.some(({ Key }) => Key === 'aws-cdk:auto-delete-objects')
      ? ['locks objects and is emptied on destroy, which fails at the first of them; leave autoDeleteObjects out']
      : []),
  ];
}

function loggingFaults(
  { LoggingConfiguration: logging }: BucketProperties,
  buckets: ReadonlyMap<string, BucketProperties>,
  id: string,
): string[] {
  if (logging === undefined) return [];
  const destination = logging.DestinationBucketName;
  const target = typeof destination === 'object' ? destination.Ref : undefined;
  if (destination === undefined || target === id) {
    return ['logs into itself, so that each log entry makes the next; give it a LogBucket'];
  }
  const properties = target === undefined ? undefined : buckets.get(target);
  if (properties === undefined) return [];
  const facts: LogTargetFacts = {
    algorithms: encryptionRules(properties).flatMap((rule) => rule.ServerSideEncryptionByDefault?.SSEAlgorithm ?? []),
    locked: Boolean(properties.ObjectLockEnabled ?? properties.ObjectLockConfiguration),
    expires: enabledRules(properties).some((rule) => rule.ExpirationInDays !== undefined),
  };
  return unfitForLogs(facts).map((fault) => `logs to ${target}, which ${fault}`);
}

function policyFaults(
  policies: readonly (readonly [string, PolicyProperties])[],
  open: (bucket: string) => boolean,
): string[] {
  const byBucket = new Map<string, string[]>();
  for (const [id, { Bucket }] of policies) {
    const bucket = JSON.stringify(Bucket);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), id]);
  }
  return [
    ...[...byBucket.values()]
      .filter((ids) => ids.length > 1)
      .map(
        (ids) =>
          `${ids.join(' and ')} are policies of one bucket, and the last to be written wins; merge them with addToResourcePolicy`,
      ),
    ...policies.flatMap(([id, { Bucket, PolicyDocument }]) => {
      const statements = PolicyDocument?.Statement ?? [];
      const { Ref = '' } = (Bucket ?? {}) as { readonly Ref?: string };
      return [
        ...halfLockedFaults(id, statements),
        ...(open(Ref) ? [] : anybodyFaults(statements).map((fault) => `${id} ${fault}`)),
      ];
    }),
  ];
}

/** Identities of the bucket's own account need no allowance from its policy, so one that names a way in keeps none of them out. */
function halfLockedFaults(id: string, statements: readonly Statement[]): string[] {
  const keysOf = (effect: string) =>
    statements
      .filter(({ Effect }) => Effect === effect)
      .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((tests) => Object.keys(tests)))
      .filter((key) => /^aws:SourceVpce?$/i.test(key));
  const denied = keysOf('Deny');
  return keysOf('Allow')
    .filter((key) => !denied.includes(key))
    .map(
      (key) =>
        `${id} lets in by ${key} without denying the rest, which keeps nobody of the own account out; add a Deny, as EndpointLockedBucket does`,
    );
}

/** The documents of all policies, of buckets and of identities. */
const documentsOf = (resources: BucketResources): [string, Document][] =>
  Object.entries(resources).flatMap(([id, { Type, Properties = {} }]): [string, Document][] => {
    const { PolicyDocument, Policies } = Properties as { PolicyDocument?: Document; Policies?: PolicyProperties[] };
    if (Type === 'AWS::S3::BucketPolicy' || /^AWS::IAM::(Managed)?Policy$/.test(Type))
      return [[id, PolicyDocument ?? {}]];
    if (!/^AWS::IAM::(Role|User|Group)$/.test(Type)) return [];
    return (Policies ?? []).map((policy) => [id, policy.PolicyDocument ?? {}]);
  });

const propertiesOf = <Properties>(resources: BucketResources, type: string): [string, Properties][] =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {} }]) => [id, Properties as Properties]);

const enabledRules = ({ LifecycleConfiguration }: BucketProperties): readonly LifecycleRule[] =>
  (LifecycleConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');

const encryptionRules = ({ BucketEncryption }: BucketProperties): readonly EncryptionRule[] =>
  BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
