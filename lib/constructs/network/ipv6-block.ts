import { CfnVPCCidrBlock } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

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
   * @param cidr the block, a /56 of that space
   */
  static pool(poolId: string, cidr: string): Ipv6Block {
    return new Block({ ipv6Pool: poolId, ipv6CidrBlock: cidr });
  }

  /** Associates the block with a VPC. */
  abstract associate(scope: Construct, vpcId: string): CfnVPCCidrBlock;
}

type Source = Pick<
  ConstructorParameters<typeof CfnVPCCidrBlock>[2],
  'amazonProvidedIpv6CidrBlock' | 'ipv6Pool' | 'ipv6CidrBlock'
>;

class Block extends Ipv6Block {
  constructor(private readonly source: Source) {
    super();
  }

  associate(scope: Construct, vpcId: string): CfnVPCCidrBlock {
    return new CfnVPCCidrBlock(scope, 'ipv6cidr', { vpcId, ...this.source });
  }
}
