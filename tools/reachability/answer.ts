import type { Pair } from './evaluate/reach';
import type { Hop, Trip } from './evaluate/trip';
import { isOutside } from './evaluate/packet';
import type { Asked } from './space/question';
import { both, either, includes, inFamily, isNothing, nothing, trafficText, type Traffic } from './space/traffic';

export type Verdict = 'reachable' | 'blocked' | 'unknown';

/** What the network says to a question. */
export interface Answer {
  readonly from: string;
  readonly to: string;
  readonly asked: Asked;
  readonly verdict: Verdict;
  /** Whether it is so for some machines or some of the ports only. */
  readonly isPartial: boolean;
  /** What surely gets through from at least one machine to another. */
  readonly passes: Traffic;
  /** The hops of the path that was decisive. */
  readonly path: readonly Hop[];
  /** The hop that stops a blocked packet. */
  readonly stoppedBy?: Hop;
  /** Why an answer is unknown. */
  readonly doubts: readonly string[];
  /** For a partial answer, the pair of machines that is the exception. */
  readonly exception?: { readonly between: string; readonly stoppedBy?: Hop };
}

/** Makes one answer of what all pairs of machines say. */
export function answerOf(from: string, to: string, asked: Asked, pairs: readonly Pair[]): Answer {
  const judged = pairs.map((pair) => ({ pair, verdict: verdictOf(pair, asked) }));
  const of = (wanted: Verdict) => judged.filter(({ verdict }) => verdict === wanted);
  const [reachable, unknown, blocked] = [of('reachable'), of('unknown'), of('blocked')];
  const verdict: Verdict = reachable.length > 0 ? 'reachable' : unknown.length > 0 ? 'unknown' : 'blocked';
  const decisive = [reachable, unknown, blocked].find(({ length }) => length > 0)?.[0]?.pair;
  const others = verdict === 'reachable' ? [...blocked, ...unknown] : verdict === 'unknown' ? blocked : [];
  const trip = decisive && tripFor(decisive, verdict, asked);
  const odd = others[0] && tripFor(others[0].pair, others[0].verdict, asked);
  const passes = pairs.map(({ sure }) => both(sure, asked.traffic)).reduce(either, nothing);
  const isSplit = decisive !== undefined && verdict === 'unknown' && asked.all && !isNothing(passes);
  return {
    from,
    to,
    asked,
    verdict,
    isPartial: (verdict === 'reachable' && others.length > 0) || isSplit,
    passes,
    path: trip?.hops ?? [],
    ...(verdict === 'blocked' && trip?.stoppedBy && { stoppedBy: trip.stoppedBy }),
    doubts: verdict === 'unknown' ? (trip?.extent.doubts ?? []) : [],
    ...(others.length > 0 && {
      exception: {
        between: `${placeOf(others[0].pair.from)} to ${placeOf(others[0].pair.to)}`,
        ...(odd?.stoppedBy && { stoppedBy: odd.stoppedBy }),
      },
    }),
  };
}

/** All of it gets through, none of it does, or the template does not say; any is enough where the question says so. */
export function verdictOf({ sure, maybe }: Pair, { traffic, all }: Asked): Verdict {
  if (isNothing(both(maybe, traffic))) return 'blocked';
  if (!all) return isNothing(both(sure, traffic)) ? 'unknown' : 'reachable';
  const families = ([4, 6] as const).map((family) => inFamily(traffic, family)).filter((one) => !isNothing(one));
  if (families.some((one) => includes(sure, one))) return 'reachable';
  return 'unknown';
}

function tripFor({ trips }: Pair, verdict: Verdict, { traffic }: Asked): Trip | undefined {
  const surely = trips.find((trip) => !isNothing(both(trip.extent.sure, traffic)));
  const perhaps = trips.find((trip) => !isNothing(both(trip.extent.maybe, traffic)));
  return verdict === 'reachable' ? surely : (perhaps ?? farthest(trips));
}

/** Of several ways that all end, the one that gets farthest explains best; the first of equals is the most direct. */
const farthest = (trips: readonly Trip[]): Trip | undefined =>
  trips.reduce<Trip | undefined>(
    (best, trip) => (best === undefined || trip.length > best.length + 3 ? trip : best),
    undefined,
  );

function placeOf(ends: Pair['from']): string {
  const [end] = ends;
  if (end === undefined) return 'nowhere';
  return isOutside(end) ? `${end.name} (${end.block.text})` : `${end.name} in ${end.subnet.name}`;
}

/** The answer in one sentence. */
export function sentence({
  from,
  to,
  asked,
  verdict,
  isPartial,
  passes,
  stoppedBy,
  doubts,
  exception,
}: Answer): string {
  const question = `${from} to ${to} on ${asked.text}`;
  if (verdict === 'unknown')
    return isPartial
      ? `unknown: ${question}: only ${trafficText(passes)} surely gets through${because(doubts)}`
      : `unknown: ${question}${because(doubts)}`;
  if (verdict === 'blocked') return `blocked: ${question}: ${stoppedBy?.says ?? 'there is no path'}`;
  if (!isPartial) return `reachable: ${question}${asked.all ? '' : `: ${trafficText(passes)}`}`;
  return `reachable in part: ${question}, but not from ${exception?.between}${exception?.stoppedBy ? `: ${exception.stoppedBy.says}` : ''}`;
}

const because = (doubts: readonly string[]): string => (doubts.length > 0 ? `: ${doubts.join('; ')}` : '');

/** The answer with every hop. */
export function explanation(answer: Answer): string {
  const hops = answer.path.map(
    ({ layer, direction, says }) => `  ${direction === 'reply' ? 'reply  ' : 'request'}  ${layer.padEnd(14)}  ${says}`,
  );
  return [sentence(answer), ...hops].join('\n');
}
