import { Aws, Fn } from 'aws-cdk-lib';
import { CfnIPAM, CfnIPAMPool, CfnIPAMPoolCidr } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { cidrFault, count, prefixOf, privateRanges, contains } from './cidr';

export interface IpamPoolProps {
  /** The private range VPCs draw from, in canonical form, such as 10.32.0.0/12. */
  readonly cidr: string;
  /**
   * The largest block a VPC may draw, as a netmask length of 16 to 28.
   * @default 16
   */
  readonly minNetmaskLength?: number;
  /**
   * The smallest block a VPC may draw, as a netmask length of 16 to 28.
   * @default 28
   */
  readonly maxNetmaskLength?: number;
}

/**
 * A pool of this Region from which VPCs draw their range instead of having it typed: AWS keeps the register and hands out
 * no block twice.
 *
 * An account holds one IPAM; this block makes it.
 *
 * @claims network-ipam-pool
 */
export class IpamPool extends Construct {
  readonly poolId: string;
  /** What a VPC must wait for: until then the pool is empty. */
  readonly filled: CfnIPAMPoolCidr;
  private readonly bounds: readonly [number, number];

  constructor(scope: Construct, id: string, props: IpamPoolProps) {
    super(scope, id);
    const { cidr, minNetmaskLength = 16, maxNetmaskLength = 28 } = props;
    const malformed = cidrFault('cidr', cidr);
    refuse(this, [
      malformed,
      !malformed &&
        !privateRanges.some((range) => contains(range, cidr)) &&
        `cidr is ${cidr}, which is not private; choose from ${privateRanges.join(', ')}`,
      outsideRange('minNetmaskLength', minNetmaskLength, 16, 28),
      outsideRange('maxNetmaskLength', maxNetmaskLength, 16, 28),
      minNetmaskLength > maxNetmaskLength &&
        `minNetmaskLength is ${minNetmaskLength}, above maxNetmaskLength, ${maxNetmaskLength}; swap them`,
      !malformed &&
        prefixOf(cidr) > minNetmaskLength &&
        `cidr is ${cidr}, ${count(cidr)} addresses, smaller than a /${minNetmaskLength}; give a larger pool or raise minNetmaskLength`,
    ]);
    this.bounds = [minNetmaskLength, maxNetmaskLength];

    const ipam = new CfnIPAM(this, 'Ipam', { operatingRegions: [{ regionName: Aws.REGION }] });
    const pool = new CfnIPAMPool(this, 'Pool', {
      addressFamily: 'ipv4',
      ipamScopeId: ipam.attrPrivateDefaultScopeId,
      locale: Aws.REGION,
      allocationMinNetmaskLength: minNetmaskLength,
      allocationMaxNetmaskLength: maxNetmaskLength,
      allocationDefaultNetmaskLength: minNetmaskLength,
    });
    this.poolId = pool.attrIpamPoolId;
    this.filled = new CfnIPAMPoolCidr(this, 'Range', { ipamPoolId: this.poolId, cidr });
  }

  /** Why a VPC cannot draw a block of this size; nothing if it can. */
  netmaskFault(length: number): string | undefined {
    return outsideRange('netmaskLength', length, ...this.bounds);
  }
}

/**
 * One of the equal blocks of a VPC whose range is known at deployment only.
 *
 * @param vpcCidr the VPC's range, a token
 * @param index which block, from 0
 * @param blocks how many blocks the range is cut into, 1 to 256; the same number for every subnet, for good
 * @param hostBits bits left for addresses, 4 (a /28) to 16; 12 gives a /20
 * @claims network-deploy-time-subnets
 */
export function deployTimeSubnet(vpcCidr: string, index: number, blocks: number, hostBits: number): string {
  const faults = [
    outsideRange('blocks', blocks, 1, 256),
    outsideRange('hostBits', hostBits, 4, 16),
    outsideRange('index', index, 0, blocks - 1),
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return Fn.select(index, Fn.cidr(vpcCidr, blocks, String(hostBits)));
}
