import type { IScalingStrategy } from './scaled-group';
import { simulateScaling, type SimulatedMinute } from './simulate-scaling';
import type { Bounds } from './simulated-policies';

export interface SimulatedFleet {
  /** The requests of each minute, the first being midnight of a Monday. */
  readonly load: readonly number[];
  /** How many requests one instance can answer in a minute. */
  readonly perMinute: number;
  /** How many minutes an instance boots. */
  readonly bootMinutes: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** The requests of each minute of a usual day, which a forecast knows. */
  readonly history?: readonly number[];
}

/**
 * What a fleet that answers requests makes of a load under the very strategies it is deployed with. The largest size any of them asks
 * for wins, and clock and forecast move the bounds. Requests for which there is no room are lost; none waits.
 *
 * @claims compute-asg-target-tracking, compute-asg-step, compute-asg-simple, compute-asg-scheduled, compute-asg-predictive
 */
export function simulateFleet(strategies: readonly IScalingStrategy[], fleet: SimulatedFleet): SimulatedMinute[] {
  const simulated = strategies.map((strategy) => strategy.simulated(fleet));
  const policies = simulated.flatMap(({ policy }) => policy ?? []);
  const moves = simulated.flatMap(({ bounds }) => bounds ?? []);
  const given: Bounds = { min: fleet.minCapacity, max: fleet.maxCapacity };
  return simulateScaling({
    load: fleet.load,
    jobsPerMinute: fleet.perMinute,
    bootMinutes: fleet.bootMinutes,
    ...given,
    bounds: (minute) => moves.reduce((bounds, move) => move(minute, bounds), given),
    waits: false,
    policy: (seen) => (policies.length === 0 ? 0 : Math.max(...policies.map((policy) => policy(seen)))),
  });
}

/** What a simulated time came to. */
export interface SimulatedSum {
  /** Instances times hours, which is what is paid for. */
  readonly instanceHours: number;
  readonly mostInstances: number;
  /** The share of requests for which there was no room, in percent. */
  readonly lostPercent: number;
}

export function sumOf(minutes: readonly SimulatedMinute[]): SimulatedSum {
  const total = (of: (minute: SimulatedMinute) => number) => minutes.reduce((sum, minute) => sum + of(minute), 0);
  return {
    instanceHours: total(({ desired }) => desired) / 60,
    mostInstances: Math.max(...minutes.map(({ desired }) => desired)),
    lostPercent:
      (100 * total(({ lost }) => lost)) /
      Math.max(
        1,
        total(({ arrived }) => arrived),
      ),
  };
}
