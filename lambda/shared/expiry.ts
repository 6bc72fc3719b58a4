/** Anything later is a time in milliseconds by mistake: the year 5138. */
const latestSeconds = 100_000_000_000;

/**
 * When an item may be deleted, as DynamoDB wants it: whole seconds since 1970.
 *
 * @throws when the time is past, or a number that can only be milliseconds: DynamoDB would keep such an item for ever
 *
 * @claims data-ddb-ttl
 */
export function expiryOf(when: Date | number, now = new Date()): number {
  const seconds = typeof when === 'number' ? when : Math.floor(when.getTime() / 1000);
  if (!Number.isInteger(seconds)) throw new Error(`expiry is ${seconds}; give whole seconds since 1970`);
  if (seconds >= latestSeconds) throw new Error(`expiry is ${seconds}, which is milliseconds; give seconds since 1970`);
  if (seconds <= secondsOf(now)) throw new Error(`expiry is ${seconds}, which is past; give a time to come`);
  return seconds;
}

/** Whether an item is only there because DynamoDB has not come to delete it yet, which takes days. */
export const hasExpired = (expiresAt: number | undefined, now = new Date()): boolean =>
  expiresAt !== undefined && expiresAt <= secondsOf(now);

export const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);
