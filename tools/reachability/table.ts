import type { Pair, Party } from './evaluate/reach';
import {
  both,
  either,
  everything,
  isNothing,
  nothing,
  same,
  trafficText,
  without,
  type Traffic,
} from './space/traffic';

/** One line of the table of who reaches whom. */
export interface Row {
  readonly from: string;
  readonly to: string;
  /** What surely gets through, from at least one machine to another. */
  readonly passes: Traffic;
  /** What gets through between some of the machines only. */
  readonly inPart: Traffic;
  /** What perhaps gets through besides. */
  readonly open: Traffic;
  /** Why that is not known. */
  readonly doubts: readonly string[];
  /** What joins the two. */
  readonly by: string;
}

/** Who is asked about whom. */
export interface Roster {
  readonly senders: readonly Party[];
  readonly receivers: readonly Party[];
  /** Pairs that cannot reach each other anyway may be left out. */
  readonly mayReach: (from: Party, to: Party) => boolean;
}

/** The row of a pair of parties; nothing where nothing gets through. */
export function rowOf(from: Party, to: Party, pairs: readonly Pair[]): Row | undefined {
  const passes = pairs.map(({ sure }) => sure).reduce(either, nothing);
  const maybe = pairs.map((pair) => pair.maybe).reduce(either, nothing);
  if (isNothing(maybe)) return undefined;
  const always = pairs.map(({ sure }) => sure).reduce(both, everything);
  const trips = pairs.flatMap((pair) => pair.trips).filter(({ extent }) => !isNothing(extent.maybe));
  const open = without(maybe, passes);
  return {
    from: from.name,
    to: to.name,
    passes,
    inPart: without(passes, always),
    open,
    doubts: isNothing(open) ? [] : [...new Set(trips.flatMap(({ extent }) => extent.doubts))],
    by: [...new Set(trips.map(({ joints }) => (joints.length === 0 ? 'VPC' : joints.join(', '))))].join(', or '),
  };
}

/** What a row says in its last column: `tcp 443`, `tcp 22 (in part)`, `tcp 80; perhaps tcp 8080`. */
export function trafficOf({ passes, inPart, open }: Row): string {
  const sure = isNothing(passes)
    ? []
    : [
        trafficText(passes) +
          (isNothing(inPart) ? '' : same(inPart, passes) ? ' (in part)' : ` (${trafficText(inPart)} in part)`),
      ];
  const perhaps = isNothing(open) ? [] : [`perhaps ${trafficText(open)}`];
  return [...sure, ...perhaps].join('; ');
}
