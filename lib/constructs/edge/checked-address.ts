import { contains } from '../network/cidr';
import { contains6 } from '../network/ipv6';

/** Blocks that the internet does not route to anybody (RFC 6890). */
const unrouted: readonly (readonly [block: string, what: string])[] = [
  ['0.0.0.0/8', '"this network"'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared by carriers'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'for documentation'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'for benchmarks'],
  ['198.51.100.0/24', 'for documentation'],
  ['203.0.113.0/24', 'for documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
];
const unrouted6: readonly (readonly [block: string, what: string])[] = [
  ['::1/128', 'loopback'],
  ['2001:db8::/32', 'for documentation'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
];

/** Why checkers on the internet cannot ask an address; nothing if they can. */
export function unreachableFault(name: string, address: string): string | undefined {
  const [, what] =
    (address.includes(':')
      ? unrouted6.find(([block]) => contains6(block, address))
      : unrouted.find(([block]) => contains(block, address))) ?? [];
  return (
    what &&
    `${name} is ${address}, ${what}; checkers come over the internet, so give a public address, or look through an alarm with HealthSignal.alarm`
  );
}

/** Why a block of addresses never asks over the internet; nothing if it may. */
export function privateBlockFault(name: string, block: string): string | undefined {
  const [, what] =
    (block.includes(':')
      ? unrouted6.find(([outer]) => contains6(outer, block))
      : unrouted.find(([outer]) => contains(outer, block))) ?? [];
  return what && `${name} is ${block}, ${what}; nobody asks from there over the internet, so that it never matches`;
}
