import { RangeRegistry } from '../../constructs/network/range-registry';

/** The networks, in the order in which they are joined. */
export const members = ['shop', 'billing', 'reports'] as const;
export type Member = (typeof members)[number];

/**
 * Where all of them get their addresses, so that no two ever overlap. An office that will be joined one day is in it already, and so
 * is where the other networks of this repository lie.
 */
export const register = new RangeRegistry({
  accounts: members,
  regions: ['home'],
  external: [
    { name: 'office', cidr: '192.168.0.0/16' },
    { name: 'other architectures', cidr: '10.0.0.0/10' },
  ],
});

/** The first range of each; the second is kept for a network that replaces it. */
export const ranges = Object.fromEntries(members.map((name) => [name, register.ranges(name, 'home')[0]])) as Record<
  Member,
  string
>;
