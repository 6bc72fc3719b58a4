import type { CfnResource } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnInstance, CfnLaunchTemplate, CfnPlacementGroup, CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { referent, resolved, resourcesOf } from '../network/network-rule';
import { propertiesOf } from '../template-properties';

/** What is said of where instances stand, by a launch template or an instance. */
export interface Placed {
  readonly CapacityReservationSpecification?: {
    readonly CapacityReservationTarget?: { readonly CapacityReservationId?: unknown };
  };
  readonly HostId?: unknown;
  readonly ImageId?: unknown;
  readonly InstanceMarketOptions?: {
    readonly SpotOptions?: { readonly InstanceInterruptionBehavior?: string };
  };
  readonly InstanceType?: unknown;
  readonly LaunchTemplate?: { readonly LaunchTemplateId?: unknown };
  readonly NetworkInterfaces?: readonly { readonly SubnetId?: unknown }[];
  readonly Placement?: {
    readonly GroupName?: unknown;
    readonly HostId?: unknown;
    readonly PartitionNumber?: number;
    readonly Tenancy?: string;
  };
  readonly PlacementGroupName?: unknown;
  readonly SubnetId?: unknown;
  readonly Tenancy?: string;
}

/** An instance or a group of them, as far as where it stands is concerned. */
export interface PlacedMember {
  readonly resource: CfnResource;
  /** The resource that says how it is launched: itself, or its template. */
  readonly said: Placed;
  readonly subnets: readonly CfnSubnet[];
  /** How many it is at most. */
  readonly most: number;
}

interface ScalingSaid {
  readonly LaunchTemplate?: { readonly LaunchTemplateId?: unknown };
  readonly MaxSize?: string | number;
  readonly MixedInstancesPolicy?: {
    readonly LaunchTemplate?: { readonly LaunchTemplateSpecification?: { readonly LaunchTemplateId?: unknown } };
  };
  readonly VPCZoneIdentifier?: readonly unknown[];
}

/** What is said of an instance by itself or by its template, or what a template says. */
export function saidBy(resource: CfnResource): Placed {
  if (resource instanceof CfnLaunchTemplate)
    return propertiesOf<{ LaunchTemplateData?: Placed }>(resource).LaunchTemplateData ?? {};
  const own = propertiesOf<Placed>(resource);
  const template = referent(resource, own.LaunchTemplate?.LaunchTemplateId, CfnLaunchTemplate);
  if (!template) return own;
  // What an instance does not say is there as well, as undefined.
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...saidBy(template), ...Object.fromEntries(given) };
}

/** The placement group of the same stack that something is to stand in. */
export const groupOf = (
  resource: CfnResource,
  { PlacementGroupName, Placement }: Placed,
): CfnPlacementGroup | undefined => referent(resource, PlacementGroupName ?? Placement?.GroupName, CfnPlacementGroup);

/** The placement group of the same stack that an ARN is made of. */
export const groupOfArn = (node: CfnResource, arn: unknown): CfnPlacementGroup | undefined =>
  arn === undefined
    ? undefined
    : resourcesOf(node, CfnPlacementGroup).find((group) =>
        JSON.stringify(resolved(node, arn)).includes(JSON.stringify(resolved(node, group.ref))),
      );

/** The instances and groups of a stack that something holds for. */
export const membersOf = (node: CfnResource, holds: (member: PlacedMember) => boolean): PlacedMember[] =>
  [...resourcesOf(node, CfnInstance), ...resourcesOf(node, CfnAutoScalingGroup)].map(memberOf).filter(holds);

/** An instance, or a group by what it launches. */
export function memberOf(resource: CfnResource): PlacedMember {
  if (resource instanceof CfnAutoScalingGroup) {
    const group = propertiesOf<ScalingSaid>(resource);
    const named = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
    const template = referent(resource, named?.LaunchTemplateId, CfnLaunchTemplate);
    return {
      resource,
      said: template ? saidBy(template) : {},
      subnets: (group.VPCZoneIdentifier ?? []).flatMap((id) => referent(resource, id, CfnSubnet) ?? []),
      most: Number(group.MaxSize ?? 0),
    };
  }
  const said = saidBy(resource);
  const subnet = referent(resource, said.SubnetId ?? said.NetworkInterfaces?.[0]?.SubnetId, CfnSubnet);
  return { resource, said, subnets: subnet ? [subnet] : [], most: 1 };
}

/** The zones of members, each by its name, or by a subnet in it where only the deployment knows the name. */
export function zoneNamesOf(members: readonly PlacedMember[]): string[] {
  const names = new Map<string, string>();
  for (const subnet of members.flatMap(({ subnets }) => subnets)) {
    const zone: unknown = resolved(subnet, subnet.availabilityZone);
    const key = word(subnet, zone);
    if (!names.has(key)) names.set(key, typeof zone === 'string' ? zone : `that of ${subnet.node.path}`);
  }
  return [...names.values()];
}

/** A value of the template, to compare. */
export const word = (node: CfnResource, value: unknown): string => JSON.stringify(resolved(node, value));
