import { Stack } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Zones of a stack that knows no Region are references, which say the same where they are the same. */
export const zoneOf = (scope: Construct, { availabilityZone }: ISubnet): string =>
  JSON.stringify(Stack.of(scope).resolve(availabilityZone));

/** The subnets of a VPC that a group launches its instances in. */
export function subnetsOf({ vpcZoneIdentifier = [], stack }: CfnAutoScalingGroup, vpc: IVpc): ISubnet[] {
  const ids = new Set(vpcZoneIdentifier.map((subnet) => JSON.stringify(stack.resolve(subnet))));
  const { publicSubnets, privateSubnets, isolatedSubnets } = vpc;
  return [...publicSubnets, ...privateSubnets, ...isolatedSubnets].filter(({ subnetId }) =>
    ids.has(JSON.stringify(stack.resolve(subnetId))),
  );
}
