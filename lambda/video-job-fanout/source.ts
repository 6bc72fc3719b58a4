import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { Refused } from '../shared/batch';
import type { Job } from './job';

export type Container = 'mp4' | 'matroska';

/** What the head of an uploaded object tells. */
export interface Source {
  readonly etag: string;
  readonly contentType: string;
  readonly container: Container;
}

const gone = ['NoSuchKey', 'NoSuchVersion'];

/**
 * Reads the first bytes of an upload, and with them what S3 knows of it; never the whole video.
 *
 * @throws Refused when the object is not a video, whatever its name says, or is gone
 */
export async function sourceOf(s3: S3Client, { bucket, key, version }: Job, signal?: AbortSignal): Promise<Source> {
  const head = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version, Range: 'bytes=0-11' });
  let object: GetObjectCommandOutput;
  try {
    object = await s3.send(head, { abortSignal: signal });
  } catch (error) {
    // S3 shows what was written at once, so what is not there will not come.
    if (!gone.includes((error as Error).name)) throw error;
    throw new Refused(`${key} is gone in version ${version}`, { cause: error });
  }
  const container = containerOf(await object.Body!.transformToByteArray());
  if (!container) throw new Refused(`${key} is not a video: its first bytes are neither MP4's nor Matroska's`);
  return { etag: object.ETag!, contentType: object.ContentType ?? 'application/octet-stream', container };
}

/** Names of the boxes an MP4 or QuickTime file may begin with. */
const firstBoxes = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'];
/** The mark of EBML, which Matroska and WebM are made of. */
const ebml = [0x1a, 0x45, 0xdf, 0xa3];

export function containerOf(head: Uint8Array): Container | undefined {
  if (firstBoxes.includes(String.fromCharCode(...head.slice(4, 8)))) return 'mp4';
  if (ebml.every((byte, i) => head[i] === byte)) return 'matroska';
  return undefined;
}
