import type { Resource } from '../parse/resource';
import { asMap, isMap, Unknown, type Tri, type Value } from '../parse/values';
import { all } from '../space/extent';
import type { Filters } from './filters';
import type { Element, Interface, SecurityGroup, Subnet, Vpc } from './network';
import type { Site } from './site';
import type { Vpcs } from './vpcs';

/** What the makers of elements work with. */
export interface Ground {
  readonly site: Site;
  readonly vpcs: Vpcs;
  readonly filters: Filters;
}

/** What interfaces of one element have in common. */
export interface Placement {
  readonly subnets: readonly Subnet[];
  /** Nothing for interfaces that no group filters. */
  readonly groups?: readonly SecurityGroup[];
  readonly isPublic: Tri | ((subnet: Subnet) => Tri);
  readonly hasV6: Tri | ((subnet: Subnet) => Tri);
  readonly forwards?: Tri;
  readonly privateBecause?: string;
}

/** One interface in each subnet, each of a machine of its own. */
export function interfacesOf(name: string, key: string, placement: Placement): Interface[] {
  const { subnets, groups, isPublic, hasV6, forwards = false, privateBecause } = placement;
  return subnets.map((subnet) => ({
    host: `${key} in ${subnet.key}`,
    name,
    subnet,
    ...(groups && { groups }),
    ...(subnet.v4 && { v4: subnet.v4 }),
    ...(subnet.v6 && { v6: { block: subnet.v6, has: typeof hasV6 === 'function' ? hasV6(subnet) : hasV6 } }),
    hasPublic: subnet.v4 === undefined ? false : typeof isPublic === 'function' ? isPublic(subnet) : isPublic,
    forwards,
    ...(privateBecause !== undefined && { privateBecause }),
  }));
}

/** An element with what most have; the rest is given. */
export function elementFrom(resource: Resource, own: Partial<Element> & Pick<Element, 'interfaces'>): Element {
  return {
    key: resource.key,
    type: resource.type,
    exists: resource.exists,
    listens: all,
    listensBecause: 'listens on every port',
    opens: { to: 'anyone' },
    isFleet: false,
    path: resource.path,
    logicalId: resource.logicalId,
    fullPath: resource.fullPath,
    isNamedByPath: resource.isNamedByPath,
    doors: [],
    accelerations: [],
    ...own,
  };
}

/** The groups a property lists; without any, the default one of the VPC. */
export function groupsOf(
  { filters }: Ground,
  values: readonly Value[],
  vpc: Vpc | undefined,
): readonly SecurityGroup[] {
  const named = values.filter((value) => value !== undefined);
  if (named.length > 0) return named.map((value) => filters.group(value));
  return vpc === undefined ? [] : [vpc.defaultGroup];
}

/** The VPC that groups belong to tells where subnets are that the templates only mention. */
export const homeOf = (groups: readonly SecurityGroup[]): Vpc | undefined => groups.find(({ vpc }) => vpc)?.vpc;

/** The groups and subnets two properties list, each helping to understand the other. */
export function placeOf(ground: Ground, subnets: readonly Value[], groups: readonly Value[]) {
  const named = groupsOf(ground, groups, undefined);
  const places = subnets.map((value) => ground.vpcs.subnet(subnetValue(value), homeOf(named)));
  return { subnets: distinct(places), groups: named.length > 0 ? named : groupsOf(ground, [], places[0]?.vpc) };
}

/** Some properties list subnets inside objects. */
const subnetValue = (value: Value): Value =>
  isMap(value) ? (asMap(value).SubnetId ?? new Unknown('a subnet is chosen at deployment')) : value;

export const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];
