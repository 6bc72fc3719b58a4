import { both, either, everything, isNothing, nothing, without, type Traffic } from './traffic';

/**
 * Traffic something lets through: what surely, and what perhaps, because the template leaves something open. The second
 * holds the first.
 */
export interface Extent {
  readonly sure: Traffic;
  readonly maybe: Traffic;
  /** Why the two differ; empty where they are the same. */
  readonly doubts: readonly string[];
}

export const certain = (traffic: Traffic): Extent => ({ sure: traffic, maybe: traffic, doubts: [] });
export const perhaps = (traffic: Traffic, doubt: string): Extent => ({
  sure: nothing,
  maybe: traffic,
  doubts: [doubt],
});
export const all: Extent = certain(everything);
export const noTraffic: Extent = certain(nothing);

/** What passes both of two filters; doubts about traffic that is gone anyway go with it. */
export function through(a: Extent, b: Extent): Extent {
  const [sure, maybe] = [both(a.sure, b.sure), both(a.maybe, b.maybe)];
  return { sure, maybe, doubts: doubtsBetween(sure, maybe, a.doubts, b.doubts) };
}

/** What passes one of two ways. */
export function anyOf(a: Extent, b: Extent): Extent {
  const [sure, maybe] = [either(a.sure, b.sure), either(a.maybe, b.maybe)];
  return { sure, maybe, doubts: doubtsBetween(sure, maybe, a.doubts, b.doubts) };
}

/** What passes whichever of two things turns out to be so. */
export function whichever(a: Extent, b: Extent, doubt: string): Extent {
  const [sure, maybe] = [both(a.sure, b.sure), either(a.maybe, b.maybe)];
  return { sure, maybe, doubts: doubtsBetween(sure, maybe, [doubt], a.doubts, b.doubts) };
}

export const isOpen = ({ sure, maybe }: Extent): boolean => sure !== maybe && !isNothing(without(maybe, sure));

function doubtsBetween(sure: Traffic, maybe: Traffic, ...doubts: (readonly string[])[]): readonly string[] {
  if (sure === maybe || doubts.every(({ length }) => length === 0) || isNothing(without(maybe, sure))) return [];
  return [...new Set(doubts.flat())];
}
