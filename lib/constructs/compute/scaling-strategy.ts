import type { IScalingStrategy } from './scaled-group';
import { Memory, type MemoryOptions } from './scaling-memory';
import { Predictive, type PredictiveOptions } from './scaling-predictive';
import { RequestsPerTarget, type RequestsPerTargetOptions } from './scaling-requests';
import { Scheduled, type ScheduledOptions } from './scaling-scheduled';
import { Simple, type SimpleOptions } from './scaling-simple';
import { Step, type StepOptions } from './scaling-step';
import { TargetTracking, type TargetTrackingOptions } from './scaling-target-tracking';

export type { MemoryOptions } from './scaling-memory';
export type { PredictiveOptions } from './scaling-predictive';
export type { RequestsPerTargetOptions } from './scaling-requests';
export type { ScheduledOptions, ScheduledSize } from './scaling-scheduled';
export type { SimpleOptions } from './scaling-simple';
export type { ScaleInStep, ScaleOutStep, StepOptions } from './scaling-step';
export type { TargetTrackingOptions } from './scaling-target-tracking';

/**
 * When a group grows and shrinks. Several may be given: the largest size any of them asks for wins.
 *
 * @claims compute-asg-target-tracking, compute-asg-step, compute-asg-simple, compute-asg-scheduled, compute-asg-predictive,
 * compute-asg-cooldown, compute-asg-memory
 */
export class ScalingStrategy {
  /** Holds the average CPU use at a target; the alarms are made and kept by Auto Scaling. The one to start with. */
  static targetTracking(options: TargetTrackingOptions): IScalingStrategy {
    return new TargetTracking(options);
  }

  /** Holds the number of requests each instance gets; reacts before the CPU does. Needs a balancer. */
  static requestsPerTarget(options: RequestsPerTargetOptions): IScalingStrategy {
    return new RequestsPerTarget(options);
  }

  /** Holds the average use of memory, which only an agent inside the instances sees (`MetricsAgent`). */
  static memory(options: MemoryOptions): IScalingStrategy {
    return new Memory(options);
  }

  /** Adds the more instances the further the CPU use is above the first threshold. */
  static step(options: StepOptions): IScalingStrategy {
    return new Step(options);
  }

  /** One alarm to add, one to remove, and a rest after each. Kept for what step and target tracking cannot say. */
  static simple(options: SimpleOptions): IScalingStrategy {
    return new Simple(options);
  }

  /** Changes minimum and maximum by the clock, for load that is known beforehand. */
  static scheduled(options: ScheduledOptions): IScalingStrategy {
    return new Scheduled(options);
  }

  /** Forecasts load from its daily and weekly pattern and adds instances ahead of it. It never removes any. */
  static predictive(options: PredictiveOptions): IScalingStrategy {
    return new Predictive(options);
  }
}
