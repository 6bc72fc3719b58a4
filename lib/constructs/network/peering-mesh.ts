import { Construct } from 'constructs';
import { refuse } from '../faults';
import { Peering } from './peering';
import type { PeeringSide } from './peering-routes';
import { blocksOf, overlapFaults } from './vpc-blocks';

export interface PeeringMeshProps {
  /** The networks, two or more, each by a name that stays: it is part of the construct ids. */
  readonly networks: Readonly<Record<string, PeeringSide>>;
  /**
   * Whether public host names of each network resolve to private addresses in the others.
   * @default false
   */
  readonly privateNames?: boolean;
  /**
   * Pairs that stay apart, by name. Neither then reaches the other, though both may reach a third.
   * @default - none; each network is joined with each other one
   */
  readonly apart?: readonly (readonly [string, string])[];
}

/** Two networks of a mesh and what joins them. */
export interface Pair {
  readonly one: string;
  readonly other: string;
  readonly peering: Peering;
}

/** Peerings a VPC takes until the quota is raised. */
const peeringsPerVpc = 50;

/**
 * Joins each network with each other one. Peering is not transitive, so n networks take n(n-1)/2 connections, and each table
 * that takes part has n-1 routes to peers. A network added at the end changes nothing between those before it.
 *
 * @claims network-peering-mesh, network-peering-overlap, network-peering-dns
 */
export class PeeringMesh extends Construct {
  /** All connections, in the order of the networks. */
  readonly pairs: readonly Pair[];
  private readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: PeeringMeshProps) {
    super(scope, id);
    const names = Object.keys(props.networks);
    const { apart = [] } = props;
    const isApart = (one: string, other: string) => apart.some((pair) => pair.includes(one) && pair.includes(other));
    const pairs = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other] as const));
    const side = (name: string) => props.networks[name];
    const blocks = (name: string) => ({ name, cidrs: side(name).cidrs ?? blocksOf(side(name).vpc) });
    refuse(this, [
      names.length < 2 && `networks are ${names.join(', ') || 'none'}; a mesh joins two or more`,
      names.length - 1 > peeringsPerVpc &&
        `networks are ${names.length}; a VPC takes ${peeringsPerVpc} peerings, so join at most ${peeringsPerVpc + 1}, or use a transit gateway`,
      ...apart.flatMap(([one, other]) => [
        ...[one, other].map(
          (name) =>
            !names.includes(name) && `apart names ${name}, which is no network; the networks are ${names.join(', ')}`,
        ),
        one === other && `apart names ${one} with itself; name two networks`,
      ]),
      ...pairs.flatMap(([one, other]) =>
        side(one).vpc === side(other).vpc
          ? [
              `networks ${one} and ${other} are both ${side(one).vpc.node.path}; a peering joins two VPCs, so leave one out`,
            ]
          : overlapFaults(blocks(one), blocks(other)),
      ),
    ]);

    this.names = names;
    this.pairs = pairs
      .filter(([one, other]) => !isApart(one, other))
      .map(([one, other]) => ({
        one,
        other,
        peering: new Peering(this, `${one}-${other}`, {
          requester: side(one),
          accepter: side(other),
          ...(props.privateNames !== undefined && { privateNames: props.privateNames }),
        }),
      }));
  }

  /** The connection between two of the networks, in either order. */
  between(one: string, other: string): Peering {
    const pair = this.pairs.find((each) => [each.one, each.other].sort().join() === [one, other].sort().join());
    refuse(this, [
      !pair && `there is no peering between ${one} and ${other}; the networks are ${this.names.join(', ')}`,
    ]);
    return pair!.peering;
  }
}
