import { CreateJobCommand, type MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { jobFor, type JobSettings } from './job';
import type { Upload } from './upload';
import type { VideoTable } from './video-table';

export interface Studio {
  readonly mediaConvert: MediaConvertClient;
  readonly videos: VideoTable;
  readonly settings: JobSettings;
}

/** What came of an upload: a job, a word to its owner, or nothing, as it was worked before or a newer one has come. */
export type Started = { readonly job: string } | { readonly refused: string } | 'known';

/**
 * Has an upload made into videos. The table says first that it is worked: an upload that is announced again is known by the job
 * that stands there, and one whose run died before it had one gets it now. Between the two, MediaConvert itself takes requests
 * within a minute for one; a job made twice all the same writes the same objects twice and ends once.
 */
export async function startTranscoding(
  upload: Upload,
  { mediaConvert, videos, settings }: Studio,
  signal?: AbortSignal,
): Promise<Started> {
  if (upload.fault !== undefined) {
    await videos.refuse(upload, upload.fault);
    return { refused: upload.fault };
  }
  if (!(await videos.begin(upload))) return 'known';
  const { Job } = await mediaConvert.send(new CreateJobCommand(jobFor(upload, settings)), { abortSignal: signal });
  const job = Job!.Id!;
  await videos.setJob(upload, job);
  return { job };
}
