import type { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import { outsideRange } from '../faults';
import type { IScalingStrategy, PlannedGroup, ScaledGroup, ScalingFaults } from './scaled-group';
import { scheduledBounds, type SimulatedStrategy } from './simulated-policies';

export interface ScheduledSize {
  /** When; `Schedule.cron({ hour: '17', minute: '0', weekDay: '5' })`. */
  readonly at: Schedule;
  /** The group's minimum from then on. */
  readonly min?: number;
  /** The group's maximum from then on. */
  readonly max?: number;
}

export interface ScheduledOptions {
  /** IANA name of the zone the times are in, such as Europe/Berlin; a summer time is followed. */
  readonly timeZone: string;
  /** What to do, by a short name each. */
  readonly sizes: Readonly<Record<string, ScheduledSize>>;
}

export class Scheduled implements IScalingStrategy {
  readonly name = 'scheduled';

  constructor(private readonly options: ScheduledOptions) {}

  faults(size: PlannedGroup): ScalingFaults {
    const entries = Object.entries(this.options.sizes);
    return [
      !isTimeZone(this.options.timeZone) &&
        `scheduled.timeZone is ${this.options.timeZone}; give an IANA name such as Europe/Berlin`,
      entries.length === 0 && 'scheduled.sizes is empty; give at least one, and one that undoes it',
      ...entries.flatMap(([name, { min, max }]) => [
        min === undefined && max === undefined && `scheduled.sizes.${name} changes nothing; give min, max or both`,
        outsideRange(`scheduled.sizes.${name}.min`, min, 0, 10_000, 'instances'),
        outsideRange(`scheduled.sizes.${name}.max`, max, 0, 10_000, 'instances'),
        min !== undefined &&
          max !== undefined &&
          min > max &&
          `scheduled.sizes.${name} has min ${min} above its max ${max}; turn them round`,
        min !== undefined &&
          max === undefined &&
          min > size.maxCapacity &&
          `scheduled.sizes.${name} has min ${min} above the group's maximum of ${size.maxCapacity}; give it a max too`,
        max !== undefined &&
          min === undefined &&
          max < size.minCapacity &&
          `scheduled.sizes.${name} has max ${max} below the group's minimum of ${size.minCapacity}; give it a min too`,
      ]),
    ];
  }

  simulated(): SimulatedStrategy {
    const sizes = Object.values(this.options.sizes).map(({ at, ...size }) => ({ at: at.expressionString, ...size }));
    return { bounds: scheduledBounds(sizes) };
  }

  apply(_: Construct, { group }: ScaledGroup): void {
    for (const [name, { at, min, max }] of Object.entries(this.options.sizes)) {
      group.scaleOnSchedule(name, {
        schedule: at,
        timeZone: this.options.timeZone,
        ...(min !== undefined && { minCapacity: min }),
        ...(max !== undefined && { maxCapacity: max }),
      });
    }
  }
}

function isTimeZone(name: string): boolean {
  try {
    return name.includes('/') && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
