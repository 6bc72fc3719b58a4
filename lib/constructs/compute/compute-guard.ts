import { AspectPriority, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../faults';
import { propertiesOf } from '../template-properties';
import { importedImage } from './compute-template';
import { gatewayFaults, gatewayListenerFaults, gatewayServiceFaults, gatewayTargetFaults } from './gateway-rules';
import { distributionFaults, infrastructureFaults, recipeFaults } from './image-rules';
import { alarmFaults, attachmentFaults, groupFaults, instanceFaults, templateDataFaults } from './instance-rules';
import { hostFaults, placedFaults, placementGroupFaults, reservationFaults, tenancyFaults } from './placement-rules';

/** What the rules read of a resource, of whichever type. */
interface Properties {
  readonly BlockDeviceMappings?: readonly Mapping[];
  readonly Cooldown?: string;
  readonly Encrypted?: boolean;
  readonly HeartbeatTimeout?: unknown;
  readonly ImageId?: unknown;
  readonly LaunchTemplate?: object;
  readonly LaunchTemplateData?: TemplateData;
  readonly MetadataOptions?: Metadata;
  readonly MixedInstancesPolicy?: {
    readonly InstancesDistribution?: { readonly OnDemandPercentageAboveBaseCapacity?: number };
  };
  readonly NotificationTargetARN?: unknown;
  readonly PolicyType?: string;
  readonly Tags?: readonly ResourceTag[];
  readonly VolumeType?: string;
}
interface TemplateData {
  readonly BlockDeviceMappings?: readonly Mapping[];
  readonly CreditSpecification?: { readonly CpuCredits?: string };
  readonly ElasticGpuSpecifications?: object;
  readonly ImageId?: unknown;
  readonly InstanceMarketOptions?: { readonly MarketType?: string; readonly SpotOptions?: SpotOptions };
  readonly InstanceType?: unknown;
  readonly MetadataOptions?: Metadata;
  readonly Placement?: { readonly Tenancy?: string };
  readonly TagSpecifications?: readonly { readonly Tags?: readonly ResourceTag[] }[];
}
interface SpotOptions {
  readonly BlockDurationMinutes?: number;
  readonly InstanceInterruptionBehavior?: string;
  readonly SpotInstanceType?: string;
}
interface ResourceTag {
  readonly Key?: unknown;
  readonly Value?: unknown;
}
interface Metadata {
  readonly HttpTokens?: string;
}
interface Mapping {
  readonly DeviceName?: string;
  readonly Ebs?: { readonly Encrypted?: boolean; readonly VolumeType?: string };
}

type Rule = (properties: Properties, resource: CfnResource) => (string | false | undefined)[];

/** Puts `ComputeGuard` on everything below a construct; it looks when all else is done. */
export function guardCompute(scope: IConstruct): void {
  Aspects.of(scope).add(new ComputeGuard(), { priority: AspectPriority.READONLY });
}

/**
 * Refuses what is never to be built: launch configurations, classic load balancers, spot fleets, metadata without a token,
 * volumes without encryption, fixed image ids, groups that no release reaches, volumes and interfaces of another zone, hibernation and recovery
 * that cannot be, places where instances cannot stand, images for everybody, balancers of packets that would not get any. The blocks here make none
 * of them; this keeps resources made beside the blocks to the same.
 *
 * @claims compute-asg-launch-template, compute-lb-no-classic, compute-imdsv2-required, compute-ebs-encryption,
 * compute-ami-parameter, compute-burst-credits, compute-asg-roll-out, compute-ebs-hdd, compute-asg-step,
 * compute-same-az, compute-hibernate, compute-auto-recovery, compute-instance-store, compute-lt-single-instance,
 * compute-spot-template, compute-spot-strategies, compute-asg-lifecycle-hooks, compute-placement-cluster, compute-placement-cluster-peered,
 * compute-placement-cluster-capacity, compute-placement-spread, compute-placement-partition, compute-tenancy, compute-dedicated-host,
 * compute-dedicated-host-images, compute-capacity-reservation, compute-image-distribution, compute-image-pipeline,
 * compute-gwlb-core
 */
export class ComputeGuard implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const rule = rules[node.cfnResourceType];
    if (rule) refuse(node, rule(propertiesOf<Properties>(node), node));
  }
}

const rules: Readonly<Record<string, Rule>> = {
  'AWS::AutoScaling::LaunchConfiguration': () => [
    'Launch configurations are closed to new accounts; use a launch template (ComputeTemplate)',
  ],
  'AWS::ElasticLoadBalancing::LoadBalancer': () => [
    'Classic load balancers take one certificate and have no target groups; use AppLoadBalancer',
  ],
  'AWS::EC2::SpotFleet': () => [
    'Spot fleets are no longer developed; use an Auto Scaling group with mixed instances, or AWS::EC2::EC2Fleet',
  ],
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData: data = {} }, resource) => [
    data.MetadataOptions?.HttpTokens !== 'required' && withoutToken,
    ...mappingFaults(data.BlockDeviceMappings),
    !resource.getMetadata(importedImage) && fixedImage(data.ImageId),
    ...creditFaults(data),
    ...templateDataFaults(resource),
    ...placedFaults(resource),
    ...spotFaults(data),
    data.ElasticGpuSpecifications !== undefined && 'ElasticGpuSpecifications ended in 2024; take a type of family g',
  ],
  'AWS::EC2::Instance': (properties, resource) => [
    ...instanceFaults(resource),
    ...placedFaults(resource),
    ...tenancyFaults(resource),
    properties.LaunchTemplate === undefined && properties.MetadataOptions?.HttpTokens !== 'required' && withoutToken,
    ...mappingFaults(properties.BlockDeviceMappings),
    !resource.getMetadata(importedImage) && fixedImage(properties.ImageId),
  ],
  'AWS::EC2::Volume': ({ Encrypted, VolumeType }) => [
    Encrypted !== true && `Encrypted is ${Encrypted}; a volume stays as it was made, so write true`,
    VolumeType === 'standard' &&
      'VolumeType is standard, a magnetic disk of the first generation; take gp3, st1 or sc1',
  ],
  'AWS::ImageBuilder::DistributionConfiguration': (_, resource) => distributionFaults(resource),
  'AWS::ImageBuilder::ImageRecipe': (_, resource) => recipeFaults(resource),
  'AWS::ImageBuilder::InfrastructureConfiguration': (_, resource) => infrastructureFaults(resource),
  'AWS::EC2::PlacementGroup': (_, resource) => placementGroupFaults(resource),
  'AWS::EC2::CapacityReservation': (_, resource) => reservationFaults(resource),
  'AWS::EC2::Host': (_, resource) => hostFaults(resource),
  'AWS::EC2::VolumeAttachment': (_, resource) => attachmentFaults(resource),
  'AWS::EC2::NetworkInterfaceAttachment': (_, resource) => attachmentFaults(resource),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (_, resource) => gatewayFaults(resource),
  'AWS::ElasticLoadBalancingV2::Listener': (_, resource) => gatewayListenerFaults(resource),
  'AWS::ElasticLoadBalancingV2::TargetGroup': (_, resource) => gatewayTargetFaults(resource),
  'AWS::EC2::VPCEndpointService': (_, resource) => gatewayServiceFaults(resource),
  'AWS::CloudWatch::Alarm': (_, resource) => alarmFaults(resource),
  'AWS::AutoScaling::AutoScalingGroup': ({ MixedInstancesPolicy: mixed, Tags }, resource) => [
    ...groupFaults(resource),
    ...tenancyFaults(resource),
    mixed !== undefined &&
      (mixed.InstancesDistribution?.OnDemandPercentageAboveBaseCapacity ?? 100) < 100 &&
      statefulFault(Tags),
    !resource.cfnOptions.updatePolicy?.autoScalingRollingUpdate &&
      !resource.cfnOptions.updatePolicy?.autoScalingInstanceRefresh &&
      !resource.cfnOptions.updatePolicy?.autoScalingReplacingUpdate &&
      'UpdatePolicy replaces no instance, so a new release would reach none; use RollOut.rolling() or RollOut.instanceRefresh()',
    resource.cfnOptions.updatePolicy?.autoScalingRollingUpdate &&
      !resource.cfnOptions.updatePolicy.autoScalingRollingUpdate.waitOnResourceSignals &&
      'UpdatePolicy rolls on without waiting for signals, so a bad release would replace every instance; write WaitOnResourceSignals: true',
  ],
  'AWS::AutoScaling::LifecycleHook': ({ HeartbeatTimeout: heartbeat, NotificationTargetARN: target }, resource) => [
    typeof heartbeat === 'number' &&
      (heartbeat < 30 || heartbeat > 7_200) &&
      `HeartbeatTimeout is ${heartbeat} seconds; give 30 to 7200, and extend it by heartbeats for longer work`,
    target === undefined &&
      !resource.getMetadata(hookConsumer) &&
      'nobody answers this hook, so each instance would wait until it gives up; take LifecycleWork, or name a NotificationTargetARN',
  ],
  'AWS::AutoScaling::ScalingPolicy': ({ PolicyType, Cooldown }) => [
    Cooldown !== undefined &&
      PolicyType !== undefined &&
      PolicyType !== 'SimpleScaling' &&
      `Cooldown is ${Cooldown} on a policy of type ${PolicyType}, which ignores it; write EstimatedInstanceWarmup`,
  ],
};

/** Marks a lifecycle hook with who answers it. */
export const hookConsumer = 'groundplan:HookConsumer';

const withoutToken =
  'MetadataOptions does not require a token, so anything that can make the instance fetch an address reads its credentials; write HttpTokens: required';

const mappingFaults = (mappings: readonly Mapping[] = []): (string | false)[] =>
  mappings.flatMap(({ DeviceName: device, Ebs: ebs }) => [
    ebs !== undefined &&
      ebs.Encrypted !== true &&
      `BlockDeviceMappings[${device}] is not encrypted; write Encrypted: true`,
    ebs?.VolumeType === 'standard' &&
      `BlockDeviceMappings[${device}] is a magnetic disk of the first generation; take gp3, st1 or sc1`,
  ]);

const fixedImage = (id: unknown): string | false =>
  typeof id === 'string' &&
  id.startsWith('ami-') &&
  `ImageId is ${id}, which exists in one region and ages; take ImageChoice.amazonLinux2023() or say ImageChoice.imported()`;

function creditFaults({
  CreditSpecification: credit,
  InstanceType: type,
  Placement: placement,
}: TemplateData): (string | false)[] {
  const mode = credit?.CpuCredits;
  return [
    mode !== undefined &&
      !['standard', 'unlimited'].includes(mode) &&
      `CreditSpecification.CpuCredits is ${mode}; write standard or unlimited`,
    mode !== undefined &&
      typeof type === 'string' &&
      !/^t\d/.test(type) &&
      `CreditSpecification is given for ${type}, which has no credits; leave it out`,
    mode === 'unlimited' &&
      placement?.Tenancy === 'host' &&
      /^t3\./.test(String(type)) &&
      'CreditSpecification.CpuCredits is unlimited on a dedicated host, where T3 takes standard only',
  ];
}

function spotFaults({ InstanceMarketOptions: market, TagSpecifications: tags = [] }: TemplateData): (string | false)[] {
  if (market?.MarketType !== 'spot') return [];
  const {
    BlockDurationMinutes: block,
    InstanceInterruptionBehavior: interruption = 'terminate',
    SpotInstanceType: type = 'one-time',
  } = market.SpotOptions ?? {};
  return [
    block !== undefined &&
      `InstanceMarketOptions has BlockDurationMinutes ${block}; spot blocks ended in 2022, so leave it out`,
    interruption !== 'terminate' &&
      type === 'one-time' &&
      `InstanceMarketOptions has the interruption ${interruption} on a one-time request, which nobody would start again; take SpotRequest.persistent(), or terminate`,
    statefulFault(tags.flatMap(({ Tags = [] }) => Tags)),
  ];
}

const stateful = ['database', 'stateful', 'queue', 'cache'];

/** Spot instances go with two minutes' notice, and what only they hold goes too. */
function statefulFault(tags: readonly ResourceTag[] = []): string | false {
  const found = tags.find(({ Key, Value }) => Key === 'workload' && stateful.includes(String(Value)));
  return (
    found !== undefined &&
    `the tag workload is ${String(found.Value)}, and spot instances go with two minutes' notice and all they hold; take on demand, or keep the state elsewhere`
  );
}
