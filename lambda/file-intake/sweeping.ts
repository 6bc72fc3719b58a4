import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { KeptFiles } from '../shared/kept-files';
import type { RunClock } from '../shared/with-deadline';
import { withDeadline } from '../shared/with-deadline';
import { isIncoming } from './announced';
import type { Place } from './place';
import { stateOf } from './state';

/** Which files a sweep looks at, by when they were put. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export interface SweepSteps {
  /** Has a file resized, without waiting. */
  readonly resize: (key: string) => Promise<unknown>;
  /** Has another run go on behind a key. */
  readonly goOn: (after: string) => Promise<unknown>;
}

export interface Swept {
  /** How many files it looked at. */
  readonly looked: number;
  /** How many of them had neither results nor a reason, and are resized now. */
  readonly missed: number;
}

/**
 * Looks through the incoming files for those that were missed, and has them resized. A sweep that runs out of time has another go on
 * where it stopped.
 *
 * @claims serverless-time-left-guard
 */
export async function sweep(
  clock: RunClock,
  { s3, files, place }: { readonly s3: S3Client; readonly files: KeptFiles; readonly place: Place },
  span: Span,
  after: string | undefined,
  steps: SweepSteps,
): Promise<Swept> {
  let missed = 0;
  let last = after;
  const look = async (key: string): Promise<void> => {
    if ((await stateOf(files, place, key)).state === 'waiting') {
      await steps.resize(key);
      missed += 1;
    }
    last = key;
  };
  // S3 lists by name, and goes on behind a name: what is put off is what follows the last one worked.
  const putOff = () =>
    last === undefined ? Promise.reject(new Error('the run is too short for one file')) : steps.goOn(last);
  const looked = await withDeadline(clock, filesIn(s3, place, span, after), look, putOff);
  return { looked, missed };
}

/** The keys of the files that were put in a span of time, by name. */
async function* filesIn(
  s3: S3Client,
  place: Place,
  { from, to }: Span,
  after: string | undefined,
): AsyncGenerator<string> {
  for (let token: string | undefined; ;) {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: place.bucket,
        Prefix: place.incoming,
        ...(token === undefined ? { StartAfter: after } : { ContinuationToken: token }),
      }),
    );
    for (const { Key: key = '', LastModified: put = new Date(0) } of page.Contents ?? [])
      if (isIncoming(key, place) && put >= from && put <= to) yield key;
    token = page.NextContinuationToken;
    if (token === undefined) return;
  }
}
