import { Refused } from '../shared/batch';
import type { KeptFiles, Known } from '../shared/kept-files';
import { pictureIn } from './picture';
import { refusalKey, resultKey, type Place } from './place';
import { unpacked } from './shrink';

/** The most that is read of a file. */
export const largestFile = 20 * 1024 * 1024;
/** How often a file is looked at anew when it changes while it is worked. */
const rounds = 5;

/** What became of a file: its results are there, or it is not there itself any more. */
export interface Outcome {
  readonly key: string;
  readonly state: 'resized' | 'gone';
  /** How many results this run wrote; none when they were there. */
  readonly written: number;
}

/**
 * Makes the results of a file that are missing, or were made of another content. Done twice, at once or after days, this changes
 * nothing: each result says of what it was made, and is written only where nobody else has written in between.
 *
 * A run ends when the results are those of the file as it is then; so those of the newest content stay, in whatever order the
 * announcements come.
 *
 * @throws Refused for a file that can never be resized, after the reason was put beside the results
 *
 * @claims serverless-file-processing
 */
export async function resizeFile(files: KeptFiles, place: Place, key: string, signal?: AbortSignal): Promise<Outcome> {
  let written = 0;
  for (let round = 0; round < rounds; round++) {
    const file = await files.look(key);
    if (!file) return { key, state: 'gone', written };
    const results = await resultsOf(files, place, key);
    const missing = results.filter(({ known }) => known?.madeOf !== file.tag);
    if (missing.length === 0) return { key, state: 'resized', written };
    try {
      written += await make(files, key, file, missing, signal);
    } catch (error) {
      if (error instanceof Refused) await putReason(files, place, key, file, error.message);
      throw error;
    }
  }
  throw new Error(`${key} changes faster than it can be resized`);
}

/** Where a result belongs, and what lies there. */
export interface Spot {
  readonly key: string;
  readonly width: number;
  readonly known: Known | undefined;
}

/** The places of all results of a file, and what lies there. */
export const resultsOf = (files: KeptFiles, place: Place, key: string): Promise<Spot[]> =>
  Promise.all(
    place.widths.map(async (width) => {
      const result = resultKey(place, key, width);
      return { key: result, width, known: await files.look(result) };
    }),
  );

async function make(
  files: KeptFiles,
  key: string,
  file: Known,
  missing: readonly Spot[],
  signal: AbortSignal | undefined,
): Promise<number> {
  if (file.bytes > largestFile)
    throw new Refused(`the file holds ${file.bytes} bytes; at most ${largestFile} are worked`);
  const content = await files.read(key, file.tag, signal);
  if (!content) return 0;
  const picture = pictureIn(content);
  const shrink = await unpacked(content, picture);
  let written = 0;
  for (const { key: result, width, known } of missing) {
    signal?.throwIfAborted();
    const made = { body: await shrink(width), type: picture.type, madeOf: file.tag };
    if (await files.write(result, made, known)) written += 1;
  }
  return written;
}

/** Whoever put the file finds out here why it has no results, and the sweep that it need not be tried again. */
async function putReason(files: KeptFiles, place: Place, key: string, file: Known, reason: string): Promise<void> {
  const refusal = refusalKey(place, key);
  const known = await files.look(refusal);
  if (known?.madeOf === file.tag) return;
  const body = JSON.stringify({ file: key, reason }, undefined, 2);
  await files.write(refusal, { body, type: 'application/json', madeOf: file.tag }, known);
}
