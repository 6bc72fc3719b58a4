import {
  CopyObjectCommand,
  HeadObjectCommand,
  RestoreObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  isStorageClass,
  restoreFault,
  storageClasses,
  storageClassFacts,
  type RestoreTier,
  type StorageClassName,
} from '../../lib/constructs/storage/storage-classes';
import { callerKeyFields, fieldsOf, written, type ObjectAddress } from './address';
import { largestPart } from './plan-parts';

/** What S3 tells of an object without its bytes. */
export async function stateOf(s3: S3Client, address: ObjectAddress): Promise<HeadObjectCommandOutput> {
  try {
    return await s3.send(new HeadObjectCommand({ ...fieldsOf(address), ...(await callerKeyFields(s3, address)) }));
  } catch (cause) {
    if ((cause as Error).name !== 'NotFound') throw cause;
    throw new Error(`there is no ${written(address)}, or it is deleted; groundplan objects versions tells`, { cause });
  }
}

/** S3 leaves the class out where it is Standard. */
const classOf = ({ StorageClass = 'STANDARD' }: HeadObjectCommandOutput): StorageClassName =>
  StorageClass as StorageClassName;

export interface ClassChange {
  readonly from: StorageClassName;
  readonly to: StorageClassName;
  readonly done: boolean;
}

/**
 * Puts an object into another class, up or down, by copying it onto itself. Where versions are kept the old one stays below.
 *
 * @claims storage-class-per-object
 * @throws when there is no such class, the object is there already, is archived, or is too large to be copied in one piece
 */
export async function changeClass(
  s3: S3Client,
  address: ObjectAddress,
  to: string,
  apply: boolean,
): Promise<ClassChange> {
  if (!isStorageClass(to)) throw new Error(`the class is ${to}; give one of ${storageClasses.join(', ')}`);
  const state = await stateOf(s3, address);
  const from = classOf(state);
  const size = state.ContentLength ?? 0;
  if (from === to) throw new Error(`${written(address)} is in ${to} already`);
  if (isArchived(from, state) && !isRestored(state))
    throw new Error(`${written(address)} lies in an archive; restore it first: groundplan objects restore`);
  if (size > largestPart)
    throw new Error(`${written(address)} has ${size} bytes; S3 copies ${largestPart} at once, so use a lifecycle rule`);
  if (apply)
    await s3.send(
      new CopyObjectCommand({
        ...fieldsOf({ ...address, version: undefined }),
        ...(await copyKeyFields(s3, address)),
        CopySource: `${address.bucket}/${address.key.split('/').map(encodeURIComponent).join('/')}${address.version === undefined ? '' : `?versionId=${address.version}`}`,
        // Whoever writes meanwhile is not overwritten.
        CopySourceIfMatch: state.ETag,
        MetadataDirective: 'COPY',
        StorageClass: to,
      }),
    );
  return { from, to, done: apply };
}

/** A copy is read with the caller's key, and written with it again. */
async function copyKeyFields(s3: S3Client, address: ObjectAddress): Promise<object> {
  const key = await callerKeyFields(s3, address);
  return { ...key, ...Object.fromEntries(Object.entries(key).map(([name, value]) => [`CopySource${name}`, value])) };
}

export interface Restore {
  readonly from: StorageClassName;
  readonly tier: RestoreTier;
  readonly days: number;
  /** From how many to how many minutes it takes. */
  readonly minutes: readonly [number, number];
  readonly done: boolean;
}

/**
 * Asks for a copy of an archived object that can be read for some days. When it is there S3 says so on the event bus.
 *
 * @claims storage-restore-job, storage-class-glacier, storage-class-deep-archive
 * @throws when the class has no such tier, or a restore is under way or done
 */
export async function restore(
  s3: S3Client,
  address: ObjectAddress,
  { tier, days }: Pick<Restore, 'tier' | 'days'>,
  apply: boolean,
): Promise<Restore> {
  if (!(Number.isInteger(days) && days >= 1)) throw new Error(`days is ${days}; give a whole number, 1 or more`);
  const state = await stateOf(s3, address);
  const from = archiveOf(state);
  const fault = restoreFault(from, tier);
  if (fault !== undefined) throw new Error(`${written(address)} ${fault}`);
  if (isRestoring(state)) throw new Error(underWay(address));
  if (isRestored(state))
    throw new Error(
      `${written(address)} can be read already, until ${/expiry-date="([^"]*)"/.exec(state.Restore!)?.[1]}`,
    );
  // Within Intelligent-Tiering the object itself comes back, and stays.
  const comesBack = classOf(state) === 'INTELLIGENT_TIERING';
  try {
    if (apply)
      await s3.send(
        new RestoreObjectCommand({
          ...fieldsOf(address),
          RestoreRequest: { GlacierJobParameters: { Tier: tier }, ...(!comesBack && { Days: days }) },
        }),
      );
  } catch (cause) {
    if ((cause as Error).name !== 'RestoreAlreadyInProgress') throw cause;
    throw new Error(underWay(address), { cause });
  }
  return { from, tier, days, minutes: storageClassFacts[from].restoreMinutes![tier]!, done: apply };
}

const underWay = (address: ObjectAddress) =>
  `${written(address)} is being restored already; S3 announces when it can be read`;
const isRestoring = ({ Restore: told }: HeadObjectCommandOutput) => told?.includes('ongoing-request="true"') ?? false;
const isRestored = ({ Restore: told }: HeadObjectCommandOutput) => told?.includes('ongoing-request="false"') ?? false;
const isArchived = (from: StorageClassName, { ArchiveStatus }: HeadObjectCommandOutput) =>
  ArchiveStatus !== undefined || storageClassFacts[from].restoreMinutes !== undefined;

/** The archives within Intelligent-Tiering are restored like the classes they are like. */
function archiveOf(state: HeadObjectCommandOutput): StorageClassName {
  if (state.ArchiveStatus === undefined) return classOf(state);
  return state.ArchiveStatus === 'DEEP_ARCHIVE_ACCESS' ? 'DEEP_ARCHIVE' : 'GLACIER';
}
