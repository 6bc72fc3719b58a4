import type { ScaleInStep, ScaleOutStep } from './scaling-step';
import type { SimulatedMinute, SimulatedPolicy } from './simulate-scaling';

/** Between how many instances a group may have. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** How clock and forecast move the bounds of a group; asked once for each minute, in order, minute 0 being midnight of a Monday. */
export type SimulatedBounds = (minute: number, given: Bounds) => Bounds;

/** What a strategy does in a simulation: adjusts by what it sees, moves the bounds, or neither. */
export interface SimulatedStrategy {
  readonly policy?: SimulatedPolicy;
  readonly bounds?: SimulatedBounds;
}

/**
 * Holds a figure at a target. As Auto Scaling does: out when it was above for three minutes, to the size that would hold it; in when
 * it was a tenth below for fifteen, and only while nothing boots.
 *
 * @claims compute-asg-target-tracking
 */
export function holding(
  target: number,
  figure: (seen: SimulatedMinute) => number,
  scaleOutOnly = false,
): SimulatedPolicy {
  let above = 0;
  let below = 0;
  return (seen) => {
    const value = figure(seen);
    above = value > target ? above + 1 : 0;
    below = value < 0.9 * target ? below + 1 : 0;
    const wanted = Math.ceil((seen.running * value) / target);
    if (above >= 3) return Math.max(0, wanted - seen.desired);
    if (scaleOutOnly || below < 15 || seen.running < seen.desired) return 0;
    return Math.min(0, wanted - seen.desired);
  };
}

/** By steps, after three minutes beyond the first; what boots already counts towards a step. @claims compute-asg-step */
export function stepping(out: readonly ScaleOutStep[], down: ScaleInStep): SimulatedPolicy {
  let above = 0;
  let below = 0;
  return ({ cpu, desired, running }) => {
    above = cpu >= out[0].above ? above + 1 : 0;
    below = cpu <= down.below ? below + 1 : 0;
    const booting = desired - running;
    if (above >= 3) return Math.max(0, out.findLast((step) => cpu >= step.above)!.add - booting);
    return below >= 3 && booting === 0 ? -down.remove : 0;
  };
}

/** By one alarm each way, with a rest after each action that is as long for all. @claims compute-asg-simple, compute-asg-cooldown */
export function resting(out: ScaleOutStep, down: ScaleInStep, restMinutes: number): SimulatedPolicy {
  let above = 0;
  let below = 0;
  let rest = 0;
  return ({ cpu }) => {
    above = cpu > out.above ? above + 1 : 0;
    below = cpu < down.below ? below + 1 : 0;
    if (rest > 0) {
      rest -= 1;
      return 0;
    }
    const change = above >= 3 ? out.add : below >= 3 ? -down.remove : 0;
    if (change !== 0) rest = restMinutes;
    return change;
  };
}

/** What a clock says, by expressions such as `0 17 * * 5`. @claims compute-asg-scheduled */
export function scheduledBounds(
  sizes: readonly { readonly at: string; readonly min?: number; readonly max?: number }[],
): SimulatedBounds {
  let now: Partial<Bounds> = {};
  return (minute, given) => {
    for (const { at, min, max } of sizes) {
      if (falls(at, minute)) now = { ...now, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    }
    return { ...given, ...now };
  };
}

/**
 * What a forecast says: enough for each hour of a usual day from a while before it begins. It raises the minimum, and when it falls
 * again nobody is taken away by it.
 *
 * @param history the requests of each minute of a usual day
 * @param each what one instance is to do in a minute
 * @throws when the history is not of one whole day
 * @claims compute-asg-predictive
 */
export function forecastBounds(history: readonly number[], each: number, aheadMinutes: number): SimulatedBounds {
  if (history.length !== 1_440)
    throw new Error(`history has ${history.length} minutes; give the 1440 of a usual day, or no forecast can be made`);
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const loads = history.slice(60 * hour, 60 * hour + 60);
    return Math.ceil(loads.reduce((sum, load) => sum + load, 0) / loads.length / each);
  });
  const forecast = (minute: number) => hours[Math.floor((minute % 1_440) / 60)];
  return (minute, { min, max }) => ({
    min: Math.min(max, Math.max(min, forecast(minute), forecast(minute + aheadMinutes))),
    max,
  });
}

/** Whether a time of the week falls on an expression of cron that says minute, hour and weekday, as numbers, lists, ranges and stars. */
function falls(expression: string, minute: number): boolean {
  const [ofHour, hour, day, month, weekday] = expression.split(/\s+/);
  if (day !== '*' || month !== '*')
    throw new Error(
      `${expression} says a day of the month or a month, which a simulated week has not; say the weekday`,
    );
  const fits = (field: string, value: number) => field === '*' || field.split(',').some((part) => holds(part, value));
  const holds = (part: string, value: number) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === undefined)
      throw new Error(`${expression} has ${part}, which a simulation does not read; write numbers, lists and ranges`);
    return value >= Number(from) && value <= Number(to);
  };
  const days = Math.floor(minute / 1_440);
  return (
    fits(ofHour, minute % 60) &&
    fits(hour, Math.floor((minute % 1_440) / 60)) &&
    // Monday is 1, and Sunday 0 or 7.
    (fits(weekday, (days + 1) % 7) || fits(weekday, (days % 7) + 1))
  );
}
