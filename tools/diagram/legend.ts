import type { EdgeKind, Picture } from './model/picture';

/** How an arrow is drawn: solid, red, or dashed. */
export type Look = 'plain' | 'failure' | 'helper';

const kinds: Readonly<Record<EdgeKind, readonly [look: Look, words: string]>> = {
  traffic: ['plain', 'traffic'],
  call: ['plain', 'calls'],
  event: ['plain', 'events'],
  data: ['plain', 'data'],
  failure: ['failure', 'failures'],
  log: ['helper', 'logs'],
  alarm: ['helper', 'notices'],
  route: ['helper', 'routes'],
};

export const lookOf = (kind: EdgeKind): Look => kinds[kind][0];

export interface LegendEntry {
  readonly look: Look;
  /** What is drawn so, `calls, data`. */
  readonly says: string;
}

/** The looks of the arrows in a picture, and what each stands for. */
export function legendOf({ edges }: Pick<Picture, 'edges'>): LegendEntry[] {
  const there = Object.entries(kinds).filter(([kind]) => edges.some((edge) => edge.kind === kind));
  return (['plain', 'failure', 'helper'] as const)
    .map((look) => ({ look, says: there.flatMap(([, [its, words]]) => (its === look ? [words] : [])).join(', ') }))
    .filter(({ says }) => says !== '');
}

const inWords: Readonly<Record<Look, string>> = { plain: 'solid', failure: 'red', helper: 'dashed' };

/** The same in a sentence: `Arrows: solid for calls, data; red for failures; dashed for logs.` */
export function legendInWords(picture: Pick<Picture, 'edges'>): string {
  const entries = legendOf(picture).map(({ look, says }) => `${inWords[look]} for ${says}`);
  return entries.length === 0 ? '' : `Arrows: ${entries.join('; ')}.`;
}
