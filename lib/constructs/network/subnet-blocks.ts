import type { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { outsideRange } from '../faults';
import { cidrFault, count, prefixOf, split, subnetFaults } from './cidr';
import { deployTimeSubnet } from './ipam-pool';

/**
 * Where the blocks of a network's subnets come from.
 *
 * @claims network-deploy-time-subnets, operations-cidr-function
 */
export abstract class SubnetBlocks {
  /** Written out, one for each subnet. */
  static listed(cidrs: readonly string[]): SubnetBlocks {
    return new Listed(cidrs);
  }

  /**
   * Carved from the VPC's block by CloudFormation at deployment (`Fn::Cidr`), so that only the VPC's block is written down.
   * Subnets take the pieces in order; those that are left over are for later.
   *
   * @param pieces how many equal pieces, 1 to 256
   * @param hostBits the size of each, as the number of bits that count its addresses: 12 gives a /20, 4 to 16
   */
  static carved(pieces: number, hostBits: number): SubnetBlocks {
    return new Carved(pieces, hostBits);
  }

  /** Everything that keeps so many subnets from getting their blocks in a VPC. */
  abstract faults(vpcCidr: string, subnets: number): (string | undefined | false)[];
  /** What the template says of the block of one subnet. */
  abstract inTemplate(vpc: CfnVPC, index: number): string;
  /** The blocks themselves, as far as there are any. */
  abstract in(vpcCidr: string): string[];
}

class Listed extends SubnetBlocks {
  constructor(private readonly cidrs: readonly string[]) {
    super();
  }

  faults(vpcCidr: string, subnets: number): (string | undefined | false)[] {
    return [
      ...(cidrFault('cidr', vpcCidr) === undefined ? subnetFaults([vpcCidr], this.cidrs) : []),
      this.cidrs.length !== subnets &&
        `blocks are ${this.cidrs.length}, but there are ${subnets} subnets; list one for each`,
    ];
  }

  inTemplate(_vpc: CfnVPC, index: number): string {
    return this.cidrs[index];
  }

  in(): string[] {
    return [...this.cidrs];
  }
}

class Carved extends SubnetBlocks {
  constructor(
    private readonly pieces: number,
    private readonly hostBits: number,
  ) {
    super();
  }

  faults(vpcCidr: string, subnets: number): (string | undefined | false)[] {
    const { pieces, hostBits } = this;
    const wrong = [outsideRange('pieces', pieces, 1, 256), outsideRange('hostBits', hostBits, 4, 16)];
    if (wrong.some(Boolean) || cidrFault('cidr', vpcCidr) !== undefined) return wrong;
    const room = Math.floor(count(vpcCidr) / 2 ** hostBits);
    return [
      pieces > room &&
        `pieces are ${pieces} of ${2 ** hostBits} addresses, but ${vpcCidr} holds ${room}; give at most ${room}, or fewer hostBits`,
      subnets > pieces &&
        `subnets are ${subnets}, but the block is cut into ${pieces} pieces, numbered 0 to ${pieces - 1}; cut more, or leave subnets out`,
    ];
  }

  inTemplate(vpc: CfnVPC, index: number): string {
    return deployTimeSubnet(vpc.attrCidrBlock, index, this.pieces, this.hostBits);
  }

  in(vpcCidr: string): string[] {
    return split(vpcCidr, Math.max(32 - this.hostBits, prefixOf(vpcCidr))).slice(0, this.pieces);
  }
}
