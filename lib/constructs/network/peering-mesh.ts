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
  readonly peerings: readonly Peering[];
  private readonly byPair = new Map<string, Peering>();
  private readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: PeeringMeshProps) {
    super(scope, id);
    const names = Object.keys(props.networks);
    const pairs = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other] as const));
    const side = (name: string) => props.networks[name];
    const blocks = (name: string) => ({ name, cidrs: side(name).cidrs ?? blocksOf(side(name).vpc) });
    refuse(this, [
      names.length < 2 && `networks are ${names.join(', ') || 'none'}; a mesh joins two or more`,
      names.length - 1 > peeringsPerVpc &&
        `networks are ${names.length}; a VPC takes ${peeringsPerVpc} peerings, so join at most ${peeringsPerVpc + 1}, or use a transit gateway`,
      ...pairs.flatMap(([one, other]) =>
        side(one).vpc === side(other).vpc
          ? [
              `networks ${one} and ${other} are both ${side(one).vpc.node.path}; a peering joins two VPCs, so leave one out`,
            ]
          : overlapFaults(blocks(one), blocks(other)),
      ),
    ]);

    this.names = names;
    this.peerings = pairs.map(([one, other]) => {
      const peering = new Peering(this, `${one}-${other}`, {
        requester: side(one),
        accepter: side(other),
        ...(props.privateNames !== undefined && { privateNames: props.privateNames }),
      });
      this.byPair.set(`${one} ${other}`, peering);
      return peering;
    });
  }

  /** The connection between two of the networks, in either order. */
  between(one: string, other: string): Peering {
    const peering = this.byPair.get(`${one} ${other}`) ?? this.byPair.get(`${other} ${one}`);
    refuse(this, [
      !peering && `there is no peering between ${one} and ${other}; the networks are ${this.names.join(', ')}`,
    ]);
    return peering!;
  }
}
