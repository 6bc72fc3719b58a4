import type { Construct } from 'constructs';
import { fitsPattern, type BusPattern } from './bus-pattern';
import type { EventHub } from './event-hub';
import type { RouteTarget } from './route-target';

/** What of a route matters for loops. */
export interface Listening extends Construct {
  readonly hub?: EventHub;
  readonly pattern: BusPattern;
  readonly targets: readonly RouteTarget[];
  readonly loopEnds?: string;
}

/**
 * A fault when events would come back to a route by way of what its targets, and the targets of other routes, put on the bus.
 * A loop with a route that says why it ends is none.
 *
 * @param routes all there are, this one among them
 */
export function loopThrough(route: Listening, routes: readonly Listening[]): string | undefined {
  if (route.loopEnds) return undefined;
  const next = (from: Listening) => routes.filter((to) => to.hub === from.hub && !to.loopEnds && hears(to, from));
  const seen = new Set<Listening>();
  const way = (from: Listening): Listening[] | undefined => {
    for (const to of next(from)) {
      if (to === route) return [from];
      if (seen.has(to)) continue;
      seen.add(to);
      const rest = way(to);
      if (rest) return [from, ...rest];
    }
    return undefined;
  };
  const loop = way(route);
  if (!loop) return undefined;
  const last = loop[loop.length - 1];
  const event = last.targets.flatMap(({ emits }) => emits).find((emitted) => fitsPattern(route.pattern, emitted))!;
  const through =
    loop.length > 1
      ? ` by way of ${loop
          .slice(1)
          .map(({ node }) => node.path)
          .join(', ')}`
      : '';
  return `targets put the event ${event.source} ${event['detail-type']} on the bus${through}, which fits the pattern of this route, so that it would run for ever; narrow the pattern, or say in loopEnds what brings it to an end`;
}

const hears = (to: Listening, from: Listening): boolean =>
  from.targets.flatMap(({ emits }) => emits).some((event) => fitsPattern(to.pattern, event));
