import { BlockList, isIP } from 'node:net';

/** A value that a filter or a pattern compares with. */
export type Scalar = string | number | boolean | null;

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Bounds as services write them, `[">", 0, "<=", 9]`, as pairs. */
export const pairs = (bounds: readonly (string | number)[]): [string, number][] =>
  bounds.flatMap((bound, i) => (i % 2 === 0 ? [[String(bound), bounds[i + 1] as number] as [string, number]] : []));

/** Whether bounds are one or two comparisons with a number each. */
export const areBounds = (bounds: readonly (string | number)[]): boolean =>
  [2, 4].includes(bounds.length) &&
  pairs(bounds).every(([operator, bound]) => operator in comparisons && typeof bound === 'number');

/** Whether a number lies within bounds; services compare numbers up to `largest` only, and take larger ones for no match. */
export const isWithinBounds = (bounds: readonly (string | number)[], value: number, largest: number): boolean =>
  Math.abs(value) <= largest && pairs(bounds).every(([operator, bound]) => comparisons[operator](value, bound));

/** Whether an address, IPv4 or IPv6, lies in a range; false for what is no address. */
export function isWithinRange(address: string, cidr: string): boolean {
  const [network, bits] = cidr.split('/') as [string, string];
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** What a value holds when lists are looked through. */
export const items = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(items) : [value]);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
