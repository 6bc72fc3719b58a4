import { Stack, Token } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { encryptionOf } from './bucket-encryption';

/** What decides whether a bucket can take access logs. */
export interface LogTargetFacts {
  readonly algorithms: readonly string[];
  readonly locked: boolean;
  readonly expires: boolean;
  /** @default false */
  readonly requestersPay?: boolean;
}

/** Why a bucket cannot take access logs, as ends of a sentence that begins with the bucket. */
export function unfitForLogs({ algorithms, locked, expires, requestersPay = false }: LogTargetFacts): string[] {
  return [
    ...(algorithms.some((algorithm) => algorithm !== 'AES256')
      ? ['is encrypted with a KMS key, which the log writers of S3 cannot use; encrypt it with SSE-S3']
      : []),
    ...(locked ? ['has Object Lock, under which S3 delivers no logs; leave the lock out'] : []),
    ...(expires ? [] : ['keeps its logs for ever; give it a lifecycle rule that expires them']),
    ...(requestersPay ? ['has requesters pay, which the log writers of S3 do not; give it a LogBucket'] : []),
  ];
}

const paidByRequesters = new WeakSet<IBucket>();

/** Notes that whoever asks of a bucket pays, which no property of it says. */
export function noteRequestersPay(bucket: IBucket): void {
  paidByRequesters.add(bucket);
}

/**
 * Looks at a bucket of the app as a place for access logs; an imported bucket is taken on trust, but for where it is.
 *
 * @param source whose access logs they are, where S3 itself writes them: it does so within one account and region alone
 * @claims storage-access-log-bucket
 */
export function logTargetFaults(prop: string, bucket: IBucket, source?: IConstruct): string[] {
  const elsewhere = source === undefined ? [] : elsewhereFaults(prop, bucket, Stack.of(source));
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) return elsewhere;
  const { lifecycle } = Stack.of(bucket).resolve({ lifecycle: resource.lifecycleConfiguration }) as {
    lifecycle?: CfnBucket.LifecycleConfigurationProperty;
  };
  const facts: LogTargetFacts = {
    algorithms: encryptionOf(bucket).map(({ sseAlgorithm }) => sseAlgorithm),
    locked: Boolean(resource.objectLockEnabled ?? resource.objectLockConfiguration),
    expires: ((lifecycle?.rules ?? []) as CfnBucket.RuleProperty[]).some(
      ({ status, expirationInDays }) => status === 'Enabled' && expirationInDays !== undefined,
    ),
    requestersPay: paidByRequesters.has(bucket),
  };
  return [...elsewhere, ...unfitForLogs(facts).map((fault) => `${prop} is ${bucket.node.path}, which ${fault}`)];
}

/** Why a text is no folder for access logs. */
export function logPrefixFaults(prefix: string): (string | false)[] {
  const good = Token.isUnresolved(prefix) || /^[^/].*\/$/.test(prefix);
  return [!good && `accessLogPrefix is "${prefix}"; name a folder of this bucket's own, such as "site-bucket/"`];
}

function elsewhereFaults(prop: string, { env, node }: IBucket, stack: Stack): string[] {
  return (['region', 'account'] as const)
    .filter(
      (place) => ![env[place], stack[place]].some((one) => Token.isUnresolved(one)) && env[place] !== stack[place],
    )
    .map(
      (place) =>
        `${prop} is ${node.path} of the ${place} ${env[place]}, and S3 writes access logs within one ${place}, here ${stack[place]}; give it a LogBucket of this stack`,
    );
}
