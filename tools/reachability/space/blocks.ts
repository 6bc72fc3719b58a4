import { addressFault, privateRanges, sharedRange } from '../../../lib/constructs/network/cidr';
import { address6Fault, compress6, expand6 } from '../../../lib/constructs/network/ipv6';

/** Which internet protocol an address belongs to. */
export type Family = 4 | 6;

/**
 * Where the addresses of a block lie when the template does not say: all blocks of one space move together, so that blocks
 * cut from one parameter can still be held against each other.
 */
export interface Space {
  readonly key: string;
  /** Why the addresses are not in the template, as a clause: `the parameter VpcCidr is chosen at deployment`. */
  readonly reason: string;
  /** Whether the addresses are known to be of the internet, hence outside every private range and apart from other spaces. */
  readonly isPublic: boolean;
}

/** A range of addresses, from one address to all of them. */
export interface Block {
  readonly family: Family;
  /** Within a space, first and last are counted from the space's unknown beginning. */
  readonly first: bigint;
  readonly last: bigint;
  /** Length of the prefix, where it is known. */
  readonly prefix?: number;
  readonly space?: Space;
  readonly text: string;
}

/** How a packet's address lies to the block of a rule. `part` and `unknown` mean that it may or may not be inside. */
export type Relation = 'inside' | 'apart' | 'part' | 'unknown';

const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);

/**
 * Reads a block or a single address. Bits behind the prefix are ignored, as EC2 ignores them.
 *
 * @returns the fault as a sentence when the text is neither
 */
export function parseBlock(text: string): Block | string {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family: Family = address.includes(':') ? 6 : 4;
  const fault = (family === 4 ? addressFault : address6Fault)('the block', address, text);
  if (fault) return fault;
  const prefix = prefixText === undefined ? bitsOf(family) : Number(prefixText);
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefixText ?? '0') || prefix > bitsOf(family))
    return `the block is ${text}; write a prefix from 0 to ${bitsOf(family)} behind one slash`;
  return blockAt(family, toNumber(address, family), prefix);
}

/** A block known to be well formed. */
export function block(text: string): Block {
  const parsed = parseBlock(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** Every address of a family. */
export const everywhere: Readonly<Record<Family, Block>> = { 4: block('0.0.0.0/0'), 6: block('::/0') };

/** Addresses the template does not tell. */
export function unknownBlock(family: Family, space: Space, text: string): Block {
  return { family, first: 0n, last: 2n ** BigInt(bitsOf(family)) - 1n, space, text };
}

/** A single address of the internet that is given at deployment, such as that of a load balancer. */
export function publicAddress(owner: string): Block {
  const space = {
    key: `public ${owner}`,
    reason: `the public address of ${owner} is given at deployment`,
    isPublic: true,
  };
  return { ...unknownBlock(4, space, `the public address of ${owner}`), last: 0n, prefix: 32 };
}

/**
 * Cuts equal blocks from another one, as `Fn::Cidr` does.
 *
 * @param hostBits size of the parts in bits
 */
export function cut(from: Block, count: number, hostBits: number): Block[] {
  const size = 2n ** BigInt(hostBits);
  const prefix = bitsOf(from.family) - hostBits;
  return Array.from({ length: count }, (_, i) => {
    const first = from.first + BigInt(i) * size;
    if (from.space === undefined) return blockAt(from.family, first, prefix);
    return { ...from, first, last: first + size - 1n, prefix, text: `/${prefix} number ${i} of ${from.text}` };
  });
}

/** How the addresses of a packet lie to the block a rule names. */
export function relation(packet: Block, rule: Block): Relation {
  if (packet.family !== rule.family) return 'apart';
  if (packet.space?.key === rule.space?.key) {
    if (rule.first <= packet.first && packet.last <= rule.last) return 'inside';
    return packet.last < rule.first || rule.last < packet.first ? 'apart' : 'part';
  }
  if (packet.space !== undefined && rule.space !== undefined)
    return packet.space.isPublic && rule.space.isPublic ? 'apart' : 'unknown';
  return packet.space !== undefined
    ? relationOfSpace(packet.space, rule, 'inside')
    : relationOfSpace(rule.space!, packet, 'part');
}

/** Whether two blocks may share an address. */
export const mayOverlap = (a: Block, b: Block): boolean => relation(a, b) !== 'apart';
/** Whether two blocks certainly share an address. */
export const overlap = (a: Block, b: Block): boolean => ['inside', 'part'].includes(relation(a, b));

/** Loopback addresses are of each host; a group that is to let nothing out names one. */
const privateBlocks = [...privateRanges, sharedRange, '127.0.0.0/8', '::1/128', 'fc00::/7', 'fe80::/10'].map(block);
const globalUnicast = block('2000::/3');

/** Whether a literal block lies in a range the internet does not carry. */
export const isPrivate = (one: Block): boolean =>
  one.space === undefined && privateBlocks.some((range) => relation(one, range) === 'inside');

function relationOfSpace(space: Space, literal: Block, whole: Relation): Relation {
  if (literal.first === 0n && literal.last === everywhere[literal.family].last) return whole;
  if (!space.isPublic) return 'unknown';
  if (isPrivate(literal)) return 'apart';
  return literal.family === 6 && relation(globalUnicast, literal) === 'inside' ? whole : 'unknown';
}

/** An address as text. */
export function addressText(family: Family, address: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((bits) => String((address >> bits) & 255n)).join('.');
  const hextets = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return compress6(hextets.join(':'));
}

function blockAt(family: Family, address: bigint, prefix: number): Block {
  const host = (1n << BigInt(bitsOf(family) - prefix)) - 1n;
  const first = address & ~host;
  return { family, first, last: first | host, prefix, text: `${addressText(family, first)}/${prefix}` };
}

function toNumber(address: string, family: Family): bigint {
  if (family === 6) return BigInt(`0x${expand6(address).replaceAll(':', '')}`);
  return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}
