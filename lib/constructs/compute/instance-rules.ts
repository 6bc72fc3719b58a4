import { Token, type CfnResource } from 'aws-cdk-lib';
import { CfnInstance, CfnLaunchTemplate, CfnNetworkInterface, CfnSubnet, CfnVolume } from 'aws-cdk-lib/aws-ec2';
import { referent, resolved, same } from '../network/network-rule';
import { propertiesOf } from '../template-properties';
import { hibernationFaultsOf } from './hibernation';
import { hasLocalDisks } from './instance-type-facts';

/** What the rules read of instances and of what launches them. */
interface Launched {
  readonly AvailabilityZone?: unknown;
  readonly BlockDeviceMappings?: readonly {
    readonly DeviceName?: unknown;
    readonly VirtualName?: string;
    readonly Ebs?: { readonly Encrypted?: unknown; readonly VolumeSize?: unknown };
  }[];
  readonly HibernationOptions?: { readonly Configured?: boolean };
  readonly HostId?: unknown;
  readonly InstanceMarketOptions?: {
    readonly MarketType?: string;
    readonly SpotOptions?: { readonly InstanceInterruptionBehavior?: string };
  };
  readonly InstanceType?: unknown;
  readonly LaunchTemplate?: TemplateOf;
  readonly MaintenanceOptions?: { readonly AutoRecovery?: string };
  readonly NetworkInterfaces?: readonly { readonly NetworkInterfaceId?: unknown; readonly SubnetId?: unknown }[];
  readonly Placement?: { readonly Tenancy?: string; readonly HostId?: unknown };
  readonly SubnetId?: unknown;
  readonly Tenancy?: string;
  readonly Volumes?: readonly { readonly VolumeId?: unknown }[];
}
interface TemplateOf {
  readonly LaunchTemplateId?: unknown;
  readonly LaunchTemplateName?: unknown;
  readonly Version?: unknown;
}
type Faults = (string | false | undefined)[];

/** What is wrong with an instance, as far as it is said of it and not of its launch template. */
export function instanceFaults(resource: CfnResource): Faults {
  const instance = propertiesOf<Launched>(resource);
  return [
    ...launchFaults(instance),
    ...templateOfFaults(instance.LaunchTemplate),
    ...(instance.Volumes ?? []).map(({ VolumeId }) =>
      zoneFault(resource, resource, referent(resource, VolumeId, CfnVolume)),
    ),
    ...(instance.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) =>
      zoneFault(resource, resource, referent(resource, NetworkInterfaceId, CfnNetworkInterface)),
    ),
  ];
}

/** What is wrong with what a launch template says. */
export function templateDataFaults(resource: CfnResource): Faults {
  const { LaunchTemplateData: data = {} } = propertiesOf<{ LaunchTemplateData?: Launched }>(resource);
  return [
    ...launchFaults(data),
    data.HibernationOptions?.Configured &&
      data.InstanceMarketOptions?.MarketType === 'spot' &&
      data.InstanceMarketOptions.SpotOptions?.InstanceInterruptionBehavior !== 'hibernate' &&
      'HibernationOptions is configured for spot instances that are not hibernated when they are taken; write InstanceInterruptionBehavior: hibernate',
    data.MaintenanceOptions?.AutoRecovery === 'default' &&
      keptToItsMachine(data) &&
      `MaintenanceOptions.AutoRecovery is default, but ${keptToItsMachine(data)}; write disabled`,
  ];
}

function launchFaults(launched: Launched): Faults {
  const { BlockDeviceMappings: mappings = [], InstanceType: type } = launched;
  const local = mappings.filter(({ VirtualName: name }) => name?.startsWith('ephemeral'));
  return [
    ...local.map(
      ({ DeviceName, VirtualName }) =>
        typeof type === 'string' &&
        !hasLocalDisks(type) &&
        `BlockDeviceMappings[${String(DeviceName)}] is ${VirtualName}, but ${type} has no local disks; leave it out, or take a type with the letter d`,
    ),
    ...(launched.HibernationOptions?.Configured
      ? [
          ...hibernationFaultsOf(
            type,
            mappings.map(({ DeviceName, Ebs }) => ({
              deviceName: DeviceName,
              encrypted: Ebs?.Encrypted,
              sizeGib: Ebs?.VolumeSize,
            })),
          ),
          local.length > 0 &&
            'HibernationOptions is configured beside local disks, which it would lose; keep one of them',
        ]
      : []),
  ];
}

/** An id and a name may name two templates; the words for a version are read when the instance is made, and not again. */
const templateOfFaults = (template: TemplateOf = {}): Faults => [
  template.LaunchTemplateId !== undefined &&
    template.LaunchTemplateName !== undefined &&
    'LaunchTemplate has an id and a name, which may be of two templates; keep the id',
  typeof template.Version === 'string' &&
    ['$Latest', '$Default'].includes(template.Version) &&
    `LaunchTemplate.Version is ${template.Version}, a text that stays the same, so that a new version reaches nobody; write the number, as LatestVersionNumber of the template gives it`,
];

/** Members of a group are ended and replaced, never put to sleep. */
export function groupFaults(resource: CfnResource): Faults {
  const group = propertiesOf<Group>(resource);
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const named = [group.LaunchTemplate, mixed].filter((template): template is TemplateOf => template !== undefined);
  return named.flatMap((template) => {
    const made = referent(resource, template.LaunchTemplateId, CfnLaunchTemplate);
    const data = made && propertiesOf<{ LaunchTemplateData?: Launched }>(made).LaunchTemplateData;
    return [
      ...templateOfFaults(template),
      data?.HibernationOptions?.Configured &&
        `${made!.node.path} is configured to hibernate, which members of a group cannot; leave HibernationOptions out`,
    ];
  });
}
interface Group {
  readonly LaunchTemplate?: TemplateOf;
  readonly MixedInstancesPolicy?: { readonly LaunchTemplate?: { readonly LaunchTemplateSpecification?: TemplateOf } };
}

/** A volume or an interface stays in its zone, and so does an instance. */
export function attachmentFaults(resource: CfnResource): Faults {
  const attachment = propertiesOf<Attachment>(resource);
  const part =
    referent(resource, attachment.VolumeId, CfnVolume) ??
    referent(resource, attachment.NetworkInterfaceId, CfnNetworkInterface);
  return [zoneFault(resource, referent(resource, attachment.InstanceId, CfnInstance), part)];
}

interface Attachment {
  readonly InstanceId?: unknown;
  readonly VolumeId?: unknown;
  readonly NetworkInterfaceId?: unknown;
}

function zoneFault(
  node: CfnResource,
  instance: CfnResource | undefined,
  part: CfnVolume | CfnNetworkInterface | undefined,
): string | false {
  const [own, other] = [instance && zoneOf(instance), part && zoneOf(part)];
  if (own === undefined || other === undefined || same(node, own, other)) return false;
  const word = (zone: unknown) => JSON.stringify(resolved(node, zone)).replaceAll('"', '');
  return `${part!.node.path} is in the zone ${word(other)}, its instance in ${word(own)}; none of them moves, so make it in the zone of the instance, from a copy if it holds something`;
}

/** The zone of a resource as the template will have it; undefined where the stack does not know. */
function zoneOf(resource: CfnResource): unknown {
  const { AvailabilityZone: zone, SubnetId, NetworkInterfaces: interfaces } = propertiesOf<Launched>(resource);
  const instance = referent(resource, zone, CfnInstance);
  if (instance) return zoneOf(instance);
  return zone ?? referent(resource, SubnetId ?? interfaces?.[0].SubnetId, CfnSubnet)?.availabilityZone;
}

/** Why an instance cannot be moved to other hardware; undefined where it can. */
function keptToItsMachine({ BlockDeviceMappings: mappings = [], ...launched }: Launched): string | undefined {
  const { InstanceType: type, HostId, Tenancy, Placement } = launched;
  const local =
    mappings.some(({ VirtualName }) => VirtualName?.startsWith('ephemeral')) ||
    (typeof type === 'string' && !Token.isUnresolved(type) && hasLocalDisks(type));
  if (local) return 'its local disks cannot be moved to other hardware';
  return [Tenancy, Placement?.Tenancy].includes('host') || HostId !== undefined || Placement?.HostId !== undefined
    ? 'it stands on a dedicated host, which recovers as a whole (HostRecovery)'
    : undefined;
}

/**
 * What is wrong with recovering an instance by an alarm.
 *
 * @claims compute-auto-recovery
 */
export function recoveryFault(instance: CfnInstance): string | false {
  const why = keptToItsMachine(propertiesOf<Launched>(instance));
  return (
    why !== undefined &&
    `${instance.node.path} is to be recovered, but ${why}; leave the action out (recover: false), and replace it instead`
  );
}

/** What is wrong with the actions of an alarm. */
export function alarmFaults(resource: CfnResource): Faults {
  const alarm = propertiesOf<WatchingAlarm>(resource);
  const recovers = (alarm.AlarmActions ?? []).some((action) => JSON.stringify(action).includes(':ec2:recover'));
  const watched = alarm.Dimensions?.find(({ Name }) => Name === 'InstanceId')?.Value;
  const instance = recovers ? referent(resource, watched, CfnInstance) : undefined;
  return [instance && recoveryFault(instance)];
}
interface WatchingAlarm {
  readonly AlarmActions?: readonly unknown[];
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: unknown }[];
}
