import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Job } from './job';
import { planned, resultKey, type RenditionName } from './plan';
import { sourceOf } from './source';

export interface Workplace {
  readonly s3: S3Client;
  readonly rendition: RenditionName;
  readonly uploadPrefix: string;
  readonly renditionBucket: string;
  /** Tells that the time for this job is over. */
  readonly signal?: AbortSignal;
}

/**
 * Plans one rendition of one video and writes the plan down.
 *
 * The plan's key follows from the job, and a plan that is already there is left alone: done twice, this changes nothing,
 * even when nobody remembers the first time.
 *
 * @returns the key of the manifest
 */
export async function makeRendition(
  job: Job,
  { s3, rendition, uploadPrefix, renditionBucket, signal }: Workplace,
): Promise<{ manifest: string }> {
  const source = await sourceOf(s3, job, signal);
  const output = { bucket: renditionBucket, prefix: uploadPrefix };
  const manifest = planned(rendition, job, source, output);
  const key = resultKey(rendition, job, uploadPrefix, 'json');
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: renditionBucket,
        Key: key,
        Body: JSON.stringify(manifest, undefined, 2),
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }),
      { abortSignal: signal },
    );
  } catch (error) {
    if ((error as Error).name !== 'PreconditionFailed') throw error;
  }
  return { manifest: key };
}
