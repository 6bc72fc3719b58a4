import type { ExampleUse } from '../../lib/architecture';
import type { Load } from './rule';
import type { Part } from './site';

/** The month that the use of an architecture is shown for, unless its entry in the catalogue tells another. */
export const standardUse: ExampleUse & Load = {
  what: 'a million calls of 10 KB',
  events: 1_000_000,
  kilobytes: 10,
  milliseconds: 100,
};

/** What of a month's use comes to one part. */
export function loadOn({ path }: Pick<Part, 'path'>, use: ExampleUse): Load {
  const [longest] = Object.keys(use.parts ?? {})
    .filter((beginning) => path === beginning || path.startsWith(`${beginning}/`))
    .sort((a, b) => b.length - a.length);
  const own = longest === undefined ? {} : use.parts![longest];
  return {
    events: use.events * (own.times ?? 1),
    kilobytes: own.kilobytes ?? use.kilobytes ?? standardUse.kilobytes,
    milliseconds: own.milliseconds ?? use.milliseconds ?? standardUse.milliseconds,
  };
}
