import {
  paginateDescribeAutoScalingGroups,
  type AutoScalingClient,
  type AutoScalingGroup,
  type LaunchTemplateSpecification,
} from '@aws-sdk/client-auto-scaling';
import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';

/**
 * Images of the versions of launch templates that Auto Scaling groups name by number, which need be neither the newest nor the default: a group that
 * has no instances at the moment would launch them all the same.
 *
 * @returns why each is used, by its id
 */
export async function pinnedImages(ec2: EC2Client, autoScaling: AutoScalingClient): Promise<Map<string, string>> {
  const pinned = new Map<string, string>();
  const pages = paginateDescribeAutoScalingGroups({ client: autoScaling }, { MaxRecords: 100 });
  for await (const { AutoScalingGroups = [] } of pages)
    for (const group of AutoScalingGroups)
      for (const specification of specificationsOf(group)) {
        const { LaunchTemplateId: id, Version: version } = specification;
        if (!/^\d+$/.test(version ?? '')) continue;
        const image = await imageOf(ec2, specification);
        if (image !== undefined)
          pinned.set(
            image,
            `version ${version} of ${id} names it, which the group ${group.AutoScalingGroupName} launches`,
          );
      }
  return pinned;
}

function specificationsOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup): LaunchTemplateSpecification[] {
  const { LaunchTemplateSpecification: base, Overrides = [] } = MixedInstancesPolicy?.LaunchTemplate ?? {};
  return [LaunchTemplate, base, ...Overrides.map((each) => each.LaunchTemplateSpecification)].filter(
    (each) => each !== undefined,
  );
}

async function imageOf(
  ec2: EC2Client,
  { LaunchTemplateId, Version }: LaunchTemplateSpecification,
): Promise<string | undefined> {
  try {
    const { LaunchTemplateVersions: [found] = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version!] }),
    );
    return found?.LaunchTemplateData?.ImageId;
  } catch (error) {
    // A group may outlive its template, and then launches nothing.
    if (/^InvalidLaunchTemplateId\.(Version)?NotFound/.test((error as Error).name)) return undefined;
    throw error;
  }
}
