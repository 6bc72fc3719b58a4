import { Duration } from 'aws-cdk-lib';
import { CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { nothingToMeasure, percent } from './scaling-faults';
import type { SimulatedFleet } from './simulate-fleet';
import { forecastBounds, type SimulatedStrategy } from './simulated-policies';

export interface PredictiveOptions {
  /** The average CPU use to plan for, 1 to 100 percent. */
  readonly cpu: number;
  /**
   * Whether to act on the forecast. Look at a few days of forecasts first.
   * @default false
   */
  readonly act?: boolean;
  /**
   * How long before the forecast hour instances are started, 0 to 60 minutes; as long as they take to serve.
   * @default Duration.minutes(5)
   */
  readonly ahead?: Duration;
  /**
   * How far the group may grow above its maximum when the forecast says so, in percent, 0 to 100.
   * @default - not at all
   */
  readonly aboveMaximum?: number;
}

export class Predictive implements IScalingStrategy {
  readonly name = 'predictive';

  constructor(private readonly options: PredictiveOptions) {}

  faults({ minCapacity }: PlannedGroup): ScalingFaults {
    const { cpu, ahead, aboveMaximum } = this.options;
    return [
      percent('predictive.cpu', cpu),
      outsideDuration('predictive.ahead', ahead, Duration.seconds(0), Duration.hours(1)),
      outsideRange('predictive.aboveMaximum', aboveMaximum, 0, 100, '%'),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated({ history, perMinute }: SimulatedFleet): SimulatedStrategy {
    const { cpu, act = false, ahead = Duration.minutes(5) } = this.options;
    if (!act || !history) return {};
    return { bounds: forecastBounds(history, (perMinute * cpu) / 100, ahead.toMinutes()) };
  }

  apply(fleet: Construct, { group }: ScaledGroup): void {
    const { cpu, act = false, ahead = Duration.minutes(5), aboveMaximum } = this.options;
    new CfnScalingPolicy(fleet, 'Predictive', {
      autoScalingGroupName: group.autoScalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: act ? 'ForecastAndScale' : 'ForecastOnly',
        schedulingBufferTime: ahead.toSeconds(),
        ...(aboveMaximum === undefined
          ? { maxCapacityBreachBehavior: 'HonorMaxCapacity' }
          : { maxCapacityBreachBehavior: 'IncreaseMaxCapacity', maxCapacityBuffer: aboveMaximum }),
        metricSpecifications: [
          {
            targetValue: cpu,
            predefinedMetricPairSpecification: { predefinedMetricType: 'ASGCPUUtilization' },
          },
        ],
      },
    });
  }
}
