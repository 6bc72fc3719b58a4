import type { GeoLocation } from 'aws-cdk-lib/aws-route53';
import { outsideRange } from '../faults';
import { cidrFault, overlaps } from '../network/cidr';
import { cidr6Fault, contains6 } from '../network/ipv6';
import { privateBlockFault } from './checked-address';
import { regionFault } from './region-places';
import type { AddressTarget, NearTarget, RoutedTarget, WeightedTarget } from './routing-policy';

type Faults = (string | undefined | false)[];

const missingDefault =
  'otherwise is not given, so that clients who match nothing would get no answer; say who answers them';

export const weightFaults = (targets: readonly WeightedTarget[]): Faults =>
  targets.map(({ weight }) => outsideRange('weight', weight, 0, 255));

/** `US-WA`, `IN` or `EU`. */
export const placeLabel = ({ continentCode, countryCode, subdivisionCode }: GeoLocation): string =>
  subdivisionCode === undefined ? (continentCode ?? countryCode ?? '') : `${countryCode}-${subdivisionCode}`;

export function geolocationFaults(places: readonly GeoLocation[], otherwise: RoutedTarget | undefined): Faults {
  const labels = places.map(placeLabel);
  return [
    otherwise === undefined && missingDefault,
    ...labels
      .filter((label, at) => labels.indexOf(label) < at)
      .map((label) => `place is ${label} for two targets; give each place one`),
    labels.includes('*') && 'place is the default; give it as otherwise',
  ];
}

export const nearLabel = ({ at }: NearTarget): string =>
  at.region ?? at.localZoneGroup ?? (at.coordinates ?? []).join(' ');

export function proximityFaults(targets: readonly NearTarget[]): Faults {
  return targets.flatMap(({ at, bias, id }) => {
    const { region, localZoneGroup, coordinates } = at;
    const given = [region, localZoneGroup, coordinates].filter((one) => one !== undefined);
    return [
      given.length !== 1 &&
        `at of ${id ?? 'a target'} has ${Object.keys(at).join(' and ') || 'nothing'}; give one of region, localZoneGroup and coordinates`,
      region !== undefined && regionFault('region', region),
      localZoneGroup !== undefined &&
        !/^[a-z]{2}(-[a-z]+)+-\d-[a-z]{3}-\d[a-z]?$/.test(localZoneGroup) &&
        `localZoneGroup is ${localZoneGroup}; give the name of a group such as us-west-2-lax-1`,
      ...coordinateFaults(coordinates),
      outsideRange('bias', bias, -99, 99),
    ];
  });
}

function coordinateFaults(coordinates: readonly [number, number] | undefined): Faults {
  if (coordinates === undefined) return [];
  return coordinates.map((degrees, at) => {
    const [name, most] = at === 0 ? ['latitude', 90] : ['longitude', 180];
    return (
      (Math.abs(degrees) > Number(most) || Math.abs(degrees * 100 - Math.round(degrees * 100)) > 1e-6) &&
      `${name} is ${degrees}; give -${most} to ${most} degrees with two decimals at most`
    );
  });
}

export function addressBlockFaults(targets: readonly AddressTarget[], otherwise: RoutedTarget | undefined): Faults {
  const blocks = targets.flatMap((target) => target.blocks);
  const names = targets.map(({ location }) => location);
  const sound = blocks.filter((block) => blockFault(block) === undefined);
  return [
    otherwise === undefined && missingDefault,
    ...names
      .filter((name) => !/^[\w-]{1,16}$/.test(name))
      .map((name) => `location is ${name}; give 1 to 16 letters, digits, - and _`),
    ...names
      .filter((name, at) => names.indexOf(name) < at)
      .map((name) => `location is ${name} for two targets; give each location one`),
    ...targets.map(
      ({ location, blocks: own }) => own.length === 0 && `blocks of ${location} are none; give at least one`,
    ),
    ...blocks.map(blockFault),
    ...sound.map((block, at) => {
      const other = sound.slice(0, at).find((before) => share(before, block));
      return other !== undefined && `blocks have ${other} and ${block}, which overlap; give each address one location`;
    }),
  ];
}

function blockFault(block: string): string | undefined {
  const six = block.includes(':');
  const fault = six ? cidr6Fault('blocks', block) : cidrFault('blocks', block);
  if (fault) return fault;
  const [prefix, longest] = [Number(block.split('/')[1]), six ? 48 : 24];
  if (prefix > longest)
    return `blocks has ${block}, longer than /${longest}; resolvers tell no more of an address, so give the block of /${longest} around it`;
  if (prefix === 0) return `blocks has ${block}, which is everybody; give it as otherwise`;
  return privateBlockFault('blocks', block);
}

function share(one: string, other: string): boolean {
  if (one.includes(':') !== other.includes(':')) return false;
  return one.includes(':') ? contains6(one, other) || contains6(other, one) : overlaps(one, other);
}
