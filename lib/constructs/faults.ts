import { Token, type Duration, type Size } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Refuses bad input: throws one error with every fault, under the construct's path.
 *
 * @param scope the construct whose props were looked at
 * @param faults one sentence each: the prop, the value seen, and what to write instead
 */
export function refuse(scope: IConstruct, faults: readonly (string | undefined | false)[]): void {
  const real = faults.filter((fault): fault is string => Boolean(fault));
  if (real.length > 0) throw new Error([`${scope.node.path || 'The app'}:`, ...real].join('\n  '));
}

/** A fault unless `value` is a whole number from `low` to `high`; tokens and absent values pass. */
export function outsideRange(
  name: string,
  value: number | undefined,
  low: number,
  high: number,
  unit = '',
): string | undefined {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= low && value <= high))
    return undefined;
  return `${name} is ${value}${unit && ` ${unit}`}; give a whole number from ${low} to ${high}${unit && ` ${unit}`}`;
}

/** A fault unless a duration lies between two others; tokens and absent values pass. */
export function outsideDuration(
  name: string,
  value: Duration | undefined,
  low: Duration,
  high: Duration,
): string | undefined {
  if (value === undefined || value.isUnresolved()) return undefined;
  const milliseconds = value.toMilliseconds({ integral: false });
  if (milliseconds >= low.toMilliseconds() && milliseconds <= high.toMilliseconds()) return undefined;
  return `${name} is ${value.toHumanString()}; give ${low.toHumanString()} to ${high.toHumanString()}`;
}

/** Whether a text can be no account: it is not 12 digits, nor known only when it is deployed. */
export const isNoAccount = (account: string): boolean => !Token.isUnresolved(account) && !/^\d{12}$/.test(account);

/** A fault unless a size in MiB lies between two others; tokens and absent values pass. */
export function outsideSize(
  name: string,
  value: Size | undefined,
  lowMiB: number,
  highMiB: number,
): string | undefined {
  if (value === undefined || value.isUnresolved()) return undefined;
  return outsideRange(name, value.toMebibytes({ rounding: 2 }), lowMiB, highMiB, 'MiB');
}

/** What is wrong with the sentence that accepts a cost by the hour; whoever reads the stack learns from it why it is paid. */
export const hourlyCostFault = (sentence: string, what: string, instead: string): string | false =>
  sentence.trim().split(/\s+/).length < 4 &&
  `acceptHourlyCost is "${sentence}"; say in a sentence why ${what} that is billed by the hour is needed, or ${instead}`;
