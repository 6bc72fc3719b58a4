import type { StorageClassName } from './storage-classes';

/** What is known of an object, or of what happened to it, when S3 looks whether to copy it. */
export interface ReplicationCandidate {
  readonly key: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** @default 's3' */
  readonly encryption?: 's3' | 'kms' | 'dsse' | 'caller';
  /** @default 'STANDARD' */
  readonly storageClass?: StorageClassName;
  /** What happened. @default 'put' */
  readonly happened?: 'put' | 'marker' | 'version deleted' | 'lifecycle' | 'tags changed';
  /** Whether it was there before the rule. @default false */
  readonly older?: boolean;
  /** Whether it is itself a copy that another rule made. @default false */
  readonly isReplica?: boolean;
  /** Whether the source's owner may read it; objects put by others need not be readable where access lists are on. @default true */
  readonly readable?: boolean;
}

/** As much of a rule of an `AWS::S3::Bucket` as decides. */
export interface ReplicationRule {
  readonly Status: string;
  readonly Filter?: {
    readonly Prefix?: string;
    readonly TagFilter?: Tag;
    readonly And?: { readonly Prefix?: string; readonly TagFilters?: readonly Tag[] };
  };
  readonly DeleteMarkerReplication?: { readonly Status?: string };
  readonly SourceSelectionCriteria?: {
    readonly SseKmsEncryptedObjects?: { readonly Status: string };
    readonly ReplicaModifications?: { readonly Status: string };
  };
}
interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type Replicated = { readonly copied: true } | { readonly copied: false; readonly because: string };

const not = (because: string): Replicated => ({ copied: false, because });

/**
 * Whether S3 copies an object, or what happened to it, by a rule, and if not, why.
 *
 * @claims storage-replication-exclusions, storage-replication-deletes, storage-replication-not-retroactive
 */
export function willReplicate(object: ReplicationCandidate, rule: ReplicationRule): Replicated {
  const { happened = 'put', encryption = 's3', storageClass = 'STANDARD', isReplica = false, readable = true } = object;
  const { SseKmsEncryptedObjects, ReplicaModifications } = rule.SourceSelectionCriteria ?? {};
  if (rule.Status !== 'Enabled') return not('the rule is disabled');
  if (happened === 'lifecycle')
    return not('what lifecycle rules do is never copied; give the other bucket rules of its own');
  if (happened === 'version deleted')
    return not('the delete of a version is never copied, so that nobody deletes both at once');
  if (!isSelected(object, rule)) return not('the rule selects others, by prefix or tags');
  if (happened === 'marker')
    return rule.DeleteMarkerReplication?.Status === 'Enabled'
      ? { copied: true }
      : not('delete markers are not copied unless the rule says so');
  if (object.older) return not('it was there before the rule; a job of S3 Batch Operations copies it');
  if (isReplica && happened === 'put') return not('it is a copy itself, and copies are not copied on');
  if (isReplica && ReplicaModifications?.Status !== 'Enabled')
    return not('changes of copies come back only where both rules copy them');
  if (!readable) return not('the owner of the bucket may not read it');
  if (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE')
    return not('it is archived, and would have to be restored first');
  if ((encryption === 'kms' || encryption === 'dsse') && SseKmsEncryptedObjects?.Status !== 'Enabled')
    return not('it is encrypted with a customer key, and the rule names none for the copy');
  return { copied: true };
}

function isSelected({ key, tags = {} }: ReplicationCandidate, { Filter = {} }: ReplicationRule): boolean {
  const prefix = Filter.And?.Prefix ?? Filter.Prefix ?? '';
  const wanted = [...(Filter.TagFilter ? [Filter.TagFilter] : []), ...(Filter.And?.TagFilters ?? [])];
  return key.startsWith(prefix) && wanted.every(({ Key, Value }) => tags[Key] === Value);
}
