import { capacitySteps, workersFor, type BacklogRule } from './backlog-rule';

/** One minute of a simulated group, as its metrics tell it. */
export interface SimulatedMinute {
  /** Jobs that came. */
  readonly arrived: number;
  /** Jobs nobody has begun, at the end of the minute. */
  readonly waiting: number;
  /** Jobs that were worked in this minute, and are done with it. */
  readonly working: number;
  /** Instances the group wants, after the scaling of this minute. */
  readonly desired: number;
  /** Instances that have booted. */
  readonly running: number;
  /** How much of what they can do they did, in percent; 0 while none runs. */
  readonly cpu: number;
  /** Jobs for which there was no room, where jobs do not wait. */
  readonly lost: number;
}

/** What a scaling policy decides in one minute from what it saw of the one before: how many to add, or, below 0, to take. */
export type SimulatedPolicy = (seen: SimulatedMinute) => number;

export interface Simulation {
  /** How many jobs come in each minute. */
  readonly load: readonly number[];
  /** How many jobs one instance does in a minute, 1 or more. */
  readonly jobsPerMinute: number;
  /** How many minutes an instance boots, 0 or more. */
  readonly bootMinutes: number;
  readonly min: number;
  readonly max: number;
  readonly policy: SimulatedPolicy;
  /**
   * How the bounds move, asked once for each minute in order.
   * @default - not at all
   */
  readonly bounds?: (minute: number) => { readonly min: number; readonly max: number };
  /**
   * Whether a job for which there is no room waits; otherwise it is lost, as a request is.
   * @default true
   */
  readonly waits?: boolean;
}

/**
 * What a group makes of a load, minute by minute and with no account: load in, capacity over time out.
 *
 * It is a model. Metrics are one minute late, instances boot in a fixed time and all work alike, an instance that is taken is an
 * idle one. No instance fails, and none is refused for want of capacity.
 *
 * @claims messaging-worker-tier
 * @throws when the group could do nothing
 */
export function simulateScaling(simulation: Simulation): SimulatedMinute[] {
  const { load, jobsPerMinute, bootMinutes, min, max, policy, waits = true } = simulation;
  if (!(jobsPerMinute > 0)) throw new Error(`jobsPerMinute is ${jobsPerMinute}; give more than 0`);
  if (!(min <= max)) throw new Error(`min is ${min} and max ${max}; turn them round`);
  const minutes: SimulatedMinute[] = [];
  /** In which minute each instance has booted. */
  let ready: number[] = Array.from({ length: min }, () => 0);
  let waiting = 0;
  load.forEach((arrived, minute) => {
    const seen = minutes.at(-1) ?? { arrived: 0, waiting: 0, working: 0, desired: min, running: min, cpu: 0, lost: 0 };
    const bounds = simulation.bounds?.(minute) ?? { min, max };
    const desired = Math.min(bounds.max, Math.max(bounds.min, ready.length + policy(seen)));
    const added = Array.from({ length: Math.max(0, desired - ready.length) }, () => minute + bootMinutes);
    // The newest go first: they have not begun anything.
    ready = [...ready, ...added].slice(0, desired);
    const running = ready.filter((at) => at <= minute).length;
    const working = Math.min(waiting + arrived, running * jobsPerMinute);
    const left = waiting + arrived - working;
    waiting = waits ? left : 0;
    const cpu = running === 0 ? 0 : (100 * working) / (running * jobsPerMinute);
    minutes.push({ arrived, waiting, working, desired, running, cpu, lost: waits ? 0 : left });
  });
  return minutes;
}

/** The rule of `BacklogScaling`, for a simulation. @param quietMinutes how long there must be too many before any goes */
export function backlogPolicy({
  messagesPerWorker,
  maxCapacity,
  quietMinutes,
}: BacklogRule & { readonly quietMinutes: number }): SimulatedPolicy {
  const steps = capacitySteps(maxCapacity);
  const stepOf = (many: number) => steps.findLast((step) => step <= many) ?? 0;
  let idle = 0;
  return ({ waiting, working, desired }) => {
    const missing = workersFor(waiting + working, messagesPerWorker) - desired;
    idle = missing < 0 ? idle + 1 : 0;
    if (missing > 0) return stepOf(missing);
    return idle >= quietMinutes ? -stepOf(-missing) : 0;
  };
}
