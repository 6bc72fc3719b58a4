import type { Outside } from '../evaluate/packet';
import { Unknown } from '../parse/values';
import { everywhere, relation, unknownBlock, type Block, type Family } from '../space/blocks';
import type { Network } from './network';
import { officeOf, officesOf } from './offices';
import { isOnInternet, piecesOf, type Piece } from './pieces';

/**
 * The world outside the templates, cut into as many pieces as the templates tell apart. Rules speak of blocks; two addresses
 * that lie in the same blocks are treated alike, so one of them stands for all.
 */
export interface World {
  /** The internet as a whole: everything no rule singles out. */
  readonly internet: Readonly<Record<Family, readonly Outside[]>>;
  /** Ranges of the internet that some rule singles out, and networks behind VPNs and foreign peerings. */
  readonly ranges: readonly Outside[];
  /** AWS services with gateway endpoints. */
  readonly services: readonly Outside[];
}

/** Blocks larger than these are parts of the internet; smaller ones are somebody's. */
const largestRange: Readonly<Record<Family, number>> = { 4: 8, 6: 16 };

export function worldOf(network: Network): World {
  const named = namedBlocks(network);
  const pieces = ([4, 6] as const).flatMap((family) =>
    piecesOf(
      everywhere[family],
      named.filter((one) => one.family === family && isOnInternet(one)),
    ),
  );
  const isRange = ({ of }: Piece) => (of.prefix ?? 0) >= largestRange[of.family];
  const whole = (family: Family): Outside[] => {
    const mine = pieces.filter(({ of }) => of.family === family);
    const open = mine.filter((piece) => !isRange(piece));
    const name = family === 4 ? 'internet' : 'internet6';
    return (open.length > 0 ? open : mine).map(({ address }) => ({ name, kind: 'internet', block: address }));
  };
  return {
    internet: { 4: whole(4), 6: whole(6) },
    ranges: [
      ...pieces
        .filter(isRange)
        .map(({ of, address }): Outside => ({ name: of.text, kind: 'internet', block: address })),
      ...officesOf(network, named),
    ],
    services: servicesOf(network),
  };
}

/** A place in the world that nobody named: an address or a block of the internet, or of an office. */
export const outsideAt = (one: Block, network: Network): Outside =>
  officeOf(one, network) ?? { name: one.text, kind: 'internet', block: one };

/** Every block that a rule, an entry or a route names, once; those inside the templates' own VPCs are no part of the world. */
function namedBlocks({ groups, subnets, vpcs }: Network): Block[] {
  const found = new Map<string, Block>();
  const add = (one: Block | Unknown) => {
    if (!(one instanceof Unknown) && one.space === undefined) found.set(one.text, one);
  };
  for (const { peer } of groups.flatMap(({ ingress, egress }) => [...ingress, ...egress]))
    if (!(peer instanceof Unknown) && 'blocks' in peer) peer.blocks.forEach(add);
  for (const acl of new Set(subnets.map((subnet) => subnet.acl))) for (const entry of acl.entries) add(entry.block);
  const edges = vpcs.map(({ internetGateway }) => internetGateway?.edgeTable);
  for (const table of new Set([...subnets.map((subnet) => subnet.table), ...edges]))
    for (const route of table?.routes ?? []) add(route.destination);
  const own = vpcs.flatMap(({ blocks }) => blocks);
  return [...found.values()].filter((one) => !own.some((other) => relation(one, other) === 'inside'));
}

/** S3 and DynamoDB stand on the internet, at addresses of their own; endpoints are shorter ways to them. */
function servicesOf({ subnets }: Network): Outside[] {
  const names = new Set<string>();
  for (const table of new Set(subnets.map((subnet) => subnet.table)))
    for (const { target } of table.routes) if (target.to === 'service') names.add(target.service);
  return [...names].map(serviceAt);
}

/** An AWS service by its name, `s3`. */
export function serviceAt(name: string): Outside {
  const reason = `the addresses of ${name} are not in the templates`;
  const space = { key: `service ${name}`, reason, isPublic: true };
  return { name, kind: 'service', block: unknownBlock(4, space, `the addresses of ${name}`) };
}
