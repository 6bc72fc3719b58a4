import { open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { LockMode } from '../../lib/constructs/storage/object-lock';
import { isStorageClass, storageClasses } from '../../lib/constructs/storage/storage-classes';
import { callerKeyFields, fieldsOf, written, type ObjectAddress } from './address';
import { planParts, type Part } from './plan-parts';

/** Bytes that can be read from any place, and so sent again. */
export interface Source {
  readonly size: number;
  read(from: number, to: number): Promise<Uint8Array>;
  close?(): Promise<void>;
}

export const bytes = (content: Uint8Array): Source => ({
  size: content.length,
  read: (from, to) => Promise.resolve(content.subarray(from, to)),
});

/** A file, of which only what is being sent is in memory. */
export async function file(path: string): Promise<Source> {
  const opened = await open(path);
  const { size } = await opened.stat();
  return {
    size,
    read: async (from, to) => {
      const content = Buffer.alloc(to - from);
      // A single read ends at two gigabytes.
      for (let at = 0; at < content.length;) {
        const { bytesRead } = await opened.read(content, at, Math.min(content.length - at, 2 ** 30), from + at);
        if (bytesRead === 0)
          throw new Error(`${path} became shorter while it was read; leave it alone, and begin again`);
        at += bytesRead;
      }
      return content;
    },
    close: () => opened.close(),
  };
}

export interface UploadOptions {
  /** The class the object is put into; Standard when left out, as a bucket has no default of its own. */
  readonly storageClass?: string;
  /** Until when nobody deletes it, longer than what the bucket does by itself. */
  readonly retain?: { readonly mode: LockMode; readonly until: Date };
  /** Whether it is sent as one piece, of at most 5 GiB. @default - below 100 MB */
  readonly single?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Told after each part. */
  readonly onPart?: (part: Part, of: number) => void;
}

export interface Uploaded {
  readonly version?: string;
  readonly parts: number;
}

/** So many parts are under way at once. */
const lanes = 4;

/**
 * Puts an object: in one piece below 100 MB, in parts above, each of which is sent again by itself where it failed. An upload that
 * fails for good leaves no parts behind, which would be billed.
 *
 * @claims storage-single-put, storage-multipart-plan, storage-class-per-object, storage-object-lock-default
 */
export async function upload(
  s3: S3Client,
  address: ObjectAddress,
  source: Source,
  options: UploadOptions = {},
  now: Date = new Date(),
): Promise<Uploaded> {
  const { single = false, onPart } = options;
  const [parts, about] = [planParts(source.size, single), aboutIt(options, now)];
  const key = await callerKeyFields(s3, address);
  const where = { ...fieldsOf({ ...address, version: undefined }), ...key };
  if (parts.length === 1) {
    const Body = await source.read(0, source.size);
    const { VersionId } = await s3.send(new PutObjectCommand({ ...where, ...about, Body }));
    return { parts: 1, ...(VersionId !== undefined && { version: VersionId }) };
  }

  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...where, ...about }));
  const waiting = [...parts];
  const sent: CompletedPart[] = [];
  const work = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const Body = await source.read(part.from, part.to);
      const { ETag, ChecksumCRC32 } = await s3.send(
        new UploadPartCommand({ ...where, UploadId, PartNumber: part.number, Body }),
      );
      sent.push({ PartNumber: part.number, ETag, ChecksumCRC32 });
      onPart?.(part, parts.length);
    }
  };
  try {
    const lane = () =>
      work().catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    // Parts that arrive after an abort would stay, so all lanes come to an end first.
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const Parts = sent.sort((a, b) => a.PartNumber! - b.PartNumber!);
    const { VersionId } = await s3.send(
      new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }),
    );
    return { parts: parts.length, ...(VersionId !== undefined && { version: VersionId }) };
  } catch (cause) {
    const parts = await endUpload(s3, new AbortMultipartUploadCommand({ ...fieldsOf(address), UploadId }));
    throw new Error(`${written(address)} was not uploaded, and ${parts}: ${(cause as Error).message}`, { cause });
  }
}

/** What became of the parts, as the end of a sentence: why the upload failed is not to be hidden by why it could not be ended. */
async function endUpload(s3: S3Client, abort: AbortMultipartUploadCommand): Promise<string> {
  try {
    await s3.send(abort);
    return 'its parts are gone';
  } catch (error) {
    const { Bucket, Key, UploadId } = abort.input;
    return `its parts may still be there and billed (${(error as Error).message}); take them away by aws s3api abort-multipart-upload --bucket ${Bucket} --key '${Key}' --upload-id ${UploadId}`;
  }
}

/** What is said of the object when it is put. @throws when S3 would refuse it after all is sent */
function aboutIt({ storageClass, retain, metadata }: UploadOptions, now: Date): Partial<PutObjectCommandInput> {
  if (storageClass !== undefined && !isStorageClass(storageClass))
    throw new Error(`the class is ${storageClass}; give one of ${storageClasses.join(', ')}`);
  if (retain && !(retain.until > now))
    throw new Error(`it would be retained until ${retain.until.toISOString()}, which is over; give a date to come`);
  return {
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...(retain && { ObjectLockMode: retain.mode, ObjectLockRetainUntilDate: retain.until, ChecksumAlgorithm: 'CRC32' }),
    ...(metadata && { Metadata: { ...metadata } }),
  };
}
