import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';

/** The subnets of a VPC that a group launches its instances in. */
export function subnetsOf({ vpcZoneIdentifier = [], stack }: CfnAutoScalingGroup, vpc: IVpc): ISubnet[] {
  const ids = new Set(vpcZoneIdentifier.map((subnet) => JSON.stringify(stack.resolve(subnet))));
  const { publicSubnets, privateSubnets, isolatedSubnets } = vpc;
  return [...publicSubnets, ...privateSubnets, ...isolatedSubnets].filter(({ subnetId }) =>
    ids.has(JSON.stringify(stack.resolve(subnetId))),
  );
}
