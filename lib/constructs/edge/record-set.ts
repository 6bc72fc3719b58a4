/**
 * A set of records as Route 53 keeps it. The words are those of its API, which CloudFormation uses too, so that a template and a
 * zone that is there are read alike.
 */
export interface RecordSetData {
  /** In full; a dot at its end makes no difference. */
  readonly Name: string;
  readonly Type: string;
  readonly TTL?: number | string;
  /** Texts in a template, objects in the API. */
  readonly ResourceRecords?: readonly (string | { readonly Value: string })[];
  readonly AliasTarget?: { readonly DNSName: string; readonly EvaluateTargetHealth?: boolean };
  readonly SetIdentifier?: string;
  readonly HealthCheckId?: string;
  readonly Failover?: 'PRIMARY' | 'SECONDARY';
  readonly Weight?: number;
  readonly Region?: string;
  readonly GeoLocation?: {
    readonly ContinentCode?: string;
    readonly CountryCode?: string;
    readonly SubdivisionCode?: string;
  };
  readonly GeoProximityLocation?: {
    readonly AWSRegion?: string;
    readonly LocalZoneGroup?: string;
    readonly Coordinates?: { readonly Latitude: string; readonly Longitude: string };
    readonly Bias?: number;
  };
  readonly MultiValueAnswer?: boolean;
  readonly CidrRoutingConfig?: { readonly CollectionId: string; readonly LocationName: string };
}

/** A zone as its name servers see it. */
export interface DnsZone {
  readonly name: string;
  readonly records: readonly RecordSetData[];
  /** The blocks of each location, by the id of their collection. */
  readonly cidrCollections?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What Route 53 knows of who asks, or of the resolver that asks for them. Only what a policy looks at is needed. */
export interface DnsClient {
  /** For routing by address. */
  readonly address?: string;
  /** For routing by place: `EU`, `ES`; the state where the country is `US`. */
  readonly place?: { readonly continent: string; readonly country?: string; readonly subdivision?: string };
  /** For routing by distance: latitude and longitude in degrees. */
  readonly at?: readonly [latitude: number, longitude: number];
  /** For routing by latency: milliseconds to Regions, as Route 53 has measured them some time ago. */
  readonly latencies?: Readonly<Record<string, number>>;
}

/** The policies by which Route 53 chooses among sets of one name and type. */
export type RoutingKind =
  'simple' | 'failover' | 'weighted' | 'latency' | 'geolocation' | 'geoproximity' | 'multivalue' | 'ip-based';

/** The policies a set says it follows; more than one is a fault. */
export function policiesOf(set: RecordSetData): RoutingKind[] {
  const said: readonly (readonly [RoutingKind, unknown])[] = [
    ['failover', set.Failover],
    ['weighted', set.Weight],
    ['latency', set.Region],
    ['geolocation', set.GeoLocation],
    ['geoproximity', set.GeoProximityLocation],
    ['multivalue', set.MultiValueAnswer || undefined],
    ['ip-based', set.CidrRoutingConfig],
  ];
  const kinds = said.filter(([, value]) => value !== undefined).map(([kind]) => kind);
  return kinds.length > 0 ? kinds : ['simple'];
}

/** A name as it is compared: in lower case, without a dot at its end, and with the `*` that the API writes as `\052`. */
export const bareName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\\052/, '*');

/** The values of a set, as text. */
export const valuesOf = ({ ResourceRecords = [] }: RecordSetData): string[] =>
  ResourceRecords.map((value) => (typeof value === 'string' ? value : value.Value));
