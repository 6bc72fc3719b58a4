import type { DnsZone, RecordSetData } from '../../lib/constructs/edge/record-set';
import { bareName } from '../../lib/constructs/edge/record-set';
import { isWithin } from '../../lib/constructs/network/domain-name';

/** What of a template says what names are answered with. */
export interface ZoneTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

type Value = string | { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly [string, string] };

interface Location {
  readonly LocationName: string;
  readonly CidrList: readonly string[];
}

/**
 * The zone of a domain in a template. What only a deployment knows is named after the resource it comes from: a health check by its
 * logical id, and so on.
 */
export function zoneIn({ Resources }: ZoneTemplate, name: string): DnsZone {
  const all = Object.entries(Resources);
  const zones = all.filter(([, { Type }]) => Type === 'AWS::Route53::HostedZone');
  const made = zones.find(([, { Properties }]) => bareName(String(Properties?.Name)) === bareName(name));
  const sets = all.flatMap(([, { Type, Properties = {} }]) => {
    if (Type === 'AWS::Route53::RecordSet') return [{ zone: Properties.HostedZoneId, set: Properties }];
    if (Type !== 'AWS::Route53::RecordSetGroup') return [];
    return (Properties.RecordSets as object[]).map((set) => ({ zone: Properties.HostedZoneId, set }));
  });
  const own = sets
    .filter(({ zone }) => made === undefined || named(zone as Value) === made[0])
    .map(({ set }) => plain(set, namesIn(Resources)) as RecordSetData)
    .filter(({ Name }) => isWithin(bareName(Name), bareName(name)));
  const collections = all.filter(([, { Type }]) => Type === 'AWS::Route53::CidrCollection');
  return {
    name,
    records: own,
    cidrCollections: Object.fromEntries(
      collections.map(([id, { Properties }]) => [
        id,
        Object.fromEntries(
          ((Properties?.Locations ?? []) as Location[]).map(({ LocationName, CidrList }) => [LocationName, CidrList]),
        ),
      ]),
    ),
  };
}

const named = (value: Value): string =>
  typeof value === 'string' ? value : (value.Ref ?? value['Fn::GetAtt']?.[0] ?? JSON.stringify(value));

/** What a reference to a record gives: its name. */
const namesIn = (resources: ZoneTemplate['Resources']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::Route53::RecordSet')
      .map(([id, { Properties }]) => [id, Properties?.Name]),
  );

/** The same with every reference to a record replaced by its name, and every other by the logical id it leads to. */
function plain(value: unknown, names: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, names));
  if (typeof value !== 'object' || value === null) return value;
  const [[key]] = [...Object.entries(value), ['']];
  if (key === 'Ref' || key.startsWith('Fn::')) {
    const id = named(value);
    return names[id] ?? id;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, names)]));
}
