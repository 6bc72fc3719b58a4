import { Unknown } from '../parse/values';
import { relation, type Block } from '../space/blocks';
import type { HubRoute, HubTable, Route, RouteTable } from '../model/network';

/** What a table does with a destination. */
export interface Choice<R> {
  /** The route that is taken, as far as the template tells. */
  readonly route?: R;
  /** Routes that may be taken instead, because the template leaves their destination or their existence open. */
  readonly instead: readonly R[];
  /** Why the choice is not certain. */
  readonly doubt?: Unknown;
}

/** Where a packet is to go, as a table sees it. */
export interface Aim {
  readonly destination: Block;
  /** Whether the destination is in the table's own VPC. */
  readonly isHome: boolean;
  /** The AWS service it is for, which endpoints know by its prefix list. */
  readonly service?: string;
}

const strength = { local: 2, static: 1, propagated: 0 } as const;
/** A VPC's block is a /16 to a /28; where the template does not tell, the least specific. */
const localPrefix = 16;
/** Prefix lists of services hold blocks that are more specific than any route people write. */
const servicePrefix = 33;

/**
 * The route a table takes: the longest prefix that holds the destination; at equal length local before static before
 * propagated. A route more specific than local beats local.
 *
 * @claims network-route-choice
 */
export function chooseRoute(table: RouteTable, aim: Aim): Choice<Route> {
  const ranked = table.routes.map((route) => ({ route, ...rank(route, aim) }));
  const best = bestOf(ranked);
  const local: Route | undefined =
    aim.isHome && best?.route.target.to !== 'local' && !(best && best.prefix >= localPrefix)
      ? impliedLocal(aim)
      : undefined;
  const route = local ?? best?.route;
  const prefix = local ? localPrefix : (best?.prefix ?? -1);
  const instead = ranked
    .filter(({ fits, prefix: other }) => fits instanceof Unknown && (other === undefined || other >= prefix))
    .filter(({ route: other }) => route?.target.to !== 'local' || mayBeatLocal(other));
  const doubt = instead.map(({ fits }) => fits).find((fits) => fits instanceof Unknown) ?? table.open;
  // Whatever else may be in a table, the local route is; only a middlebox could take its place.
  if (route?.target.to === 'local' && instead.length === 0) return { route, instead: [] };
  return { ...(route && { route }), instead: instead.map(({ route: other }) => other), ...(doubt && { doubt }) };
}

/**
 * The route of a transit gateway's table: longest prefix, then static before propagated.
 */
export function chooseHubRoute(table: HubTable, destination: Block): Choice<HubRoute> {
  const ranked = table.routes.map((route) => {
    const fits = fit(route.destination, destination);
    return { route, fits, prefix: prefixOf(route.destination), strength: strength[route.origin] };
  });
  const best = bestOf(ranked);
  const instead = ranked.filter(
    ({ fits, prefix }) => fits instanceof Unknown && (prefix === undefined || prefix >= (best?.prefix ?? -1)),
  );
  const doubt = instead.map(({ fits }) => fits).find((fits) => fits instanceof Unknown);
  return { ...(best && { route: best.route }), instead: instead.map(({ route }) => route), ...(doubt && { doubt }) };
}

interface Ranked<R> {
  readonly route: R;
  readonly fits: boolean | Unknown;
  readonly prefix: number | undefined;
  readonly strength: number;
}

function rank(route: Route, aim: Aim): Omit<Ranked<Route>, 'route'> {
  const rated = (fits: boolean | Unknown, prefix: number | undefined) => ({
    fits: fits === true && route.exists instanceof Unknown ? route.exists : fits,
    prefix,
    strength: strength[route.origin],
  });
  if (route.target.to === 'service') return rated(route.target.service === aim.service, servicePrefix);
  const fits = fit(route.destination, aim.destination);
  // That a VPC's unknown block should hold an address of somewhere else is not worth a doubt: such networks cannot be joined.
  if (route.target.to === 'local') return rated(fits === true, prefixOf(route.destination) ?? localPrefix);
  return rated(fits, prefixOf(route.destination));
}

function bestOf<R>(ranked: readonly Ranked<R>[]): (Ranked<R> & { readonly prefix: number }) | undefined {
  let best: (Ranked<R> & { readonly prefix: number }) | undefined;
  for (const one of ranked) {
    if (one.fits !== true) continue;
    const prefix = one.prefix ?? localPrefix;
    if (best === undefined || prefix > best.prefix || (prefix === best.prefix && one.strength > best.strength))
      best = { ...one, prefix };
  }
  return best;
}

function fit(destination: Block | Unknown, wanted: Block): boolean | Unknown {
  if (destination instanceof Unknown) return destination;
  const lies = relation(wanted, destination);
  if (lies === 'inside' || lies === 'apart') return lies === 'inside';
  if (lies === 'part') return new Unknown(`the route to ${destination.text} covers only a part of ${wanted.text}`);
  return new Unknown((destination.space ?? wanted.space)!.reason);
}

const prefixOf = (destination: Block | Unknown): number | undefined =>
  destination instanceof Unknown ? undefined : destination.prefix;

/** Only middleboxes may be the target of a route inside the VPC's own block. */
const mayBeatLocal = ({ target }: Route): boolean => ['nat', 'appliance', 'inspection', 'unknown'].includes(target.to);

const impliedLocal = ({ destination }: Aim): Route => ({
  destination,
  target: { to: 'local' },
  origin: 'local',
  exists: true,
});
