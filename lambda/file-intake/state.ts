import type { KeptFiles } from '../shared/kept-files';
import { refusalKey, type Place } from './place';
import { resultsOf } from './resizing';

/** What became of a file. */
export type State =
  | { readonly state: 'missing' | 'waiting' }
  | { readonly state: 'resized'; readonly results: readonly string[] }
  | { readonly state: 'refused'; readonly refusal: string };

/** What became of a file as it is now: what was made or said of an earlier content does not count. */
export async function stateOf(files: KeptFiles, place: Place, key: string): Promise<State> {
  const file = await files.look(key);
  if (!file) return { state: 'missing' };
  const results = await resultsOf(files, place, key);
  if (results.every(({ known }) => known?.madeOf === file.tag))
    return { state: 'resized', results: results.map((one) => one.key) };
  const refusal = refusalKey(place, key);
  return (await files.look(refusal))?.madeOf === file.tag ? { state: 'refused', refusal } : { state: 'waiting' };
}
