import { JobTime } from '../messaging/job-time';

export interface WorkingHoursProps {
  /** Days of the week as the Scheduler writes them: `MON-FRI`, `MON,WED`, `*`. */
  readonly days: string;
  /** When they begin, such as `08:00`. */
  readonly from: string;
  /** When they end, later on the same day, such as `18:30`. */
  readonly to: string;
  /** Of the IANA list, such as `Europe/Berlin`; hours follow its summer time. */
  readonly timeZone: string;
}

/**
 * The hours of a week in which something is needed.
 *
 * @claims compute-start-stop-schedule
 */
export class WorkingHours {
  readonly begin: JobTime;
  readonly end: JobTime;

  constructor(readonly props: WorkingHoursProps) {
    this.begin = at(props.from, props);
    this.end = at(props.to, props);
  }

  /** How many hours a week these are, for a bill. */
  get weekly(): number {
    return daysOf(this.props.days) * (hoursOf(this.props.to) - hoursOf(this.props.from));
  }

  faults(): string[] {
    const { from, to } = this.props;
    const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
    const wrong = Object.entries({ from, to }).flatMap(([name, time]) =>
      clock.test(time) ? [] : [`hours.${name} is ${time || '(empty)'}; give a time of the day such as 08:00`],
    );
    if (wrong.length > 0) return wrong;
    if (to <= from)
      return [`hours end at ${to}, not after ${from} of the same day; for a night give two sets of hours`];
    return [...this.begin.faults];
  }

  /** Such as `MON-FRI 08:00 to 18:00, Europe/Berlin`. */
  toString(): string {
    const { days, from, to, timeZone } = this.props;
    return `${days} ${from} to ${to}, ${timeZone}`;
  }
}

const at = (time: string, { days, timeZone }: WorkingHoursProps): JobTime => {
  const [hour, minute] = time.split(':').map(Number);
  return JobTime.cron(`${minute} ${hour} ? * ${days} *`, timeZone);
};

const hoursOf = (time: string): number => Number(time.slice(0, 2)) + Number(time.slice(3)) / 60;

const week = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
function daysOf(days: string): number {
  const parts = days === '*' ? ['SUN-SAT'] : days.split(',');
  return parts
    .map((part) => part.split('-').map((day) => week.indexOf(day)))
    .reduce((sum, [first, last = first]) => sum + ((last - first + 7) % 7) + 1, 0);
}
