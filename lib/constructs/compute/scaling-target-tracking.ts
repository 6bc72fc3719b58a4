import type { Construct } from 'constructs';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { nothingToMeasure, percent } from './scaling-faults';
import { holding, type SimulatedStrategy } from './simulated-policies';

export interface TargetTrackingOptions {
  /** The average CPU use of the group to hold, 1 to 100 percent. */
  readonly cpu: number;
  /**
   * Whether only to add instances, leaving their removal to another strategy.
   * @default false
   */
  readonly scaleOutOnly?: boolean;
}

export class TargetTracking implements IScalingStrategy {
  readonly name = 'targetTracking';
  readonly metric = 'cpu';

  constructor(private readonly options: TargetTrackingOptions) {}

  faults({ minCapacity }: PlannedGroup): ScalingFaults {
    return [percent('targetTracking.cpu', this.options.cpu), nothingToMeasure(this.name, minCapacity)];
  }

  simulated(): SimulatedStrategy {
    return { policy: holding(this.options.cpu, ({ cpu }) => cpu, this.options.scaleOutOnly) };
  }

  apply(_: Construct, { group, warmup }: ScaledGroup): void {
    group.scaleOnCpuUtilization('Cpu', {
      targetUtilizationPercent: this.options.cpu,
      estimatedInstanceWarmup: warmup,
      disableScaleIn: this.options.scaleOutOnly ?? false,
    });
  }
}
