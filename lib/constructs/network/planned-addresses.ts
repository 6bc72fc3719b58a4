import { Fn } from 'aws-cdk-lib';
import type {
  AllocatedSubnet,
  AllocateCidrRequest,
  AllocateIpv6CidrRequest,
  AllocateVpcIpv6CidrRequest,
  CfnVPCCidrBlock,
  CreateIpv6CidrBlocksRequest,
  IIpAddresses,
  IIpv6Addresses,
  SubnetIpamOptions,
  VpcIpamOptions,
} from 'aws-cdk-lib/aws-ec2';
import { prefixOf } from './cidr';
import { deployTimeSubnet, type IpamPool } from './ipam-pool';
import type { AddressPlan, Slot } from './address-plan';
import type { Ipv6Block } from './ipv6-block';

/** A block that is drawn from a pool at deployment. */
export interface PoolDraw {
  readonly pool: IpamPool;
  /** Size of the block as a netmask length, 16 to 28 and within the pool's bounds. */
  readonly netmaskLength: number;
}

/**
 * Hands the blocks of a plan to an `ec2.Vpc`, which otherwise carves its range by the number of zones and tiers it happens
 * to have: two zones becoming three would move every subnet.
 *
 * It remembers what was asked for, so each VPC needs one of its own.
 */
export class PlannedAddresses implements IIpAddresses, IIpv6Addresses {
  readonly amazonProvided = true;
  private requested: Slot[] = [];

  constructor(
    private readonly plan: AddressPlan,
    private readonly ipv6?: Ipv6Block | undefined,
    private readonly pool?: PoolDraw | undefined,
  ) {}

  allocateVpcCidr(): VpcIpamOptions {
    if (!this.pool) return { cidrBlock: this.plan.cidr };
    return { ipv4IpamPoolId: this.pool.pool.poolId, ipv4NetmaskLength: this.pool.netmaskLength };
  }

  allocateSubnetsCidr({ requestedSubnets, vpcCidr }: AllocateCidrRequest): SubnetIpamOptions {
    this.requested = requestedSubnets.map(({ configuration, subnetConstructId }) =>
      this.plan.slot(configuration.name, Number(/\d+$/.exec(subnetConstructId)![0]) - 1),
    );
    const { slots } = this.plan;
    const hostBits = 32 - prefixOf(slots[0].cidr);
    return {
      allocatedSubnets: this.requested.map(({ cidr, index }): AllocatedSubnet => ({
        cidr: this.pool ? deployTimeSubnet(vpcCidr, index, slots.length, hostBits) : cidr,
      })),
    };
  }

  allocateVpcIpv6Cidr({ scope, vpcId }: AllocateVpcIpv6CidrRequest): CfnVPCCidrBlock {
    return this.ipv6!.associate(scope, vpcId);
  }

  /** The number of blocks is the plan's, not that of the subnets there are today, so that no block ever moves. */
  createIpv6CidrBlocks({ ipv6SelectedCidr }: CreateIpv6CidrBlocksRequest): string[] {
    return Fn.cidr(ipv6SelectedCidr, this.plan.slots.length, '64');
  }

  allocateSubnetsIpv6Cidr({ allocatedSubnets, ipv6Cidrs }: AllocateIpv6CidrRequest): SubnetIpamOptions {
    return {
      allocatedSubnets: allocatedSubnets.map(({ cidr }, i) => ({
        cidr,
        ipv6Cidr: Fn.select(this.requested[i].index, ipv6Cidrs),
      })),
    };
  }
}
