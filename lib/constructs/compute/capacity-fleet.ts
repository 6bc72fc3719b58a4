import { CfnEC2Fleet, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { ComputeTemplate } from './compute-template';
import { fleetStrategy, type SpotWorkload } from './fleet-strategy';
import { typeFaults, type FleetType } from './mixed-instances';

export interface CapacityFleetProps {
  readonly vpc: IVpc;
  /** What to launch; refused when it asks for spot by itself. */
  readonly template: ComputeTemplate;
  /** Types of about the same power, 2 to 40. */
  readonly types: readonly Omit<FleetType, 'image'>[];
  /** How much capacity there is to be, 1 to 10,000. */
  readonly target: number;
  /**
   * How much of it is on demand.
   * @default 0
   */
  readonly onDemand?: number;
  /**
   * What the instances are for, which decides how spot pools are chosen.
   * @default most
   */
  readonly workload?: SpotWorkload;
  /**
   * The most all spot instances together may cost an hour, in US dollars. The fleet stops there, short of its target.
   * @default - no bound
   */
  readonly maxTotalPrice?: number;
  /**
   * Where.
   * @default - the private subnets
   */
  readonly subnets?: SubnetSelection;
}

/**
 * Capacity by the piece, for batch work without a balancer, health checks or releases: a fleet of EC2 that keeps a target of spot
 * and on-demand instances over many pools, and stops at a price. What serves anybody is a `Fleet`.
 *
 * @claims compute-spot-strategies
 */
export class CapacityFleet extends Construct {
  readonly fleetId: string;

  constructor(scope: Construct, id: string, props: CapacityFleetProps) {
    super(scope, id);
    const { template, types, target, onDemand = 0, workload = 'most', maxTotalPrice: price } = props;
    const { fleet, pools } = fleetStrategy(workload);
    refuse(this, [
      outsideRange('target', target, 1, 10_000),
      outsideRange('onDemand', onDemand, 0, 10_000),
      onDemand > target && `onDemand is ${onDemand} of a target of ${target}; give at most the target`,
      price !== undefined &&
        !(price > 0) &&
        `maxTotalPrice is ${price} dollars an hour; give more than 0, or leave it out`,
      price !== undefined && onDemand === target && 'maxTotalPrice bounds spot, of which there is none; leave it out',
      types.length < 2 && `types has ${types.length} type; give two or more, as one has one pool in each zone`,
      types.length > 40 && `types has ${types.length} types; give at most 40`,
      template.spot !== undefined &&
        'template asks for spot by itself, which a fleet refuses; leave it out, as the fleet says what is on demand',
      ...typeFaults('types', types, template),
    ]);
    const { subnetIds } = props.vpc.selectSubnets(props.subnets);
    const { launchTemplate } = template;
    const resource = new CfnEC2Fleet(this, 'Fleet', {
      type: 'maintain',
      launchTemplateConfigs: [
        {
          launchTemplateSpecification: {
            launchTemplateId: launchTemplate.launchTemplateId!,
            version: launchTemplate.versionNumber,
          },
          overrides: types.flatMap(({ type, weight }) =>
            subnetIds.map((subnetId) => ({
              instanceType: type.toString(),
              subnetId,
              ...(weight !== undefined && { weightedCapacity: weight }),
            })),
          ),
        },
      ],
      targetCapacitySpecification: {
        totalTargetCapacity: target,
        onDemandTargetCapacity: onDemand,
        spotTargetCapacity: target - onDemand,
        defaultTargetCapacityType: 'spot',
      },
      onDemandOptions: { allocationStrategy: 'lowest-price' },
      spotOptions: {
        allocationStrategy: fleet,
        instanceInterruptionBehavior: 'terminate',
        ...(pools !== undefined && { instancePoolsToUseCount: pools }),
        ...(price !== undefined && { maxTotalPrice: `${price}` }),
        // What EC2 expects to want back is replaced before it goes, and not kept and paid beside its successor.
        maintenanceStrategies: {
          capacityRebalance: { replacementStrategy: 'launch-before-terminate', terminationDelay: 120 },
        },
      },
      excessCapacityTerminationPolicy: 'termination',
    });
    this.fleetId = resource.attrFleetId;
  }
}
