import { Duration } from 'aws-cdk-lib';

const year = Duration.days(365).toMilliseconds();

/**
 * How long something may be down in a year and still be as available as promised: 8.76 hours at 99.9 %, 52.6 minutes at 99.99 %.
 *
 * @param availability the share of the time it answers, such as 0.999
 * @throws unless it lies between 0 and 1
 * @claims compute-downtime-budget
 */
export function downtimePerYear(availability: number): Duration {
  if (!(availability > 0 && availability < 1))
    throw new Error(`availability is ${availability}; give a share below 1, such as 0.999 for 99.9 %`);
  return Duration.millis(Math.round((1 - availability) * year));
}

/** The same in words, to three figures: `8.76 h`, `52.6 min`. */
export function downtimeInWords(availability: number): string {
  const seconds = downtimePerYear(availability).toSeconds({ integral: false });
  const [unit, size] =
    (
      [
        ['h', 3600],
        ['min', 60],
      ] as const
    ).find(([, size]) => seconds >= size) ?? (['s', 1] as const);
  return `${Number((seconds / size).toPrecision(3))} ${unit}`;
}
