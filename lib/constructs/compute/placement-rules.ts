import { CfnParameter, Stack, type CfnResource } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  CfnCapacityReservation,
  CfnHost,
  CfnInstance,
  CfnLaunchTemplate,
  CfnPlacementGroup,
  CfnSubnet,
  CfnVPC,
  CfnVPCPeeringConnection,
} from 'aws-cdk-lib/aws-ec2';
import { referent, resolved, resourcesOf } from '../network/network-rule';
import { propertiesOf } from '../template-properties';
import { includedOnHost } from './host-placement';
import { mostInZone, placementFaults, type PlacementStrategy } from './placement-faults';

type Faults = (string | false | undefined)[];

/** What is said of where instances stand, by a launch template or an instance. */
interface Placed {
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
interface Member {
  readonly resource: CfnResource;
  /** The resource that says how it is launched: itself, or its template. */
  readonly said: Placed;
  readonly subnets: readonly CfnSubnet[];
  /** How many it is at most. */
  readonly most: number;
}

/** What is wrong with where a launch template or an instance puts what it launches. */
export function placedFaults(resource: CfnResource): Faults {
  const said = saidBy(resource);
  const group = groupOf(resource, said);
  const hostId = said.HostId ?? said.Placement?.HostId;
  const host = referent(resource, hostId, CfnHost);
  const type = typeof said.InstanceType === 'string' ? said.InstanceType : undefined;
  const tenancy = said.Tenancy ?? said.Placement?.Tenancy;
  const interruption = said.InstanceMarketOptions?.SpotOptions?.InstanceInterruptionBehavior;
  const family =
    host && (propertiesOf<HostSaid>(host).InstanceFamily ?? propertiesOf<HostSaid>(host).InstanceType?.split('.')[0]);
  return [
    ...placementFaults({
      ...(group && { strategy: strategyOf(group) }),
      ...(group &&
        propertiesOf<GroupSaid>(group).PartitionCount !== undefined && {
          partitions: propertiesOf<GroupSaid>(group).PartitionCount,
        }),
      // Of a group that stands elsewhere nothing is known here.
      ...(group && said.Placement?.PartitionNumber !== undefined && { partition: said.Placement.PartitionNumber }),
      ...(tenancy !== undefined && { tenancy }),
      onHost: hostId !== undefined,
      ...(type !== undefined && { type }),
      ...(interruption !== undefined && { interruption }),
    }),
    family !== undefined &&
      type !== undefined &&
      type.split('.')[0] !== family &&
      `${host!.node.path} is for the family ${family}, not for ${type}; take a type of that family, or another host`,
    (tenancy === 'host' || hostId !== undefined) && isSoldWithLicence(resource, said.ImageId) && includedOnHost,
  ];
}

/** What is wrong with who stands in a placement group. */
export function placementGroupFaults(group: CfnResource): Faults {
  const { PartitionCount: partitions } = propertiesOf<GroupSaid>(group);
  const strategy = strategyOf(group);
  const members = membersOf(group, (member) => groupOf(member.resource, member.said) === group);
  const zones = zonesOf(members);
  const most = members.reduce((sum, member) => sum + member.most, 0);
  return [
    partitions !== undefined &&
      !(partitions >= 1 && partitions <= mostInZone) &&
      `PartitionCount is ${partitions}; give 1 to ${mostInZone}`,
    strategy === 'cluster' &&
      zones.length > 1 &&
      `instances of this cluster group stand in ${zones.length} zones (${zones.join(', ')}), and a cluster is in one; give one subnet, or subnets of one zone`,
    strategy === 'spread' &&
      most > mostInZone * zones.length &&
      zones.length > 0 &&
      `this spread group may come to hold ${most} instances in ${zones.length} zones, and each zone has ${mostInZone} racks for it; allow at most ${mostInZone * zones.length}, or take a partition group`,
    strategy === 'cluster' && peerFault(group, members),
  ];
}

/** A cluster of two networks needs a peering of one Region between them. */
function peerFault(group: CfnResource, members: readonly Member[]): string | false {
  const networks = [...new Set(members.flatMap(({ subnets }) => subnets.map((subnet) => word(group, subnet.vpcId))))];
  if (networks.length < 2) return false;
  const region = Stack.of(group).region;
  const joined = resourcesOf(group, CfnVPCPeeringConnection).find((peering) =>
    [peering.vpcId, peering.peerVpcId].every((vpc) => networks.includes(word(group, vpc))),
  );
  if (!joined)
    return `instances of this cluster group stand in ${networks.length} networks that no peering joins; join them (Peering), or keep the cluster in one`;
  return (
    joined.peerRegion !== undefined &&
    joined.peerRegion !== region &&
    `${joined.node.path} leads to the Region ${joined.peerRegion}, and a cluster group is of one Region; take a network of this one`
  );
}

/** What is wrong with held capacity and with who is to take it. */
export function reservationFaults(reservation: CfnResource): Faults {
  const { EndDateType, EndDate, InstanceType, AvailabilityZone } = propertiesOf<ReservationSaid>(reservation);
  const takes = ({ resource, said }: Member): boolean =>
    referent(
      resource,
      said.CapacityReservationSpecification?.CapacityReservationTarget?.CapacityReservationId,
      CfnCapacityReservation,
    ) === reservation;
  const group = groupOfArn(reservation, propertiesOf<ReservationSaid>(reservation).PlacementGroupArn);
  const members = membersOf(
    reservation,
    (member) => takes(member) || (group !== undefined && groupOf(member.resource, member.said) === group),
  );
  const own = word(reservation, AvailabilityZone);
  return [
    EndDateType === 'limited' &&
      EndDate === undefined &&
      'EndDateType is limited and there is no EndDate, so that the deployment fails; give the date, or write unlimited',
    EndDateType !== 'limited' &&
      EndDate !== undefined &&
      `EndDate is ${JSON.stringify(EndDate).replaceAll('"', '')} but EndDateType is ${EndDateType ?? 'not given'}; write limited, or leave the date out`,
    ...members.flatMap(({ resource, said, subnets }) => [
      typeof said.InstanceType === 'string' &&
        said.InstanceType !== InstanceType &&
        `it is held for ${String(InstanceType)}, and ${resource.node.path} is of ${said.InstanceType}; let the types be the same`,
      subnets.some((subnet) => word(reservation, subnet.availabilityZone) !== own) &&
        `it is held in one zone, and ${resource.node.path} stands in another as well or only there; let the zones be the same`,
    ]),
  ];
}

/** What is wrong with a host. */
export function hostFaults(host: CfnResource): Faults {
  const { InstanceFamily: family, InstanceType: type } = propertiesOf<HostSaid>(host);
  return [
    (family === undefined) === (type === undefined) &&
      `InstanceFamily is ${family ?? 'not given'} and InstanceType ${type ?? 'neither'}; give one of the two`,
  ];
}

/** What is wrong with what a group or an instance asks of its network. */
export function tenancyFaults(resource: CfnResource): Faults {
  const member = memberOf(resource);
  const tenancy = member.said.Tenancy ?? member.said.Placement?.Tenancy;
  const forced = member.subnets
    .map((subnet) => referent(resource, subnet.vpcId, CfnVPC))
    .find((vpc) => vpc?.instanceTenancy === 'dedicated');
  return [
    tenancy === 'default' &&
      forced !== undefined &&
      `shared hardware is asked for in ${forced.node.path}, whose instances are all dedicated; take another network, or leave the tenancy out`,
  ];
}

interface GroupSaid {
  readonly PartitionCount?: number;
  readonly Strategy?: PlacementStrategy;
}
interface HostSaid {
  readonly InstanceFamily?: string;
  readonly InstanceType?: string;
}
interface ReservationSaid {
  readonly AvailabilityZone?: unknown;
  readonly EndDate?: unknown;
  readonly EndDateType?: string;
  readonly InstanceType?: unknown;
  readonly PlacementGroupArn?: unknown;
}
interface ScalingSaid {
  readonly LaunchTemplate?: { readonly LaunchTemplateId?: unknown };
  readonly MaxSize?: string | number;
  readonly MixedInstancesPolicy?: {
    readonly LaunchTemplate?: { readonly LaunchTemplateSpecification?: { readonly LaunchTemplateId?: unknown } };
  };
  readonly VPCZoneIdentifier?: readonly unknown[];
}

const strategyOf = (group: CfnResource): PlacementStrategy => propertiesOf<GroupSaid>(group).Strategy ?? 'cluster';

/** What is said of an instance by itself or by its template, or what a template says. */
function saidBy(resource: CfnResource): Placed {
  if (resource instanceof CfnLaunchTemplate)
    return propertiesOf<{ LaunchTemplateData?: Placed }>(resource).LaunchTemplateData ?? {};
  const own = propertiesOf<Placed>(resource);
  const template = referent(resource, own.LaunchTemplate?.LaunchTemplateId, CfnLaunchTemplate);
  if (!template) return own;
  // What an instance does not say is there as well, as undefined.
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...saidBy(template), ...Object.fromEntries(given) };
}

const groupOf = (resource: CfnResource, { PlacementGroupName, Placement }: Placed): CfnPlacementGroup | undefined =>
  referent(resource, PlacementGroupName ?? Placement?.GroupName, CfnPlacementGroup);

/** The placement group of the same stack that an ARN is made of. */
const groupOfArn = (node: CfnResource, arn: unknown): CfnPlacementGroup | undefined =>
  arn === undefined
    ? undefined
    : resourcesOf(node, CfnPlacementGroup).find((group) =>
        JSON.stringify(resolved(node, arn)).includes(JSON.stringify(resolved(node, group.ref))),
      );

/** The instances and groups of a stack that something holds for. */
const membersOf = (node: CfnResource, holds: (member: Member) => boolean): Member[] =>
  [...resourcesOf(node, CfnInstance), ...resourcesOf(node, CfnAutoScalingGroup)].map(memberOf).filter(holds);

function memberOf(resource: CfnResource): Member {
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
function zonesOf(members: readonly Member[]): string[] {
  const names = new Map<string, string>();
  for (const subnet of members.flatMap(({ subnets }) => subnets)) {
    const zone: unknown = resolved(subnet, subnet.availabilityZone);
    const key = word(subnet, zone);
    if (!names.has(key)) names.set(key, typeof zone === 'string' ? zone : `that of ${subnet.node.path}`);
  }
  return [...names.values()];
}

/** A value of the template, to compare. */
const word = (node: CfnResource, value: unknown): string => JSON.stringify(resolved(node, value));

/** Whether the name of the parameter an image comes from names software that is sold with a licence. */
function isSoldWithLicence(resource: CfnResource, image: unknown): boolean {
  const said = resolved(resource, image);
  const id = (said as { readonly Ref?: string } | undefined)?.Ref;
  const name: unknown =
    id === undefined
      ? said
      : Stack.of(resource)
          .node.findAll()
          .find((node): node is CfnParameter => node instanceof CfnParameter && resolved(node, node.logicalId) === id)
          ?.default;
  return typeof name === 'string' && /rhel|suse|sles|sql/i.test(name);
}
