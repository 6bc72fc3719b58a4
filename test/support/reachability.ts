import type { Settings } from '../../lib/settings';
import { explanation, type Answer } from '../../tools/reachability/answer';
import { NetworkModel } from '../../tools/reachability/network-model';
import { asked, type Asked } from '../../tools/reachability/space/question';
import { isNothing, same } from '../../tools/reachability/space/traffic';
import { trafficOf, type Row } from '../../tools/reachability/table';
import { synthesised } from './architecture';

export { NetworkModel } from '../../tools/reachability/network-model';
export { anything, icmp, tcp, udp } from '../../tools/reachability/space/question';

/** The network of an architecture, synthesised as a user would, with the names its constructs have. */
export const networkOf = (name: string, settings: Settings = {}): NetworkModel =>
  NetworkModel.fromTemplates(synthesised(name, settings, { context: { 'aws:cdk:enable-path-metadata': true } }));

/**
 * A line of the table: who, whom, and on what. Text is compared with what the table says, so that `perhaps tcp 22` and
 * `tcp 443 (in part)` can be stated too.
 */
export type Line = readonly [from: string, to: string, traffic: Asked | string];

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to tell jest's types of a matcher
  namespace jest {
    interface Matchers<R> {
      /** All of the traffic gets from every machine of one name to every machine of another, and its reply back. */
      toReach(from: string, to: string, traffic?: Asked | string): R;
      /** Exactly these reach each other, on exactly this; a new hole fails as surely as a lost path. */
      toHaveReachability(lines: readonly Line[]): R;
    }
  }
}

expect.extend({
  toReach(network: NetworkModel, from: string, to: string, traffic?: Asked | string) {
    const answer = network.canReach(from, to, traffic);
    return { pass: judge(answer, this.isNot ?? false), message: () => explanation(answer) };
  },

  toHaveReachability(network: NetworkModel, lines: readonly Line[]) {
    const faults = faultsOf(network, lines);
    return { pass: faults.length === 0, message: () => faults.join('\n\n') };
  },
});

/** What is not known, and what holds in part, satisfies neither a statement nor its opposite. */
const judge = ({ verdict, isPartial }: Answer, isNot: boolean): boolean =>
  verdict === 'unknown' || isPartial ? isNot : verdict === 'reachable';

function faultsOf(network: NetworkModel, lines: readonly Line[]): string[] {
  const key = (from: string, to: string) => `${from} to ${to}`;
  const rows = new Map(network.table().map((row) => [key(row.from, row.to), row]));
  const stated = new Map(
    lines.map(([from, to, traffic]) => [key(network.nameOf(from), network.nameOf(to)), { from, to, traffic }]),
  );
  const path = (from: string, to: string, traffic?: Asked | string) =>
    explanation(network.canReach(from, to, typeof traffic === 'string' ? undefined : traffic));
  return [
    ...[...rows]
      .filter(([pair]) => !stated.has(pair))
      .map(([, row]) => `Not stated: ${row.from} reaches ${row.to} on ${trafficOf(row)}.\n${path(row.from, row.to)}`),
    ...[...stated].flatMap(([pair, { from, to, traffic }]) => {
      const row = rows.get(pair);
      const text = typeof traffic === 'string' ? traffic : traffic.text;
      if (row === undefined)
        return [`Stated, but not so: ${from} reaches ${to} on ${text}.\n${path(from, to, traffic)}`];
      if (fits(row, traffic)) return [];
      return [`Stated: ${from} reaches ${to} on ${text}; but it is ${trafficOf(row)}.\n${path(from, to)}`];
    }),
  ];
}

function fits(row: Row, traffic: Asked | string): boolean {
  if (typeof traffic === 'string' && traffic === trafficOf(row)) return true;
  if (!isNothing(row.open) || !isNothing(row.inPart)) return false;
  if (typeof traffic === 'string' && /perhaps|in part/.test(traffic)) return false;
  return same(row.passes, (typeof traffic === 'string' ? asked(traffic) : traffic).traffic);
}
