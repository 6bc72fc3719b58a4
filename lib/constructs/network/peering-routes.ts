import { Token } from 'aws-cdk-lib';
import { CfnRoute, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { cidrFault } from './cidr';
import { beyondPeerFault, blocksOf, overlapFaults, type NamedBlocks } from './vpc-blocks';

/** A network of this app that takes part in a peering. */
export interface PeeringSide {
  readonly vpc: IVpc;
  /**
   * Whose route tables get routes to the peer.
   * @default - all subnets
   */
  readonly subnets?: readonly SubnetSelection[];
  /**
   * The IPv4 blocks of the VPC, in canonical form.
   * @default - as its template writes them; of an imported VPC its primary one
   */
  readonly cidrs?: readonly string[];
  /**
   * Which part of the peer is routed to, as blocks inside the peer's. Where two peers have the same addresses, a route to
   * one subnet of the one wins over a route to all of the other.
   * @default - all of it
   */
  readonly routeOnly?: readonly string[];
}

export interface PeeringRoutesProps extends PeeringSide {
  /** The peering connection, `pcx-…`. */
  readonly peeringId: string;
  /** The other network: its name, for messages, and its IPv4 blocks. */
  readonly peer: NamedBlocks;
}

/**
 * The routes of one side of a peering, in every table that takes part. `Peering` makes those of this app's sides; of a VPC
 * in another Region or account this block stands in its own stack, with the id of the connection.
 *
 * Routes are named by their subnet, so that a further subnet or zone moves none.
 *
 * @claims network-peering, network-peering-no-edge, network-peering-regions, network-overlap-solutions
 */
export class PeeringRoutes extends Construct {
  /** The blocks of this side. */
  readonly cidrs: readonly string[];

  constructor(scope: Construct, id: string, props: PeeringRoutesProps) {
    super(scope, id);
    const { vpc, peer, routeOnly, cidrs = blocksOf(vpc) } = props;
    const malformed = [
      ...cidrs.map((cidr) => blockFault('cidrs', cidr)),
      ...peer.cidrs.map((cidr) => blockFault(`cidrs of ${peer.name}`, cidr)),
      ...(routeOnly ?? []).map((cidr) => blockFault('routeOnly', cidr)),
    ];
    refuse(this, malformed);
    refuse(this, [
      ...overlapFaults({ name: vpc.node.path, cidrs }, peer),
      ...(routeOnly ?? []).map((cidr) => beyondPeerFault('routeOnly', cidr, peer)),
      routeOnly?.length === 0 &&
        `routeOnly is empty, so nothing of ${peer.name} would be reached; name blocks of ${peer.cidrs.join(', ')}, or leave it out`,
    ]);

    this.cidrs = cidrs;
    const subnets = (props.subnets ?? [{ subnets: everySubnet(vpc) }]).flatMap(
      (selection) => vpc.selectSubnets(selection).subnets,
    );
    const tables = new Map(subnets.map((subnet) => [subnet.routeTable.routeTableId, subnet.node.id] as const));
    for (const [routeTableId, name] of tables)
      for (const destinationCidrBlock of routeOnly ?? peer.cidrs)
        new CfnRoute(this, `${name}To${Token.isUnresolved(destinationCidrBlock) ? 'Peer' : destinationCidrBlock}`, {
          routeTableId,
          destinationCidrBlock,
          vpcPeeringConnectionId: props.peeringId,
        });
  }
}

const everySubnet = (vpc: IVpc) => [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets];

const blockFault = (name: string, cidr: string): string | undefined =>
  Token.isUnresolved(cidr) ? undefined : cidrFault(name, cidr);
