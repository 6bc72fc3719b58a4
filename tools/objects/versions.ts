import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { fieldsOf, written, type ObjectAddress } from './address';

/** A version of an object, or a delete marker. */
export interface Version {
  readonly key: string;
  readonly version: string;
  readonly marker: boolean;
  readonly newest: boolean;
  readonly since: string;
  readonly bytes: number;
  readonly storageClass: string;
}

/** Every version and marker of the keys that begin like that, the newest of each key first. */
export async function versionsOf(
  s3: S3Client,
  { requesterPays = false, ...address }: ObjectAddress,
): Promise<Version[]> {
  const found: Version[] = [];
  let page: Partial<ListObjectVersionsCommandOutput> = { IsTruncated: true };
  while (page.IsTruncated) {
    page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: address.bucket,
        ...(address.key && { Prefix: address.key }),
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
        ...(requesterPays && { RequestPayer: 'requester' }),
      }),
    );
    for (const [list, marker] of [
      [page.Versions ?? [], false],
      [page.DeleteMarkers ?? [], true],
    ] as const)
      for (const one of list)
        found.push({
          key: one.Key!,
          version: one.VersionId!,
          marker,
          newest: one.IsLatest ?? false,
          since: one.LastModified!.toISOString(),
          bytes: ('Size' in one ? one.Size : 0) ?? 0,
          storageClass: ('StorageClass' in one ? one.StorageClass : undefined) ?? '',
        });
  }
  return found.sort(
    (a, b) => a.key.localeCompare(b.key) || Number(b.newest) - Number(a.newest) || b.since.localeCompare(a.since),
  );
}

export interface Undeleted {
  /** The marker that hid the object. */
  readonly marker: string;
  /** What is read again: a version, or nothing where another marker lies below. */
  readonly readsAgain?: Version;
  readonly done: boolean;
}

/**
 * Brings a deleted object back by taking away the newest marker, and nothing else.
 *
 * @claims storage-undelete
 * @throws when there never was such an object, or it is not deleted
 */
export async function undelete(s3: S3Client, address: ObjectAddress, apply: boolean): Promise<Undeleted> {
  const [newest, below] = (await versionsOf(s3, address)).filter(({ key }) => key === address.key);
  if (newest === undefined)
    throw new Error(
      `there is no ${written(address)}, and no old version of it; look at the spelling, or at its lifecycle`,
    );
  if (!newest.marker)
    throw new Error(`${written(address)} is not deleted; its newest version is ${newest.version} of ${newest.since}`);
  if (apply) await s3.send(new DeleteObjectCommand({ ...fieldsOf(address), VersionId: newest.version }));
  return { marker: newest.version, ...(below && !below.marker && { readsAgain: below }), done: apply };
}

export interface Purged {
  /** What is, or would be, gone for good. */
  readonly versions: readonly Version[];
  readonly failed: readonly { readonly key: string; readonly version: string; readonly why: string }[];
  readonly done: boolean;
}

/** So many are deleted by one request. */
const batch = 1000;

/**
 * Deletes every version and every marker, of one object or of all below a folder or in a bucket, for good.
 *
 * @param confirmed the address once more, as it was typed; nothing is deleted without it
 * @param asOfficer whether governance mode is overridden, which needs the permission besides
 * @claims storage-purge
 */
export async function purge(
  s3: S3Client,
  address: ObjectAddress,
  { confirmed, asOfficer = false }: { readonly confirmed?: boolean; readonly asOfficer?: boolean } = {},
): Promise<Purged> {
  const isFolder = address.key === '' || address.key.endsWith('/');
  const versions = (await versionsOf(s3, address)).filter(({ key }) => isFolder || key === address.key);
  if (versions.length === 0)
    throw new Error(`there is nothing at ${written(address)} to delete, not even an old version`);
  if (!confirmed) return { versions, failed: [], done: false };
  const failed: Purged['failed'][number][] = [];
  for (let i = 0; i < versions.length; i += batch) {
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: address.bucket,
        Delete: {
          Quiet: true,
          Objects: versions.slice(i, i + batch).map(({ key, version }) => ({ Key: key, VersionId: version })),
        },
        ...(asOfficer && { BypassGovernanceRetention: true }),
        ...(address.requesterPays && { RequestPayer: 'requester' }),
      }),
    );
    failed.push(
      ...Errors.map(({ Key = '', VersionId = '', Code, Message }) => ({
        key: Key,
        version: VersionId,
        why: `${Code}: ${Message}`,
      })),
    );
  }
  return { versions, failed, done: true };
}
