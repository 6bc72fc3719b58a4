import { contains } from '../network/cidr';
import { contains6 } from '../network/ipv6';
import { policiesOf, type DnsClient, type DnsZone, type RecordSetData } from './record-set';
import { distance, regionPlaces } from './region-places';

export interface Choice {
  readonly zone: DnsZone;
  readonly client: DnsClient;
  readonly isHealthy: (set: RecordSetData) => boolean;
  readonly random: () => number;
}

/** The sets of one name and type that answer a client: one, or up to eight where the policy is `multivalue`; none where no place matches. */
export function choose(sets: readonly RecordSetData[], choice: Choice): RecordSetData[] {
  const [policy] = policiesOf(sets[0]);
  const { client, random, zone, isHealthy } = choice;
  const apply = sets.filter((set) => applies(set, client, zone));
  const healthy = apply.filter(isHealthy);
  const left = healthy.length > 0 ? healthy : apply;
  switch (policy) {
    case 'failover':
      return one(left.find(({ Failover }) => Failover === 'PRIMARY') ?? left[0]);
    case 'weighted':
      return one(drawn(left, random));
    case 'latency':
      return one(least(left, ({ Region }) => latencyTo(Region!, client)));
    case 'geolocation':
      return one(least(left, ({ GeoLocation }) => -precision(GeoLocation!)));
    case 'geoproximity':
      return one(least(left, (set) => biasedDistance(set, client)));
    case 'ip-based':
      return one(least(left, (set) => -matchedPrefix(set, client, zone)));
    case 'multivalue':
      return shuffled(left, random).slice(0, 8);
    case 'simple':
      return one(left[0]);
  }
}

/** A target of a weighted name, and whether its check passes. */
export interface Weighted {
  readonly id: string;
  readonly weight: number;
  /** @default true */
  readonly healthy?: boolean;
}

/**
 * The share of the answers that each target has in the long run: its weight over the sum of weights of what is healthy, where
 * nothing healthy has a weight equal shares of that, and where nothing is healthy what it would be if all were.
 *
 * @claims edge-routing-weighted
 */
export function shares(targets: readonly Weighted[]): Record<string, number> {
  const healthy = targets.filter(({ healthy: passes = true }) => passes);
  const left = healthy.length > 0 ? healthy : targets;
  const sum = left.reduce((total, { weight }) => total + weight, 0);
  const shareOf = (target: Weighted) => {
    if (!left.includes(target)) return 0;
    return sum === 0 ? 1 / left.length : target.weight / sum;
  };
  return Object.fromEntries(targets.map((target) => [target.id, shareOf(target)]));
}

/** The list in an order by chance; where every draw is 0, in its own. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const made = [...list];
  for (let last = made.length - 1; last > 0; last--) {
    const at = last - Math.floor(random() * (last + 1));
    [made[last], made[at]] = [made[at], made[last]];
  }
  return made;
}

const one = (set: RecordSetData | undefined): RecordSetData[] => (set ? [set] : []);

function least<T>(list: readonly T[], measure: (item: T) => number): T | undefined {
  return [...list].sort((a, b) => measure(a) - measure(b))[0];
}

function drawn(sets: readonly RecordSetData[], random: () => number): RecordSetData | undefined {
  const parts = Object.values(shares(sets.map(({ Weight }, at) => ({ id: `${at}:`, weight: Number(Weight) }))));
  let left = random();
  return sets.find((_, at) => (left -= parts[at]) < 0) ?? sets.at(-1);
}

/** Whether a set may answer a client at all; only places and addresses shut anybody out. */
function applies(set: RecordSetData, client: DnsClient, zone: DnsZone): boolean {
  if (set.GeoLocation) return covers(set.GeoLocation, client);
  return set.CidrRoutingConfig === undefined || matchedPrefix(set, client, zone) >= 0;
}

type Place = NonNullable<RecordSetData['GeoLocation']>;

function covers({ ContinentCode, CountryCode, SubdivisionCode }: Place, { place }: DnsClient): boolean {
  if (CountryCode === '*') return true;
  if (ContinentCode !== undefined) return place?.continent === ContinentCode;
  return place?.country === CountryCode && (SubdivisionCode === undefined || place?.subdivision === SubdivisionCode);
}

function precision({ ContinentCode, CountryCode, SubdivisionCode }: Place): number {
  if (SubdivisionCode !== undefined) return 3;
  if (ContinentCode !== undefined) return 1;
  return CountryCode === '*' ? 0 : 2;
}

function latencyTo(region: string, { latencies }: DnsClient): number {
  const measured = latencies?.[region];
  if (measured === undefined)
    throw new Error(`the client has no latency to ${region}; give client.latencies, in milliseconds by Region`);
  return measured;
}

/** A bias above 0 draws a place nearer, one below 0 pushes it away. */
function biasedDistance({ GeoProximityLocation, SetIdentifier }: RecordSetData, { at }: DnsClient): number {
  if (at === undefined) throw new Error('the client has no place; give client.at, its latitude and longitude');
  const { AWSRegion, Coordinates, Bias = 0 } = GeoProximityLocation!;
  const place = Coordinates
    ? ([Number(Coordinates.Latitude), Number(Coordinates.Longitude)] as const)
    : regionPlaces[AWSRegion ?? ''];
  if (place === undefined)
    throw new Error(
      `where ${SetIdentifier} is cannot be told from ${JSON.stringify(GeoProximityLocation)}; AWS does not say where local zones are, so give coordinates to predict it`,
    );
  const share = Number(Bias) / 100;
  return share >= 0 ? distance(at, place) * (1 - share) : distance(at, place) / (1 + share);
}

/** The length of the longest block that holds the client, 0 for the default, or -1. */
function matchedPrefix({ CidrRoutingConfig }: RecordSetData, { address }: DnsClient, zone: DnsZone): number {
  const { CollectionId, LocationName } = CidrRoutingConfig!;
  if (LocationName === '*') return 0;
  const blocks = zone.cidrCollections?.[CollectionId]?.[LocationName] ?? [];
  const holding = address === undefined ? [] : blocks.filter((block) => holds(block, address));
  return Math.max(-1, ...holding.map((block) => Number(block.split('/')[1])));
}

const holds = (block: string, address: string): boolean => {
  const six = block.includes(':');
  return six === address.includes(':') && (six ? contains6(block, address) : contains(block, address));
};
