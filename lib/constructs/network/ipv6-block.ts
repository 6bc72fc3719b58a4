import { Token } from 'aws-cdk-lib';
import { CfnVPCCidrBlock } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { cidr6Fault } from './ipv6';

/**
 * Where the IPv6 addresses of a dual-stack network come from.
 *
 * @claims network-ipv6-block
 */
export abstract class Ipv6Block {
  /** A /56 of Amazon's: room for 256 subnets of /64. */
  static amazonProvided(): Ipv6Block {
    return new Block({ amazonProvidedIpv6CidrBlock: true });
  }

  /**
   * A block of your own address space, brought to AWS before.
   *
   * @param poolId the pool the space was brought into, `ipv6pool-ec2-…`
   * @param cidr the block, a /56 of that space in canonical form
   */
  static pool(poolId: string, cidr: string): Ipv6Block {
    const fault = Token.isUnresolved(cidr) ? undefined : poolFault(cidr);
    if (fault) throw new Error(`Ipv6Block.pool: ${fault}`);
    return new Block({ ipv6Pool: poolId, ipv6CidrBlock: cidr });
  }

  /** Associates the block with a VPC. */
  abstract associate(vpc: Construct, vpcId: string): CfnVPCCidrBlock;
}

const poolFault = (cidr: string): string | undefined =>
  cidr6Fault('cidr', cidr) ??
  (cidr.endsWith('/56') ? undefined : `cidr is ${cidr}; a VPC takes a /56 here, room for 256 subnets of /64`);

type Source = Pick<
  ConstructorParameters<typeof CfnVPCCidrBlock>[2],
  'amazonProvidedIpv6CidrBlock' | 'ipv6Pool' | 'ipv6CidrBlock'
>;

class Block extends Ipv6Block {
  constructor(private readonly source: Source) {
    super();
  }

  associate(vpc: Construct, vpcId: string): CfnVPCCidrBlock {
    return new CfnVPCCidrBlock(vpc, 'Ipv6Block', { vpcId, ...this.source });
  }
}
