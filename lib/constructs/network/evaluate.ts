import { contains, prefixOf } from './cidr';
import { contains6 } from './ipv6';

/** A route: the local one, one written by hand, or one learnt from a gateway. */
export interface Route {
  readonly destination: string;
  readonly target: string;
  /** @default 'static' */
  readonly origin?: 'local' | 'static' | 'propagated';
}

const strength = { local: 2, static: 1, propagated: 0 } as const;

/**
 * The route a packet takes: the longest prefix that holds its destination, at equal length the local before a static before
 * a propagated one. A route more specific than local beats local.
 *
 * @returns nothing where no route matches, and the packet is dropped
 * @claims network-route-choice
 */
export function resolveRoute(table: readonly Route[], address: string): Route | undefined {
  const rank = (route: Route) => [lengthOf(route.destination), strength[route.origin ?? 'static']] as const;
  return table
    .filter(({ destination }) => holds(destination, address))
    .sort((a, b) => rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1])[0];
}

/** The two addresses of one interface that an internet gateway changes into each other. */
export interface AddressPair {
  readonly private: string;
  readonly public: string;
}

/** A packet on its way through an internet gateway. */
export interface Packet {
  readonly source: string;
  readonly destination: string;
}

/**
 * What an internet gateway makes of a packet: one-to-one translation for IPv4, so that the operating system never sees the
 * public address, and nothing for IPv6, whose addresses are public as they are.
 *
 * @param direction `out` to the internet, where the source changes; `in` from it, where the destination changes
 * @param pairs the interfaces with a public address
 * @returns nothing where no pair fits, and the packet is dropped
 * @claims network-igw-static-nat
 */
export function translate(packet: Packet, direction: 'out' | 'in', pairs: readonly AddressPair[]): Packet | undefined {
  if (packet.destination.includes(':')) return packet;
  const [end, from, to] =
    direction === 'out' ? (['source', 'private', 'public'] as const) : (['destination', 'public', 'private'] as const);
  const pair = pairs.find((one) => one[from] === packet[end]);
  return pair && { ...packet, [end]: pair[to] };
}

/** An entry of a network ACL, for one direction. */
export interface AclEntry {
  readonly number: number;
  readonly action: 'allow' | 'deny';
  /** 1 ICMP, 6 TCP, 17 UDP, -1 all. */
  readonly protocol: number;
  readonly cidr: string;
  /** First and last port, for TCP and UDP. @default - all */
  readonly ports?: readonly [number, number];
  /** ICMP type, -1 for all. @default -1 */
  readonly icmpType?: number;
}

/** A packet as an ACL sees it: the other side's address, and the port it is sent to. */
export interface AclPacket {
  readonly address: string;
  readonly protocol: number;
  readonly port?: number;
  readonly icmpType?: number;
}

export interface AclVerdict {
  readonly allowed: boolean;
  /** The number of the entry that decided; `*` is the last one of every ACL, which denies the rest. */
  readonly by: number | '*';
}

/**
 * What a network ACL does with a packet in one direction: entries from the lowest number up, the first match decides.
 *
 * @claims network-nacl-order
 */
export function evaluateNacl(entries: readonly AclEntry[], packet: AclPacket): AclVerdict {
  const first = [...entries].sort((a, b) => a.number - b.number).find((entry) => matches(entry, packet));
  return first ? { allowed: first.action === 'allow', by: first.number } : { allowed: false, by: '*' };
}

function matches({ protocol, cidr, ports, icmpType = -1 }: AclEntry, packet: AclPacket): boolean {
  if (!holds(cidr, packet.address)) return false;
  if (protocol === -1) return true;
  if (protocol !== packet.protocol) return false;
  if (protocol === 1) return icmpType === -1 || icmpType === packet.icmpType;
  return ports === undefined || (packet.port !== undefined && packet.port >= ports[0] && packet.port <= ports[1]);
}

function holds(cidr: string, address: string): boolean {
  const six = cidr.includes(':');
  if (six !== address.includes(':')) return false;
  return six ? contains6(cidr, address) : contains(cidr, address);
}

const lengthOf = (cidr: string): number => (cidr.includes(':') ? Number(cidr.split('/')[1]) : prefixOf(cidr));
