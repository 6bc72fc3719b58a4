import { all } from '../space/extent';
import type { Element, Network, SecurityGroup, Subnet } from './network';
import { interfacesOf } from './placing';

/** A host that no template holds yet: what would it reach, and who would reach it, if it stood there? */
export interface Guest {
  /** A tier, or subnets by the ends of their names. */
  readonly subnets: string | readonly string[];
  /**
   * Security groups by the ends of their paths.
   * @default - none stands in its way
   */
  readonly groups?: string | readonly string[];
  /**
   * Whether it has a public address.
   * @default - what its subnet gives
   */
  readonly isPublic?: boolean;
}

/** Makes elements of guests, by their names. */
export function guestElements(network: Network, guests: Readonly<Record<string, Guest>>): Element[] {
  return Object.entries(guests).map(([name, guest]): Element => {
    const subnets = [guest.subnets].flat().flatMap((one) => subnetsNamed(network, one, name));
    const groups =
      guest.groups === undefined ? undefined : [guest.groups].flat().map((one) => groupNamed(network, one, name));
    return {
      key: `guest ${name}`,
      type: 'guest',
      exists: true,
      interfaces: interfacesOf(name, `guest ${name}`, {
        subnets,
        ...(groups && { groups }),
        isPublic: (subnet) => guest.isPublic ?? subnet.mapsPublic,
        hasV6: (subnet) => subnet.assignsV6,
      }),
      listens: all,
      listensBecause: 'listens on every port',
      opens: { to: 'anyone' },
      isFleet: true,
      path: name,
      fullPath: name,
      logicalId: name,
      isNamedByPath: true,
      doors: [],
      accelerations: [],
    };
  });
}

/** Subnets of a tier, or the one of a name. */
export function findSubnets({ subnets }: Network, name: string): readonly Subnet[] {
  const tier = subnets.filter((subnet) => subnet.tier === name);
  if (tier.length > 0) return tier;
  return subnets.filter(({ name: path, key }) => path === name || key === name || path.endsWith(`/${name}`));
}

function subnetsNamed(network: Network, name: string, guest: string): readonly Subnet[] {
  const found = findSubnets(network, name);
  if (found.length > 0) return found;
  const tiers = [...new Set(network.subnets.map(({ tier }) => tier))];
  throw new Error(
    `the guest ${guest} is to stand in "${name}", but the network has no such subnets; it has ${tiers.join(', ')}`,
  );
}

function groupNamed({ groups }: Network, name: string, guest: string): SecurityGroup {
  const tests: readonly ((group: SecurityGroup) => boolean)[] = [
    ({ name: path, key }) => path === name || key === name,
    ({ name: path }) => path.endsWith(`/${name}`),
    ({ name: path }) => `/${path}`.endsWith(`/${name}/Group`) || `/${path}`.endsWith(`/${name}/SecurityGroup`),
    ({ name: path }) => path.replace(/[0-9A-F]{8}$/, '').endsWith(name),
  ];
  for (const test of tests) {
    const found = groups.filter(test);
    if (found.length === 1) return found[0];
    if (found.length > 1)
      throw new Error(
        `the guest ${guest} is to be in the group "${name}", which may be ${found.map((one) => one.name).join(' or ')}`,
      );
  }
  throw new Error(
    `the guest ${guest} is to be in the group "${name}", but the templates have no such group; they have ${groups.map((one) => one.name).join(', ')}`,
  );
}
