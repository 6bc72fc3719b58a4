import { contains } from '../../lib/constructs/network/cidr';
import { distance, regionPlaces } from '../../lib/constructs/edge/region-places';
import type { DnsClient } from '../../lib/constructs/edge/record-set';

/** Somebody who asks: a network that has been where it is for decades. */
export interface KnownClient {
  readonly name: string;
  /** Whose network it is. */
  readonly network: string;
  readonly block: string;
  readonly place: NonNullable<DnsClient['place']>;
  readonly at: readonly [latitude: number, longitude: number];
}

/** Who asks in the examples: universities, and one block of AWS. */
export const knownClients: readonly KnownClient[] = [
  known('dublin', 'Trinity College', '134.226.0.0/16', ['EU', 'IE'], [53.3, -6.3]),
  known('oxford', 'University of Oxford', '129.67.0.0/16', ['EU', 'GB'], [51.8, -1.3]),
  known('barcelona', 'Universitat Politècnica de Catalunya', '147.83.0.0/16', ['EU', 'ES'], [41.4, 2.1]),
  known('mumbai', 'IIT Bombay', '103.21.124.0/22', ['AS', 'IN'], [19.1, 72.9]),
  known('tokyo', 'University of Tokyo', '133.11.0.0/16', ['AS', 'JP'], [35.7, 139.8]),
  known('berkeley', 'University of California', '128.32.0.0/16', ['NA', 'US', 'CA'], [37.9, -122.3]),
  known('madison', 'University of Wisconsin', '128.104.0.0/16', ['NA', 'US', 'WI'], [43.1, -89.4]),
  known('toronto', 'University of Toronto', '142.150.0.0/16', ['NA', 'CA'], [43.7, -79.4]),
  known('sydney', 'University of Sydney', '129.78.0.0/16', ['OC', 'AU'], [-33.9, 151.2]),
  known('virginia', 'EC2 in us-east-1', '18.234.0.0/16', ['NA', 'US', 'VA'], [39.0, -77.5]),
];

function known(
  name: string,
  network: string,
  block: string,
  [continent, country, subdivision]: readonly [string, string, string?],
  at: readonly [number, number],
): KnownClient {
  return { name, network, block, place: { continent, country, ...(subdivision && { subdivision }) }, at };
}

/** The client at an address; of one that nobody knows there is the address alone, and a place in Virginia, where AWS asks from. */
export function clientAt(address: string | undefined): DnsClient {
  const found = knownClients.find(
    ({ block }) => address !== undefined && !address.includes(':') && contains(block, address),
  );
  const { at } = found ?? knownClients.find(({ name }) => name === 'virginia')!;
  return {
    ...(address !== undefined && { address }),
    ...(found && { place: found.place }),
    at,
    latencies: latenciesFrom(at),
  };
}

/**
 * Latencies as distance alone would make them: a millisecond for each hundred kilometres, there and back. Route 53 has measured ones,
 * which follow cables and congestion.
 */
const latenciesFrom = (at: readonly [number, number]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(regionPlaces).map(([region, place]) => [region, Math.round(distance(at, place) / 100)]),
  );

/** An address of a client's network. */
export const addressOf = ({ block }: KnownClient): string => block.replace(/\.0\/\d+$/, '.10');
