import { CfnNatGateway, CfnRoute, type ISubnet, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { refuse } from '../faults';
import { cidrFault, overlaps } from './cidr';
import type { TieredNetwork } from './tiered-network';
import { blocksOf } from './vpc-blocks';

export interface PrivateNatProps {
  /** The network whose addresses clash; it needs a secondary block that does not. */
  readonly network: TieredNetwork;
  /** The gateway's own subnet: a block inside a secondary one, by whose addresses its hosts are seen on the other side. */
  readonly cidr: string;
  /**
   * The zone it stands in, by its position from 0.
   * @default 0
   */
  readonly zone?: number;
  /** Whose hosts leave through it. */
  readonly subnets: readonly SubnetSelection[];
  /** What they reach: a block of the other network that overlaps none of this one's, such as the other's secondary block. */
  readonly destination: string;
  /** The transit gateway between the two, `tgw-…`; a peering is refused between networks that share any address. */
  readonly transitGatewayId: string;
  /**
   * The attachment of this network, without which its tables take no route to the transit gateway.
   * @default - it was there before
   */
  readonly attachment?: IDependable;
}

/**
 * Lets hosts of a network open connections to one with the same addresses: a private NAT gateway in a block that does not
 * clash shows them under its own address, behind a transit gateway that routes only such blocks. It has no public address.
 *
 * One direction only: for the other, that side puts a load balancer into its own secondary block. Where one service is all
 * that is wanted, a `PrivateService` is less to run.
 *
 * @claims network-overlap-solutions
 */
export class PrivateNat extends Construct {
  readonly subnet: ISubnet;
  /** The gateway, `nat-…`. */
  readonly natGatewayId: string;

  constructor(scope: Construct, id: string, props: PrivateNatProps) {
    super(scope, id);
    const { network, destination, transitGatewayId, zone = 0 } = props;
    const clash = cidrFault('destination', destination) ? undefined : clashOf(network, destination);
    refuse(this, [
      cidrFault('destination', destination),
      clash !== undefined &&
        `destination is ${destination}, which overlaps ${clash} of this network, so packets to it never leave; give the other side a secondary block such as 100.65.0.0/16, and name that`,
    ]);

    this.subnet = network.addSubnet(id, props.cidr, zone);
    this.natGatewayId = new CfnNatGateway(this, 'Gateway', {
      connectivityType: 'private',
      subnetId: this.subnet.subnetId,
    }).attrNatGatewayId;
    const served = props.subnets.flatMap((selection) => network.vpc.selectSubnets(selection).subnets);
    for (const { node, routeTable } of served)
      new CfnRoute(this, `From${node.id}`, {
        routeTableId: routeTable.routeTableId,
        destinationCidrBlock: destination,
        natGatewayId: this.natGatewayId,
      });
    const onwards = new CfnRoute(this, 'Onwards', {
      routeTableId: this.subnet.routeTable.routeTableId,
      destinationCidrBlock: destination,
      transitGatewayId,
    });
    if (props.attachment) onwards.node.addDependency(props.attachment);
  }
}

const clashOf = (network: TieredNetwork, destination: string): string | undefined =>
  blocksOf(network.vpc).find((block) => overlaps(block, destination));
