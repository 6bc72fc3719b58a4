import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { ReplicaTarget } from './replica-target';
import { storageClasses, type StorageClassName } from './storage-classes';

/** Which objects are copied, where to, and how. */
export interface CopyRule {
  readonly to: ReplicaTarget;
  /**
   * What keys begin with.
   * @default - every object
   */
  readonly prefix?: string;
  /**
   * Tags that an object must have, all of them.
   * @default - whatever its tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * The class of the copies.
   * @default - that of the original
   */
  readonly storageClass?: StorageClassName;
  /**
   * Whether a delete without a version id is copied, as a marker. That of a version never is.
   * @default false
   */
  readonly deleteMarkers?: boolean;
  /**
   * Whether S3 promises each copy within fifteen minutes (Replication Time Control), which it bills by the gigabyte, and tells of those
   * that are late.
   * @default false
   */
  readonly timeControl?: boolean;
  /**
   * Whether the copies belong to the account of the other bucket; of use only where that is another one.
   * @default false
   */
  readonly transferOwnership?: boolean;
}

/** What S3 would refuse of a rule, or what nobody means by it. */
export function copyRuleFaults(rule: CopyRule, sourceIsUnderKey: boolean): (string | undefined | false)[] {
  const { to, tags = {}, deleteMarkers = false, transferOwnership = false, storageClass } = rule;
  return [
    ...to.faults(),
    sourceIsUnderKey &&
      to.facts.keyArn === undefined &&
      `copies go to ${to.display} with no key named, and S3 passes silently over every object that is encrypted with a customer key; name the key that copies are encrypted with`,
    deleteMarkers &&
      Object.keys(tags).length > 0 &&
      'deleteMarkers is true in a rule with tags, which markers do not have; select by prefix, or leave markers out',
    transferOwnership &&
      to.facts.account === undefined &&
      `transferOwnership is true and ${to.display} belongs to the same account; name its account, or leave it out`,
    storageClass !== undefined &&
      !storageClasses.includes(storageClass) &&
      `storageClass is ${String(storageClass)}; choose one of ${storageClasses.join(', ')}`,
  ];
}

export interface WrittenRule {
  readonly id: string;
  readonly priority: number;
  /** Whether changes that replication itself made on the other side come back: two rules that copy both ways. */
  readonly bothWays: boolean;
}

/** A rule as CloudFormation has it. */
export function written(rule: CopyRule, { id, priority, bothWays }: WrittenRule): CfnBucket.ReplicationRuleProperty {
  const { to, storageClass, timeControl = false, transferOwnership = false, deleteMarkers = false } = rule;
  const { account, keyArn } = to.facts;
  const minutes = { minutes: 15 };
  return {
    id,
    priority,
    status: 'Enabled',
    filter: filterOf(rule),
    deleteMarkerReplication: { status: deleteMarkers ? 'Enabled' : 'Disabled' },
    ...((keyArn !== undefined || bothWays) && {
      sourceSelectionCriteria: {
        ...(keyArn !== undefined && { sseKmsEncryptedObjects: { status: 'Enabled' } }),
        ...(bothWays && { replicaModifications: { status: 'Enabled' } }),
      },
    }),
    destination: {
      bucket: to.bucketArn,
      ...(storageClass !== undefined && { storageClass }),
      ...(keyArn !== undefined && { encryptionConfiguration: { replicaKmsKeyId: keyArn } }),
      ...(account !== undefined && { account }),
      ...(transferOwnership && { accessControlTranslation: { owner: 'Destination' } }),
      ...(timeControl && {
        replicationTime: { status: 'Enabled', time: minutes },
        metrics: { status: 'Enabled', eventThreshold: minutes },
      }),
    },
  };
}

function filterOf({ prefix = '', tags = {} }: CopyRule): CfnBucket.ReplicationRuleFilterProperty {
  const tagFilters = Object.entries(tags).map(([key, value]) => ({ key, value }));
  if (tagFilters.length === 0) return { prefix };
  if (tagFilters.length === 1 && prefix === '') return { tagFilter: tagFilters[0] };
  return { and: { ...(prefix !== '' && { prefix }), tagFilters } };
}
