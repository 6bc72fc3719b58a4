import type { Duration } from 'aws-cdk-lib';
import { cronFaults } from './cron';

/** When something happens. */
export class JobTime {
  /**
   * At the times of a calendar, in a time zone, summer time included.
   *
   * @param expression six fields: minute hour day month weekday year, such as `30 6 ? * MON-FRI *`
   * @param zone of the IANA list, such as `Europe/Berlin`
   */
  static cron(expression: string, zone = 'UTC'): JobTime {
    return new JobTime(`cron(${expression.trim()})`, zone, [
      ...cronFaults(expression),
      ...(isZone(zone) ? [] : [`time zone is ${zone}; give one of the IANA list, such as Europe/Berlin`]),
    ]);
  }

  /** Again and again, from one minute to a year. */
  static rate(every: Duration): JobTime {
    const minutes = every.toMinutes({ integral: false });
    const whole = Number.isInteger(minutes) && minutes >= 1 && minutes <= 366 * 24 * 60;
    return new JobTime(
      whole ? `rate(${rateOf(minutes)})` : '',
      'UTC',
      whole ? [] : [`rate is ${every.toHumanString()}; give whole minutes from 1 minute to a year`],
    );
  }

  /**
   * Once, to the second.
   *
   * @param now what counts as the past; by default when this is synthesised
   */
  static once(at: Date, now: Date = new Date()): JobTime {
    if (Number.isNaN(at.getTime()))
      return new JobTime('', 'UTC', ['time is no valid date; give the time it happens at']);
    const second = at.toISOString().slice(0, 19);
    return new JobTime(
      `at(${second})`,
      'UTC',
      at <= now
        ? [`time is ${second} UTC, which has passed, so that nothing would ever happen; give a time to come`]
        : [],
      true,
    );
  }

  private constructor(
    /** As EventBridge writes it. */
    readonly expression: string,
    readonly zone: string,
    readonly faults: readonly string[],
    readonly isOnce = false,
  ) {}
}

/** The largest unit that makes a whole number, in the grammar AWS insists on. */
function rateOf(minutes: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 24 * 60],
    ['hour', 60],
    ['minute', 1],
  ];
  const [unit, size] = units.find(([, size]) => minutes % size === 0)!;
  const count = minutes / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
