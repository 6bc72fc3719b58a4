import { holderOf } from '../network/resolve-name';
import { choose, shuffled } from './route-choice';
import { bareName, valuesOf, type DnsClient, type DnsZone, type RecordSetData } from './record-set';

export interface DnsQuestion {
  readonly name: string;
  /** @default 'A' */
  readonly type?: string;
}

export interface DnsCircumstances {
  /** Ids of health checks that fail, and names of alias targets that are down. @default - everything is healthy */
  readonly unhealthy?: ReadonlySet<string>;
  /** Draws from 0 up to 1. @default - always 0, the first of what may be chosen */
  readonly random?: () => number;
}

export interface DnsAnswer {
  /**
   * `NODATA`: the name exists, but nobody answers this client for this type. `REFERRAL`: the zone of a subdomain answers, at the name servers
   * that are the values.
   */
  readonly code: 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'REFERRAL';
  /** Values of records, or the name of the AWS resource whose addresses an alias gives. */
  readonly values: readonly string[];
  /** What tells the chosen sets from the others of their name, from the first alias to the last record. */
  readonly chosen: readonly string[];
  /** Seconds that resolvers keep the answer; none where an AWS resource says. */
  readonly ttl?: number;
}

/** A set with its name as names are compared. */
interface Held {
  readonly name: string;
  readonly set: RecordSetData;
}

interface Asked {
  readonly zone: DnsZone;
  readonly held: readonly Held[];
  readonly client: DnsClient;
  readonly unhealthy: ReadonlySet<string>;
  readonly random: () => number;
}

/**
 * What the name servers of a zone answer a client, by the routing policy of the records and the health of their targets.
 *
 * Unhealthy sets leave the choice. Where all that may answer are unhealthy, all are treated as healthy, since some answer is
 * better than none. Pure: chance and health are handed in.
 *
 * @claims edge-routing-simulator
 */
export function resolve(
  { name, type = 'A' }: DnsQuestion,
  zone: DnsZone,
  client: DnsClient = {},
  { unhealthy = new Set(), random = () => 0 }: DnsCircumstances = {},
): DnsAnswer {
  const held = zone.records.map((set) => ({ name: bareName(set.Name), set }));
  return answer(bareName(name), type, { zone, held, client, unhealthy, random }, []);
}

const none = (code: 'NODATA' | 'NXDOMAIN'): DnsAnswer => ({ code, values: [], chosen: [] });

function answer(name: string, type: string, asked: Asked, before: readonly string[]): DnsAnswer {
  const delegation = delegationOf(name, asked);
  if (delegation.length > 0) return { code: 'REFERRAL', values: delegation.flatMap(valuesOf), chosen: [] };
  const holder = holderOf({ name: bareName(asked.zone.name), records: asked.held }, name);
  if (holder === undefined) return none('NXDOMAIN');
  const alias = setsAt(holder, 'CNAME', asked);
  const sets = setsAt(holder, type, asked);
  const candidates = sets.length > 0 ? sets : alias;
  if (candidates.length === 0) return none('NODATA');

  const isHealthy = (set: RecordSetData) => health(set, asked, [name]);
  const chosen = choose(candidates, { ...asked, isHealthy });
  if (chosen.length === 0) return none('NODATA');
  const ids = chosen.flatMap(({ SetIdentifier }) => SetIdentifier ?? []);
  const [first] = chosen;
  const found = first.AliasTarget
    ? aliased(first.AliasTarget.DNSName, type, asked, [...before, name])
    : { code: 'NOERROR' as const, values: shuffled(chosen.flatMap(valuesOf), asked.random), ...keptFor(chosen) };
  if (first.Type !== 'CNAME' || type === 'CNAME' || !within(found.values[0], asked))
    return { ...found, chosen: [...ids, ...('chosen' in found ? found.chosen : [])] };
  if (before.includes(name)) return none('NODATA');
  const further = answer(bareName(found.values[0]), type, asked, [...before, name]);
  return { ...further, chosen: [...ids, ...further.chosen] };
}

/** An alias of another name of the zone is answered with that name's records, any other by the resource it names. */
function aliased(target: string, type: string, asked: Asked, before: readonly string[]): DnsAnswer {
  const name = bareName(target);
  if (!within(name, asked)) return { code: 'NOERROR', values: [name], chosen: [] };
  return before.includes(name) ? none('NODATA') : answer(name, type, asked, before);
}

/** Whether a set is healthy: by its own check, and where it says so by what its alias stands for. */
function health(set: RecordSetData, asked: Asked, before: readonly string[]): boolean {
  if (set.HealthCheckId !== undefined && asked.unhealthy.has(set.HealthCheckId)) return false;
  const { DNSName, EvaluateTargetHealth } = set.AliasTarget ?? {};
  if (DNSName === undefined || !EvaluateTargetHealth) return true;
  const name = bareName(DNSName);
  if (!within(name, asked)) return !asked.unhealthy.has(name);
  if (before.includes(name)) return true;
  return setsAt(name, set.Type, asked).some((one) => health(one, asked, [...before, name]));
}

const within = (name: string, { zone }: Asked): boolean => {
  const [bare, apex] = [bareName(name), bareName(zone.name)];
  return bare === apex || bare.endsWith(`.${apex}`);
};

const setsAt = (name: string, type: string, { held }: Asked): RecordSetData[] =>
  held.filter((one) => one.name === name && one.set.Type === type).map(({ set }) => set);

/** The records that give a name, or what it lies below, to other name servers. */
function delegationOf(name: string, asked: Asked): RecordSetData[] {
  const apex = bareName(asked.zone.name);
  const given = asked.held.filter(
    (one) => one.set.Type === 'NS' && one.name !== apex && (name === one.name || name.endsWith(`.${one.name}`)),
  );
  return given.map(({ set }) => set);
}

const keptFor = ([{ TTL }]: readonly RecordSetData[]): { readonly ttl?: number } =>
  TTL === undefined ? {} : { ttl: Number(TTL) };
