import { Duration } from 'aws-cdk-lib';
import { classesBelow, isInfrequentAccess, isStorageClass, mayMoveTo, type StorageClassName } from './storage-classes';

/** One step of a ladder. */
export interface Step {
  readonly to: Exclude<StorageClassName, 'STANDARD'>;
  readonly after: Duration;
  readonly recreatable?: boolean;
}

type Faults = (string | undefined | false)[];

/** Days of a duration, parts of a day included. */
export const days = (duration: Duration): number => duration.toDays({ integral: false });

/**
 * Sentences about steps that S3 would refuse, or nobody would want.
 *
 * @claims storage-lifecycle-downward, storage-lifecycle-day-order, storage-class-ia-rules, storage-class-one-zone
 */
export function stepFaults(name: string, steps: readonly Step[]): Faults {
  return steps.flatMap(({ to, after, recreatable = false }, i): Faults => {
    const here = `${name} ${i + 1}`;
    const before = steps[i - 1];
    const from = before?.to ?? 'STANDARD';
    const stayed = before ? days(after) - days(before.after) : days(after);
    return [
      !Number.isInteger(days(after)) &&
        `${here} comes after ${after.toHumanString()}; lifecycle rules count whole days`,
      !mayMoveTo(from, to) &&
        `${here} goes from ${from} to ${to}, which no lifecycle rule does; from there it goes to ${classesBelow(from).join(', ') || 'nothing'}`,
      isInfrequentAccess(to) &&
        days(after) < 30 &&
        `${here} goes to ${to} after ${days(after)} days; S3 moves nothing there before day 30`,
      to === 'ONEZONE_IA' &&
        !recreatable &&
        `${here} goes to ONEZONE_IA, which loses its objects with one zone; say recreatable: true if they can be made again, or use STANDARD_IA`,
      before !== undefined &&
        stayed <= 0 &&
        `${here} comes after ${days(after)} days, no later than the one before it (${days(before.after)}); give more`,
      before !== undefined &&
        isInfrequentAccess(from) &&
        stayed > 0 &&
        stayed < 30 &&
        `${here} leaves ${from} after ${stayed} days; objects stay there 30 days at least, so give ${days(before.after) + 30} or more`,
    ];
  });
}

/**
 * Sentences about an end that comes before the last step, or on no whole day.
 *
 * @claims storage-lifecycle-day-order
 */
export function expiryFaults(steps: readonly Step[], expireAfter: Duration | undefined): Faults {
  const last = steps.at(-1);
  if (expireAfter === undefined) return [];
  return [
    (days(expireAfter) < 1 || !Number.isInteger(days(expireAfter))) &&
      `expireAfter is ${expireAfter.toHumanString()}; give whole days, 1 or more`,
    last !== undefined &&
      days(expireAfter) <= days(last.after) &&
      `expireAfter is ${days(expireAfter)} days, no later than the last step (${days(last.after)}); give more, or leave the step out`,
  ];
}

/** A lifecycle rule as a bucket's resource has it. */
export interface RawRule {
  readonly id?: string;
  readonly status: string;
  readonly expirationInDays?: number;
  readonly transitions?: readonly RawTransition[];
  readonly noncurrentVersionTransitions?: readonly RawTransition[];
}
interface RawTransition {
  readonly storageClass: string;
  readonly transitionInDays?: number;
}

/**
 * The same about rules that nobody's ladder made, in whatever order they stand. Whether objects can be made again such a rule does not say,
 * and dates instead of days are left alone.
 *
 * @claims storage-lifecycle-downward, storage-lifecycle-day-order, storage-class-ia-rules
 */
export function rawRuleFaults(rules: readonly RawRule[]): Faults {
  return rules
    .filter(({ status }) => status === 'Enabled')
    .flatMap(({ id = 'without an id', transitions = [], noncurrentVersionTransitions = [], expirationInDays }) => [
      ...stepFaults(`lifecycle rule ${id}: step`, stepsOf(transitions)),
      ...stepFaults(`lifecycle rule ${id}: step of old versions`, stepsOf(noncurrentVersionTransitions)),
      ...expiryFaults(
        stepsOf(transitions),
        expirationInDays === undefined ? undefined : Duration.days(expirationInDays),
      ),
    ]);
}

const stepsOf = (transitions: readonly RawTransition[]): Step[] =>
  transitions
    .flatMap(({ storageClass: to, transitionInDays: after }) =>
      isStorageClass(to) && to !== 'STANDARD' && after !== undefined
        ? [{ to, after: Duration.days(after), recreatable: true }]
        : [],
    )
    .sort((a, b) => days(a.after) - days(b.after));
