import {
  OnDemandAllocationStrategy,
  type AutoScalingGroup,
  type MixedInstancesPolicy,
} from 'aws-cdk-lib/aws-autoscaling';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { outsideRange } from '../faults';
import type { ComputeTemplate } from './compute-template';
import { fleetStrategy, type SpotWorkload } from './fleet-strategy';
import type { ImageChoice } from './image-choice';
import { isBurstable, parseInstanceType } from './instance-type-name';

/** One kind of instance a group or fleet may launch. */
export interface FleetType {
  readonly type: InstanceType;
  /**
   * How much capacity one counts for, 1 to 999. Give it for all types or for none; sizes and bases are then counted in it.
   * @default 1
   */
  readonly weight?: number;
  /**
   * What it starts from; needed where its processor is another than the template's.
   * @default - the template's image
   */
  readonly image?: ImageChoice;
}

export interface MixedInstancesOptions {
  /** Types of about the same power, the one wanted most first, 2 to 40. Each in each zone is a pool, and many pools are what makes spot last. */
  readonly types: readonly FleetType[];
  /**
   * How much is on demand in any case, 0 or more.
   * @default 1
   */
  readonly onDemandBase?: number;
  /**
   * How much of the rest is on demand, 0 to 100 percent; what is left is spot.
   * @default 0
   */
  readonly onDemandShare?: number;
  /**
   * What the instances are for, which decides how spot pools are chosen.
   * @default most
   */
  readonly workload?: Exclude<SpotWorkload, 'long-lived'>;
}

/**
 * A group of several types, some on demand and the rest spot. When EC2 expects to want an instance back, the group starts another
 * one before it goes.
 *
 * @claims compute-mixed-fleet, compute-spot-strategies
 */
export class MixedInstances {
  constructor(private readonly options: MixedInstancesOptions) {}

  /** Whether any instance may be taken back. */
  get usesSpot(): boolean {
    return (this.options.onDemandShare ?? 0) < 100;
  }

  faults(template: ComputeTemplate, maximum: number): (string | false | undefined)[] {
    const { types, onDemandBase = 1, onDemandShare = 0, workload = 'most' } = this.options;
    return [
      types.length < 2 &&
        `mixed.types has ${types.length} type; give two or more, since one type has one pool in each zone and is soon short`,
      types.length > 40 && `mixed.types has ${types.length} types; a group takes at most 40`,
      outsideRange('mixed.onDemandBase', onDemandBase, 0, 10_000, 'instances'),
      onDemandBase > maximum &&
        `mixed.onDemandBase is ${onDemandBase} and the size maximum ${maximum}; no instance would ever be spot, so lower the base`,
      outsideRange('mixed.onDemandShare', onDemandShare, 0, 100, '%'),
      fleetStrategy(workload).group === undefined &&
        `mixed.workload is ${workload}, whose strategy only a fleet of EC2 has; take most, or a CapacityFleet`,
      template.spot !== undefined &&
        'template asks for spot by itself and the group is mixed, which Auto Scaling refuses; leave spot out of the template, as the group says what is on demand',
      ...typeFaults('mixed.types', types, template),
    ];
  }

  /** As a group has it. */
  policy(template: ComputeTemplate): MixedInstancesPolicy {
    const { types, onDemandBase = 1, onDemandShare = 0, workload = 'most' } = this.options;
    const { group, pools } = fleetStrategy(workload);
    return {
      launchTemplate: template.launchTemplate,
      launchTemplateOverrides: types.map(({ type, weight }) => ({
        instanceType: type,
        ...(weight !== undefined && { weightedCapacity: weight }),
      })),
      instancesDistribution: {
        onDemandAllocationStrategy: OnDemandAllocationStrategy.PRIORITIZED,
        onDemandBaseCapacity: onDemandBase,
        onDemandPercentageAboveBaseCapacity: onDemandShare,
        spotAllocationStrategy: group!,
        ...(pools !== undefined && { spotInstancePools: pools }),
      },
    };
  }

  /** Writes what the CDK's group cannot say. */
  finish(scope: Construct, group: AutoScalingGroup): void {
    const resource = group.node.defaultChild as CfnAutoScalingGroup;
    this.options.types.forEach(({ image }, i) => {
      if (!image) return;
      const { imageId } = image.image.getImage(scope);
      resource.addPropertyOverride(`MixedInstancesPolicy.LaunchTemplate.Overrides.${i}.ImageId`, imageId);
    });
  }
}

/** What is wrong with launching these types from one template. */
export function typeFaults(
  name: string,
  types: readonly FleetType[],
  template: ComputeTemplate,
): (string | false | undefined)[] {
  const names = types.map(({ type }) => type.toString());
  const burstable = names.map((type) => isBurstable(parseInstanceType(type)));
  const weighted = types.filter(({ weight }) => weight !== undefined).length;
  return [
    ...types.flatMap(({ type, weight, image }, i) => [
      names.indexOf(names[i]) !== i && `${name}[${i}] is ${names[i]} once more; name each type once`,
      outsideRange(`${name}[${i}].weight`, weight, 1, 999),
      ...(image?.faults(type.architecture, names[i]) ?? []).map((fault) => `${name}[${i}].${fault}`),
      image === undefined &&
        type.architecture !== template.instanceType.architecture &&
        `${name}[${i}] is ${names[i]} with a processor of ${type.architecture}, but the template's image is made for ${template.instanceType.architecture}; give that type an image of its own`,
    ]),
    weighted !== 0 &&
      weighted !== types.length &&
      `${name} gives weights to ${weighted} of ${types.length} types; give one to each, or to none`,
    burstable.includes(true) !== burstable.every(Boolean) &&
      `${name} mixes types with CPU credits (${names.filter((_, i) => burstable[i]).join(', ')}) and without, and a template that sets credits launches no others; take one kind`,
    burstable.includes(true) !== isBurstable(parseInstanceType(template.instanceType.toString())) &&
      types.length > 0 &&
      `${name} ${burstable.includes(true) ? 'have' : 'have no'} CPU credits and the template's ${template.instanceType.toString()} ${burstable.includes(true) ? 'has none' : 'has'}; take one kind`,
  ];
}
