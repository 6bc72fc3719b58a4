import { distance, regionPlaces, regionFault } from './region-places';

/** One endpoint of a group, as `acceleratedShares` asks for it. */
export interface SharedEndpoint {
  readonly name: string;
  /** 0 to 255. @default 128 */
  readonly weight?: number;
  /** Whether it passes its checks; a load balancer does where each of its pools has somebody who does. @default true */
  readonly isWell?: boolean;
}

/** The endpoints of one Region. */
export interface SharedGroup {
  /** Percent of what comes to the group that it takes, 0 to 100. @default 100 */
  readonly dial?: number;
  readonly endpoints: readonly SharedEndpoint[];
}

const usualWeight = 128;
/** How many other groups are tried where nobody of one can answer. */
const tried = 3;

/**
 * Which share of the new connections of one place each endpoint of an accelerator gets. Connections that are open stay where they are.
 *
 * The nearest group takes what its dial says and lets the rest go on to the next; the last whose dial is above 0 takes all that comes to
 * it, so that two dials of 50 mean halves, as in AWS's own example. In a group the weights decide among those that are well. Where there
 * is none, the three nearest other groups are tried, whatever their dials say: a dial of 0 keeps a Region free of traffic only as long as the
 * others are well. Where nobody is well there either, the accelerator stops asking and takes anybody of the nearest group.
 *
 * @claims edge-accelerator-endpoints
 * @param groups the nearest first, as `nearestRegions` has them
 * @throws when a dial or weight cannot be, or all dials are 0, of which AWS does not say who answers
 */
export function acceleratedShares(groups: readonly SharedGroup[]): Record<string, number> {
  for (const { dial = 100, endpoints } of groups) {
    if (!(dial >= 0 && dial <= 100)) throw new Error(`a dial is ${dial}; give 0 to 100 percent`);
    for (const { name, weight = usualWeight } of endpoints)
      if (!Number.isInteger(weight) || weight < 0 || weight > 255)
        throw new Error(`the weight of ${name} is ${weight}; give a whole number from 0 to 255`);
  }
  const dialled = groups.filter(({ dial = 100 }) => dial > 0);
  if (dialled.length === 0) throw new Error('no group has a dial above 0, so nobody is meant to answer; turn one up');
  const shares = Object.fromEntries(groups.flatMap(({ endpoints }) => endpoints.map(({ name }) => [name, 0])));
  let left = 1;
  for (const group of dialled) {
    const { dial = 100 } = group;
    const taken = group === dialled.at(-1) ? left : (left * dial) / 100;
    left -= taken;
    for (const [name, share] of among(group, groups)) shares[name] += taken * share;
  }
  return shares;
}

/** Who answers for a group, each with its share of it. */
function among(group: SharedGroup, groups: readonly SharedGroup[]): [string, number][] {
  const others = groups.filter((other) => other !== group).slice(0, tried);
  const answering = [group, ...others].map(wellOf).find((found) => found.length > 0);
  const chosen = answering ?? groups[0].endpoints.map(({ name }) => ({ name, weight: 1 }));
  const sum = chosen.reduce((all, { weight }) => all + weight, 0);
  return chosen.map(({ name, weight }) => [name, weight / sum]);
}

const wellOf = ({ endpoints }: SharedGroup): { readonly name: string; readonly weight: number }[] =>
  endpoints
    .filter(({ isWell = true }) => isWell)
    .map(({ name, weight = usualWeight }) => ({ name, weight }))
    .filter(({ weight }) => weight > 0);

/**
 * Regions as a client at a place reaches them, the nearest first, by distance. AWS goes by what it measures, which is mostly the same.
 *
 * @param at degrees of latitude and longitude
 * @throws when one is no Region
 */
export function nearestRegions(
  at: readonly [latitude: number, longitude: number],
  regions: readonly string[],
): string[] {
  const fault = regions.map((region) => regionFault('a region', region)).find((found) => found !== undefined);
  if (fault !== undefined) throw new Error(fault);
  const far = (region: string) => distance(at, regionPlaces[region]);
  return [...regions].sort((one, other) => far(one) - far(other));
}
