import type { Construct } from 'constructs';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { nothingToMeasure, percent } from './scaling-faults';
import type { SimulatedStrategy } from './simulated-policies';

export interface MemoryOptions {
  /** The share of memory in use to hold, averaged over the group, 1 to 100 percent. */
  readonly percent: number;
}

export class Memory implements IScalingStrategy {
  readonly name = 'memory';
  readonly metric = 'memory';

  constructor(private readonly options: MemoryOptions) {}

  faults({ minCapacity, agent }: PlannedGroup): ScalingFaults {
    return [
      percent('memory.percent', this.options.percent),
      agent === undefined &&
        'memory is seen by nobody outside an instance, and the boot program has no agent; give it a MetricsAgent, or scale on cpu',
      nothingToMeasure(this.name, minCapacity, 'memory'),
    ];
  }

  /** Requests say nothing about memory. */
  simulated(): SimulatedStrategy {
    return {};
  }

  apply(_: Construct, { group, warmup, agent }: ScaledGroup): void {
    group.scaleToTrackMetric('Memory', {
      metric: agent!.memory(group),
      targetValue: this.options.percent,
      estimatedInstanceWarmup: warmup,
    });
  }
}
