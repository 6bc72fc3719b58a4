import { isWithin } from '../network/domain-name';
import { bareName, policiesOf, valuesOf, type RecordSetData, type RoutingKind } from './record-set';

/** A set of records and where it was written. */
export interface PlacedSet {
  /** The path of the resource. */
  readonly path: string;
  /** Its place within that resource. */
  readonly index: number;
  readonly set: RecordSetData;
}

type Faults = (string | false | undefined)[];

/** Everything wrong with one set beside all of its zone, itself among them. */
export function recordSetFaults(own: PlacedSet, all: readonly PlacedSet[], zone: string | undefined): Faults {
  const { set } = own;
  // A name that only a deployment knows says nothing.
  if (typeof set.Name !== 'string') return [];
  const name = bareName(set.Name);
  const known = all.filter((other) => typeof other.set.Name === 'string');
  const here = known.filter((other) => bareName(other.set.Name) === name);
  const label = `${name} ${set.Type}`;
  return [
    zone !== undefined &&
      !isWithin(name, zone) &&
      `${label} is not within the zone ${zone}; give a name that ends in ${zone}, or the zone that holds it`,
    set.Type === 'CNAME' &&
      name === zone &&
      `${label} is at the top of the zone, where a CNAME cannot be; use an AliasRecord, or addresses`,
    ...delegatedFaults(own, name, known, zone),
    ...besideFaults(
      own,
      label,
      here.filter((other) => other !== own),
    ),
    ...policyFaults(
      own,
      label,
      here.filter((other) => other.set.Type === set.Type),
    ),
  ];
}

/** Below a delegation the other zone answers; what stands here is never asked for. */
function delegatedFaults({ set }: PlacedSet, name: string, all: readonly PlacedSet[], zone?: string): Faults {
  const cut = all.find((other) => {
    const at = bareName(other.set.Name);
    return other.set.Type === 'NS' && at !== zone && isWithin(name, at);
  });
  if (cut === undefined) return [];
  const at = bareName(cut.set.Name);
  if (name === at && ['NS', 'DS'].includes(set.Type)) return [];
  return [`${name} ${set.Type} is within ${at}, which ${cut.path} delegates; put it into the zone of ${at}`];
}

function besideFaults({ set, path }: PlacedSet, label: string, others: readonly PlacedSet[]): Faults {
  const alias = others.find((other) => other.set.Type === 'CNAME');
  const [policy] = policiesOf(set);
  const same = others.filter((other) => other.set.Type === set.Type);
  const mixed = same.find((other) => policiesOf(other.set)[0] !== policy);
  const twin = same.find((other) => other.set.SetIdentifier === set.SetIdentifier);
  return [
    set.Type !== 'CNAME' &&
      alias !== undefined &&
      `${label} stands beside the CNAME of ${alias.path}; a CNAME stands alone, so leave one of them out`,
    policy === 'simple' &&
      same.some((other) => policiesOf(other.set)[0] === 'simple') &&
      `${label} is there twice, at ${path} and ${same[0].path}; give one record with all its values`,
    mixed !== undefined &&
      `${label} is ${policy} at ${path} and ${policiesOf(mixed.set)[0]} at ${mixed.path}; all records of a name and type share one policy`,
    policy !== 'simple' &&
      twin !== undefined &&
      `${label} has the identifier ${set.SetIdentifier} twice, at ${path} and ${twin.path}; give each its own`,
  ];
}

/** What a policy wants of all records of the name together. It is said once, of the first. */
function policyFaults(own: PlacedSet, label: string, same: readonly PlacedSet[]): Faults {
  const sets = same.map(({ set }) => set);
  const [policy] = policiesOf(own.set);
  return [...soloFaults(own.set, policy, label), ...(same[0] === own ? groupFaults(policy, sets, label) : [])];
}

function soloFaults(set: RecordSetData, policy: RoutingKind, label: string): Faults {
  const values = valuesOf(set);
  return [
    policy === 'simple' &&
      set.HealthCheckId !== undefined &&
      `${label} has a health check, but the only answer there is cannot be left out; give it a policy, or leave the check out`,
    policy === 'multivalue' &&
      values.length > 1 &&
      `${label} answers ${values.join(', ')} in one of several records; give each value a record of its own`,
  ];
}

function groupFaults(policy: RoutingKind, sets: readonly RecordSetData[], label: string): Faults {
  const count = (test: (set: RecordSetData) => boolean) => sets.filter(test).length;
  switch (policy) {
    case 'failover': {
      const [primary, secondary] = [count((s) => s.Failover === 'PRIMARY'), count((s) => s.Failover === 'SECONDARY')];
      return [
        (primary !== 1 || secondary !== 1) &&
          `${label} has ${primary} PRIMARY and ${secondary} SECONDARY; give one of each`,
      ];
    }
    case 'latency':
      return [twice(sets, ({ Region }) => Region, `${label} has the Region`)];
    case 'geolocation':
      return [
        count(({ GeoLocation }) => GeoLocation?.CountryCode === '*') === 0 &&
          `${label} has no default place, so that clients of no other would get no answer; add one with CountryCode *`,
        twice(sets, ({ GeoLocation }) => JSON.stringify(GeoLocation), `${label} has the place`),
      ];
    case 'ip-based':
      return [
        count(({ CidrRoutingConfig }) => CidrRoutingConfig?.LocationName === '*') === 0 &&
          `${label} has no default location, so that clients of no other would get no answer; add one with LocationName *`,
      ];
    case 'simple':
    case 'weighted':
    case 'geoproximity':
    case 'multivalue':
      return [];
  }
}

function twice(
  sets: readonly RecordSetData[],
  of: (set: RecordSetData) => string | undefined,
  words: string,
): string | undefined {
  const all = sets.map(of);
  const found = all.find((one, at) => all.indexOf(one) < at);
  return found && `${words} ${found} twice; give each one record`;
}
