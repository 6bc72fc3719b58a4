/** What is made of a document. */
export interface Summary {
  readonly words: number;
  readonly lines: number;
  /** The word that comes most often; of several the first. */
  readonly commonest: string;
  /** How often it comes. */
  readonly times: number;
}

/** No second try makes a summary of this document. */
export class NothingToSummarise extends Error {
  override readonly name = 'NothingToSummarise';
}

/**
 * The work all stages do, wherever they do it.
 *
 * @throws NothingToSummarise when there is no word in it
 */
export function summarise(text: string): Summary {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) throw new NothingToSummarise('there is no word in the document');
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [commonest, times] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  return { words: words.length, lines: text.replace(/\n$/, '').split('\n').length, commonest, times };
}
