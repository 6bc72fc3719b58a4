import { templateText } from '../findings';

/** A statement of a policy as a template has it. */
export interface ResourceStatement {
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

/** Actions on objects, and actions on buckets; patterns with `*` may be both. */
const onObjects =
  /^s3:((Get|Put|Delete|Replicate|Restore)Object(?!LockConfiguration)\w*|AbortMultipartUpload|ListMultipartUploadParts|BypassGovernanceRetention)$/i;
const onBuckets =
  /^s3:(ListBucket\w*|(Create|Delete|Get|Put)Bucket\w*|(Get|Put)(Lifecycle|Encryption|Replication|Accelerate|Inventory|Metrics|Analytics|IntelligentTiering)Configuration)$/i;

/**
 * Allowances and denials that are of nothing, because an action on objects stands beside the ARN of a bucket, or the other way
 * round: a bucket's ARN and those of its objects never overlap.
 *
 * @param isBucket whether a resource of the template, by its logical id, is a bucket
 * @claims storage-bucket-and-object-arns
 */
export function arnFaults(statement: ResourceStatement, isBucket: (logicalId: string) => boolean): string[] {
  if (statement.Resource === undefined) return [];
  const resources = [statement.Resource].flat().map(templateText);
  const kinds = resources.map((resource) => kindOf(resource, isBucket));
  return [statement.Action ?? []].flat().flatMap((action) => {
    if (onObjects.test(action) && kinds.every((kind) => kind === 'bucket'))
      return [`names ${action} of ${resources.join(', ')}, the bucket and none of its objects; add /* to the ARN`];
    if (onBuckets.test(action) && kinds.every((kind) => kind === 'objects'))
      return [`names ${action} of ${resources.join(', ')}, objects and not their bucket; give the ARN of the bucket`];
    return [];
  });
}

function kindOf(resource: string, isBucket: (logicalId: string) => boolean): 'bucket' | 'objects' | 'unknown' {
  const [, logicalId = '', rest = ''] = /^<(\w+)\.Arn>(.*)$/s.exec(resource) ?? [];
  if (isBucket(logicalId)) return rest === '' ? 'bucket' : 'objects';
  const [, name = ''] = /^arn:[^:]+:s3:::(.+)$/s.exec(resource) ?? [];
  if (/^[^*?]+\//.test(name)) return 'objects';
  return /^[^/*?]+$/.test(name) ? 'bucket' : 'unknown';
}
