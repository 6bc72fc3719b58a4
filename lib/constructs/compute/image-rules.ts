import type { CfnResource } from 'aws-cdk-lib';
import { propertiesOf } from '../template-properties';

interface Distribution {
  readonly Region?: unknown;
  readonly AmiDistributionConfiguration?: {
    readonly KmsKeyId?: unknown;
    readonly LaunchPermissionConfiguration?: {
      readonly UserGroups?: readonly unknown[];
      readonly UserIds?: readonly unknown[];
      readonly OrganizationArns?: readonly unknown[];
    };
  };
}

/** What no distribution of images is to say. */
export function distributionFaults(resource: CfnResource): (string | false)[] {
  const { Distributions = [] } = propertiesOf<{ Distributions: readonly Distribution[] }>(resource);
  return Distributions.flatMap(({ AmiDistributionConfiguration: images }, i) => {
    const { UserGroups = [], UserIds = [], OrganizationArns = [] } = images?.LaunchPermissionConfiguration ?? {};
    const isShared = UserIds.length + OrganizationArns.length > 0;
    return [
      UserGroups.length > 0 &&
        `Distributions[${i}] has UserGroups ${JSON.stringify(UserGroups)}, by which everybody may launch the image and read its volumes; name accounts in UserIds`,
      isShared &&
        images?.KmsKeyId === undefined &&
        `Distributions[${i}] is shared without KmsKeyId, so that its snapshots are under aws/ebs, which no other account can use; name a key of your own`,
    ];
  });
}

interface Recipe {
  readonly BlockDeviceMappings: readonly {
    readonly DeviceName?: string;
    readonly Ebs?: { readonly Encrypted?: boolean };
  }[];
}

/** What no recipe of an image is to say. */
export function recipeFaults(resource: CfnResource): (string | false)[] {
  const { BlockDeviceMappings: mappings } = propertiesOf<Recipe>(resource);
  if (mappings === undefined)
    return ['BlockDeviceMappings is missing, so that the image is as open as its base; name its volumes, encrypted'];
  return mappings.map(
    ({ DeviceName: device, Ebs: ebs }) =>
      ebs?.Encrypted !== true && `BlockDeviceMappings[${device}] is not encrypted; write Encrypted: true`,
  );
}

interface Infrastructure {
  readonly InstanceMetadataOptions: { readonly HttpTokens?: string };
  readonly TerminateInstanceOnFailure: boolean;
}

/** What no place where images are built is to say. */
export function infrastructureFaults(resource: CfnResource): (string | false)[] {
  const { InstanceMetadataOptions: metadata, TerminateInstanceOnFailure: ends } =
    propertiesOf<Infrastructure>(resource);
  return [
    metadata?.HttpTokens !== 'required' &&
      'InstanceMetadataOptions does not require a token, so anything that can make the instance fetch an address reads its credentials; write HttpTokens: required',
    ends === false &&
      'TerminateInstanceOnFailure is false, so that each build that fails leaves an instance that is billed; write true, and look into the logs',
  ];
}
