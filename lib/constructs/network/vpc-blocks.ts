import { Token } from 'aws-cdk-lib';
import { CfnVPC, CfnVPCCidrBlock, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { contains, overlaps } from './cidr';
import { resourcesOf, same } from './network-rule';
import { anywhere } from './ports';

/** The IPv4 blocks of a VPC as its template writes them; one that a pool gives is known only at deployment, and a token. */
export function blocksOf(vpc: IVpc): string[] {
  const resource = vpc.node.defaultChild;
  return resource instanceof CfnVPC ? blocksOfResource(resource) : [vpc.vpcCidrBlock];
}

/** The same of the resource. */
export function blocksOfResource(vpc: CfnVPC): string[] {
  const further = resourcesOf(vpc, CfnVPCCidrBlock).filter(
    ({ cidrBlock, vpcId }) => cidrBlock !== undefined && same(vpc, vpcId, vpc.ref),
  );
  return [vpc.cidrBlock ?? vpc.attrCidrBlock, ...further.map(({ cidrBlock }) => cidrBlock!)];
}

/** Blocks under the name of what they belong to. */
export interface NamedBlocks {
  readonly name: string;
  readonly cidrs: readonly string[];
}

/**
 * Why two networks cannot be peered: a fault for each two of their blocks that share an address, be they primary or
 * secondary. Blocks that are known only at deployment pass.
 *
 * @claims network-peering-overlap
 */
export function overlapFaults(one: NamedBlocks, other: NamedBlocks): string[] {
  return written(one.cidrs).flatMap((a) =>
    written(other.cidrs)
      .filter((b) => overlaps(a, b))
      .map(
        (b) =>
          `${one.name} has ${a} and ${other.name} has ${b}, which overlap, so they cannot be peered; take ranges from a RangeRegistry, or offer what is needed by a PrivateService, to which addresses do not matter`,
      ),
  );
}

/**
 * Why a block cannot be reached by a peering: it leads to the peer's own addresses and no further.
 *
 * @claims network-peering-no-edge
 */
export function beyondPeerFault(name: string, destination: string, peer: NamedBlocks): string | undefined {
  if (Token.isUnresolved(destination) || peer.cidrs.includes(destination)) return undefined;
  const own = written(peer.cidrs);
  const isEverywhere = (anywhere as readonly string[]).includes(destination);
  if (!isEverywhere && (destination.includes(':') || own.length < peer.cidrs.length)) return undefined;
  return !isEverywhere && own.some((cidr) => contains(cidr, destination))
    ? undefined
    : `${name} is ${destination}, outside ${peer.name} (${own.join(', ') || 'whose blocks a pool gives'}); a peering leads neither to the peer's internet gateway, NAT, endpoints and VPN, nor to a third network, so name a block of the peer, and peer with the third network itself`;
}

const written = (cidrs: readonly string[]): string[] => cidrs.filter((cidr) => !Token.isUnresolved(cidr));
