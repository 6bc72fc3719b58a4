import { Continent, GeoLocation, type IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { addresses } from '../../constructs/edge/dns-records';
import { RoutingPolicy } from '../../constructs/edge/routing-policy';
import type { ZoneRecord } from '../../constructs/network/zone-records';

/** The domain where nobody gives one; `test` is set aside for tests, so that it exists nowhere, but in this zone. */
export const usualDomain = 'gallery.groundplan.test';

/** One of each type. Addresses are those set aside for documentation, where nobody answers. */
export const records: readonly ZoneRecord[] = [
  ...addresses('host', ['192.0.2.1', '2001:db8::1']),
  { name: 'alias', type: 'CNAME', values: ['host.example.net'] },
  { type: 'MX', values: ['10 mail', '20 mail.example.net'] },
  { type: 'TXT', values: ['v=spf1 -all'] },
  { name: '_acme-challenge', type: 'TXT', values: ['a text by which somebody proves that the domain is theirs'] },
  { type: 'CAA', values: ['0 issue "amazon.com"'] },
];

export interface GalleryChecks {
  readonly page: IHealthCheck;
  readonly errors: IHealthCheck;
  readonly application: IHealthCheck;
}

const at = (last: number): { readonly values: string[] } => ({ values: [`192.0.2.${last}`] });

/** A name for each policy, by which its answer is chosen. */
export const policies = ({ page, errors, application }: GalleryChecks): Readonly<Record<string, RoutingPolicy>> => ({
  simple: RoutingPolicy.simple({ values: ['192.0.2.10', '192.0.2.11', '192.0.2.12'] }),
  failover: RoutingPolicy.failover({ primary: { ...at(20), healthCheck: page }, secondary: at(21) }),
  canary: RoutingPolicy.weighted([
    { id: 'old', weight: 90, ...at(30) },
    { id: 'new', weight: 10, ...at(31), healthCheck: application },
  ]),
  split: RoutingPolicy.weighted([
    { id: 'one', weight: 60, ...at(32) },
    { id: 'other', weight: 40, ...at(33) },
  ]),
  latency: RoutingPolicy.latency([
    { region: 'us-east-1', ...at(40), healthCheck: page },
    { region: 'eu-west-1', ...at(41) },
    { region: 'ap-southeast-1', ...at(42) },
  ]),
  place: RoutingPolicy.geolocation({
    places: [
      { place: GeoLocation.country('IN'), ...at(50) },
      { place: GeoLocation.country('ES'), ...at(51) },
      { place: GeoLocation.continent(Continent.EUROPE), ...at(52) },
      { place: GeoLocation.country('CA'), ...at(53) },
      { place: GeoLocation.subdivision('CA'), ...at(54), healthCheck: page },
      { place: GeoLocation.country('US'), ...at(55) },
    ],
    otherwise: at(59),
  }),
  near: RoutingPolicy.geoproximity([
    { at: { region: 'eu-west-1' }, ...at(60) },
    { at: { region: 'us-east-1' }, ...at(61), bias: 40 },
    { id: 'sydney', at: { coordinates: [-33.87, 151.21] }, ...at(62) },
  ]),
  many: RoutingPolicy.multivalue([
    { ...at(70), healthCheck: page },
    { ...at(71), healthCheck: errors },
    { ...at(72), healthCheck: application },
  ]),
  office: RoutingPolicy.ipBased({
    locations: [{ location: 'office', blocks: ['18.234.0.0/16'], ...at(80) }],
    otherwise: at(81),
  }),
});
