import { addressText, block, isPrivate, relation, type Block } from '../space/blocks';

/** What is left of a block without the smaller ones in it. */
export interface Piece {
  /** The block it is the rest of. */
  readonly of: Block;
  /** An address of it, which stands for all of them. */
  readonly address: Block;
}

/** Never an address of the internet: this network, loopback, link-local, multicast, reserved, and the private ranges. */
const holes = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/3', 'fe80::/10', 'ff00::/8'],
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
].map(block);

/** Whether the internet has addresses of a block at all. */
export const isOnInternet = (one: Block): boolean => !holes.some((hole) => relation(one, hole) === 'inside');

/** The root and every block in it, each with an address that is in no smaller block; those without one are gone. */
export function piecesOf(root: Block, blocks: readonly Block[]): Piece[] {
  const all = [root, ...blocks.filter((one) => one.prefix !== root.prefix || one.first !== root.first)];
  return all.flatMap((of): Piece[] => {
    const inner = [...all, ...(isPrivate(of) ? [] : holes)].filter(
      (other) => other !== of && relation(other, of) === 'inside' && relation(of, other) !== 'inside',
    );
    const free = firstFree(of, inner);
    return free === undefined ? [] : [{ of, address: addressAt(of, free) }];
  });
}

function firstFree(of: Block, inner: readonly Block[]): bigint | undefined {
  let address = of.first;
  for (const { first, last } of [...inner].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)))
    if (first <= address && last >= address) address = last + 1n;
  return address <= of.last ? address : undefined;
}

const addressAt = (of: Block, address: bigint): Block => ({
  ...of,
  first: address,
  last: address,
  prefix: of.family === 4 ? 32 : 128,
  text: addressText(of.family, address),
});
