import type { Duration } from 'aws-cdk-lib';

/** How often DLM takes snapshots with an interval, in hours. */
export type SnapshotInterval = 1 | 2 | 3 | 4 | 6 | 8 | 12 | 24;
export type Weekday = 'SUN' | 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT';

/** When snapshots are taken; each begins within the hour after its time, in UTC. */
export class SnapshotTimes {
  /** @param first the time of the first of the day, such as 01:00 */
  static everyHours(hours: SnapshotInterval, first = '03:00'): SnapshotTimes {
    return new SnapshotTimes(first, { hours });
  }
  static daily(at = '03:00'): SnapshotTimes {
    return SnapshotTimes.everyHours(24, at);
  }
  static weekly(day: Weekday = 'SUN', at = '03:00'): SnapshotTimes {
    return new SnapshotTimes(at, { day });
  }
  /** On the first of each month. */
  static monthly(at = '03:00'): SnapshotTimes {
    return new SnapshotTimes(at, {});
  }

  private constructor(
    /** As `hh:mm`. */
    readonly at: string,
    readonly every: { readonly hours?: SnapshotInterval; readonly day?: Weekday },
  ) {}

  get isMonthly(): boolean {
    return this.every.hours === undefined && this.every.day === undefined;
  }

  /** The time as cron writes it, for what knows no interval. */
  get cron(): string {
    const [hour, minute] = this.at.split(':').map(Number);
    const { hours, day } = this.every;
    if (hours !== undefined && hours < 24) return `cron(${minute} ${this.hours.join(',')} * * ? *)`;
    if (day !== undefined) return `cron(${minute} ${hour} ? * ${day} *)`;
    return `cron(${minute} ${hour} ${this.isMonthly ? '1' : '*'} * ? *)`;
  }

  /** Hours of a day at which one begins. */
  get hours(): readonly number[] {
    const first = Number(this.at.split(':')[0]);
    const step = this.every.hours ?? 24;
    return Array.from({ length: 24 / step }, (_, i) => (first + i * step) % 24).sort((a, b) => a - b);
  }

  /** Whether one is taken on a day, counted from a Sunday that is the first of a month of 30 days. */
  falls(day: number): boolean {
    if (this.every.day !== undefined) return day % 7 === weekdays.indexOf(this.every.day);
    return !this.isMonthly || day % 30 === 0;
  }
}

const weekdays: readonly Weekday[] = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** How long snapshots are kept. */
export class SnapshotRetention {
  /** The newest so many of each volume, 1 to 1,000. */
  static count(count: number): SnapshotRetention {
    return new SnapshotRetention({ count });
  }
  /** Each for so many days. */
  static days(days: number): SnapshotRetention {
    return new SnapshotRetention({ days });
  }
  private constructor(readonly by: { readonly count?: number; readonly days?: number }) {}
}

/** Copies in another Region. */
export interface SnapshotCopy {
  readonly region: string;
  /** How long they are kept there, by `SnapshotRetention.days`. */
  readonly keep: SnapshotRetention;
  /**
   * The ARN of a key of that Region.
   * @default - the `aws/ebs` key of the account there
   */
  readonly keyArn?: string;
}

/** Snapshots that are restored at full speed from the first read on, billed by the hour for each snapshot and zone. */
export interface FastRestore {
  /** The newest so many of each volume. */
  readonly count: number;
  readonly availabilityZones: readonly string[];
}

export interface SnapshotSchedule {
  /** Such as `Daily`; once in a plan. */
  readonly name: string;
  /** @default SnapshotTimes.daily() */
  readonly times?: SnapshotTimes;
  readonly keep: SnapshotRetention;
  /**
   * Copies in other Regions, up to three.
   * @default - none
   */
  readonly copies?: readonly SnapshotCopy[];
  /** @default - the first read of each block is slow */
  readonly fastRestore?: FastRestore;
  /**
   * How long snapshots lie in the archive when they were kept, 90 days or more: up to 75 % cheaper, whole rather than changed blocks only, and 24 to
   * 72 hours away. Needs monthly times and a `keep` by days.
   * @default - they are deleted
   */
  readonly archiveFor?: Duration;
}
