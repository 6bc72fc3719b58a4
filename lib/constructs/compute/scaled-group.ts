import type { Duration } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import type { MetricsAgent } from './metrics-agent';
import type { SimulatedFleet } from './simulate-fleet';
import type { SimulatedStrategy } from './simulated-policies';
import type { TargetPool } from './target-pool';

/** The group a strategy scales. */
export interface ScaledGroup {
  readonly group: IAutoScalingGroup;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly warmup: Duration;
  /** Where it takes requests, if it does. */
  readonly targets?: TargetPool;
  readonly agent?: MetricsAgent | undefined;
}

/** What can be judged before the group is made. */
export interface PlannedGroup {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly isBalanced: boolean;
  /** What measures inside its instances, if anything does. */
  readonly agent?: MetricsAgent | undefined;
}

/** What an adjusting strategy reads; two of them on the same metric would pull against each other. */
export type ScaledMetric = 'cpu' | 'requests' | 'memory' | 'backlog';
export type ScalingFaults = (string | false | undefined)[];

/** When a group grows and shrinks: one of `ScalingStrategy`, or of your own such as `BacklogScaling`. */
export interface IScalingStrategy {
  /** The strategy's name, as its factory method has it. */
  readonly name: string;
  /** What it adjusts the group by as it happens; none for clock and forecast. */
  readonly metric?: ScaledMetric;
  faults(size: PlannedGroup): ScalingFaults;
  /** What it does in a simulation (`simulateFleet`). */
  simulated(fleet: SimulatedFleet): SimulatedStrategy;
  /** Makes its policies below the fleet. */
  apply(fleet: Construct, scaled: ScaledGroup): void;
}
