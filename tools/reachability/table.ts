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
    by: [
      ...new Set(
        trips.map((trip) =>
          joinedBy(trip.hops.filter(({ direction }) => direction === 'request').map(({ says }) => says)),
        ),
      ),
    ].join(', '),
  };
}

/** The most telling thing on a path. */
function joinedBy(says: readonly string[]): string {
  const found = markers.filter(([pattern]) => says.some((one) => pattern.test(one)));
  return found.length > 0 ? found.map(([, name]) => name).join(', ') : 'VPC';
}

const markers: readonly (readonly [RegExp, string])[] = [
  [/the endpoint .* leads to/, 'PrivateLink'],
  [/to the gateway endpoint/, 'gateway endpoint'],
  [/the peering .* takes it/, 'peering'],
  [/ routes .* to the transit gateway /, 'transit gateway'],
  [/the NAT gateway .* puts/, 'NAT gateway'],
  [/ forwards it/, 'appliance'],
  [/the appliances behind/, 'inspection'],
  [/egress-only gateway .* passes/, 'egress-only gateway'],
  [/the internet gateway .* (takes|gives|passes)/, 'internet gateway'],
  [/virtual private gateway .* (takes|passes)/, 'VPN'],
];

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
