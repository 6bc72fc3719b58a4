import { Stack } from 'aws-cdk-lib';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

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

const zonesOf = (scope: Construct, subnets: readonly ISubnet[]): ReadonlySet<string> =>
  new Set(subnets.map(({ availabilityZone }) => JSON.stringify(Stack.of(scope).resolve(availabilityZone))));
