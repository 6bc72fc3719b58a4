import { CfnParameter, Stack, type CfnResource } from 'aws-cdk-lib';
import { CfnCapacityReservation, CfnHost, CfnVPC, CfnVPCPeeringConnection } from 'aws-cdk-lib/aws-ec2';
import { referent, resolved, resourcesOf } from '../network/network-rule';
import { propertiesOf } from '../template-properties';
import { includedOnHost } from './host-placement';
import { mostInZone, placementFaults, type PlacementStrategy } from './placement-faults';
import {
  groupOf,
  groupOfArn,
  memberOf,
  membersOf,
  saidBy,
  word,
  zoneNamesOf,
  type PlacedMember,
} from './placed-members';

type Faults = (string | false | undefined)[];

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
  const zones = zoneNamesOf(members);
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
function peerFault(group: CfnResource, members: readonly PlacedMember[]): string | false {
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
  const takes = ({ resource, said }: PlacedMember): boolean =>
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
const strategyOf = (group: CfnResource): PlacementStrategy => propertiesOf<GroupSaid>(group).Strategy ?? 'cluster';

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
