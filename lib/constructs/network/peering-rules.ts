import { Token } from 'aws-cdk-lib';
import { CfnRoute, CfnRouteTable, CfnVPC, CfnVPCPeeringConnection } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { NetworkRule, resolved, targetOf } from './network-rule';
import { anywhere } from './ports';
import { beyondPeerFault, blocksOfResource, overlapFaults, type NamedBlocks } from './vpc-blocks';

const elsewhere = new WeakMap<IConstruct, NamedBlocks>();

/** Says which blocks the other side of a peering has, where it is not of this app, so that routes can be held against them. */
export const peerHas = (peering: CfnVPCPeeringConnection, peer: NamedBlocks): unknown => elsewhere.set(peering, peer);

/**
 * What holds for peerings and routes to them, whoever writes them: two different VPCs that share no address, and no route
 * that wants more of the peer than the peer's own addresses.
 *
 * @claims network-peering, network-peering-overlap, network-peering-no-edge
 */
export class PeeringRules extends NetworkRule {
  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnVPCPeeringConnection) return peeringFaults(node);
    if (node instanceof CfnRoute && node.vpcPeeringConnectionId !== undefined) return [routeFault(node)];
    return [];
  }
}

function peeringFaults(peering: CfnVPCPeeringConnection): (string | false)[] {
  const [own, peer] = [targetOf(peering.vpcId), targetOf(peering.peerVpcId)];
  if (own !== undefined && own === peer)
    return [`vpcId and peerVpcId are both ${own.node.path}; a peering joins two VPCs, so name another one`];
  return own instanceof CfnVPC && peer instanceof CfnVPC ? overlapFaults(named(own), named(peer)) : [];
}

function routeFault(route: CfnRoute): string | undefined | false {
  const destination = resolved(route, route.destinationCidrBlock ?? route.destinationIpv6CidrBlock);
  if (typeof destination !== 'string' || Token.isUnresolved(destination)) return undefined;
  const peering = targetOf(route.vpcPeeringConnectionId);
  const table = targetOf(route.routeTableId);
  const own = table instanceof CfnRouteTable ? targetOf(table.vpcId) : undefined;
  if (peering instanceof CfnVPCPeeringConnection && own !== undefined) {
    const sides = [targetOf(peering.vpcId), targetOf(peering.peerVpcId)];
    const isSide = sides.includes(own);
    if (!isSide && !sides.includes(undefined))
      return `the route stands in a table of ${nameOf(own)}, which is no side of ${peering.node.path}; a peering serves its own two VPCs only, so peer this one too`;
    const peer = isSide ? sides.find((side) => side !== own) : undefined;
    const blocks = peer instanceof CfnVPC ? named(peer) : isSide ? elsewhere.get(peering) : undefined;
    if (blocks) return beyondPeerFault('the destination', destination, blocks);
  }
  return (
    (anywhere as readonly string[]).includes(destination) &&
    `the destination is ${destination}, which no peer has; a peering leads to the peer's own addresses only, so name a block of the peer, and send the rest to a gateway of this VPC`
  );
}

const nameOf = (vpc: IConstruct): string => vpc.node.path.replace(/\/Resource$/, '');

const named = (vpc: CfnVPC): NamedBlocks => ({ name: nameOf(vpc), cidrs: blocksOfResource(vpc) });
