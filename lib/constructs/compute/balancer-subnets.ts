import { Stack } from 'aws-cdk-lib';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { zonesOf } from '../network/subnet-zones';

/** What is wrong with where the nodes of a load balancer are to stand, of whichever kind it is. */
export function subnetFaults(
  scope: Construct,
  vpc: IVpc,
  subnets: readonly ISubnet[],
  isPublic: boolean,
): (string | false)[] {
  const zones = zonesOf(scope, subnets);
  return [
    zones.size < 2 && `subnets are in ${zones.size} zone; a load balancer needs one subnet in each of two or more`,
    zones.size < subnets.length &&
      `subnets are ${subnets.length} in ${zones.size} zones; give exactly one of each zone`,
    isPublic &&
      !subnets.every((subnet) => vpc.publicSubnets.some(({ subnetId }) => subnetId === subnet.subnetId)) &&
      'subnets have no route to an internet gateway but the exposure is the internet; give public subnets, or Exposure.internal(…)',
  ];
}

/** What is wrong with the room for an Application Load Balancer, which grows by taking further addresses. */
export function roomFaults(scope: Construct, subnets: readonly ISubnet[]): string[] {
  const small = subnets.filter((subnet) => prefixOf(scope, subnet) > 27);
  if (small.length === 0) return [];
  return [
    `subnets are smaller than /27: ${small.map((s) => s.ipv4CidrBlock).join(', ')}; a load balancer needs eight free addresses in each to grow`,
  ];
}

/** The prefix length of a subnet, where it is known. */
function prefixOf(scope: Construct, { ipv4CidrBlock }: ISubnet): number {
  const block: unknown = Stack.of(scope).resolve(ipv4CidrBlock);
  return typeof block === 'string' ? Number(block.split('/')[1]) : 0;
}
