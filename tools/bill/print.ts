import Big from 'big.js';
import { textTable } from '../table';
import { hourlyOf, type Bill, type UsageLine } from './bill';
import { inDollars } from './money';
import { dominant, grouped, type Group } from './summary';

/** A bill as people read it. */
export function asText(bill: Bill): string {
  const { fixed, example, unpriced, notes } = bill;
  return [
    `${[bill.name, bill.profile].filter(Boolean).join(', ')}: ${dollars(bill.monthly)} USD a month when nobody calls, ` +
      `${hourlyOf(bill).round(3).toFixed()} an hour${free(bill)}.`,
    `730 hours in ${bill.region} at the prices of ${bill.asOf}, before taxes.`,
    ...(fixed.length > 0 ? ['', fixedTable(bill), '', dominance(bill)] : []),
    ...(bill.usage.length > 0
      ? [
          '',
          `Use costs on top. The example is ${example.what} in the month: ${dollars(example.monthly)} USD${free(example)}.`,
          '',
          usageTable(bill.usage),
        ]
      : []),
    ...(unpriced.length > 0
      ? [
          '',
          'Billed by AWS, but not counted here:',
          ...lines(unpriced.map(({ path, type, why }) => `${path} (${type}): ${why}`)),
        ]
      : []),
    ...(notes.length > 0 ? ['', ...lines(notes)] : []),
  ].join('\n');
}

const lines = (texts: readonly string[]): string[] => texts.map((text) => `  ${text}`);
export const dollars = (amount: string): string => inDollars(new Big(amount));

const free = ({ monthly, monthlyAfterFree }: Pick<Bill, 'monthly' | 'monthlyAfterFree'>): string =>
  monthly === monthlyAfterFree
    ? ''
    : ` (${dollars(monthlyAfterFree)} if the account uses its free allowances for nothing else)`;

/** What dominates, in a sentence. */
export function dominance({ fixed, monthly }: Bill): string {
  const share = (amount: string): string => `${new Big(amount).times(100).div(monthly).round(0).toFixed()} %`;
  return `Most of it: ${dominant(fixed)
    .map((group) => `${group.what} (${share(group.monthly)})`)
    .join(', ')}.`;
}

/** Where a group is billed: its only resource, or how many there are. */
const where = ({ paths }: Group): string => (paths.length === 1 ? paths[0] : `${paths.length} resources`);

/** `0.0225 an hour`, or `0.40 for 1,000,000 requests`. */
export const rate = ({ amount, per, unit }: Pick<Group, 'amount' | 'per' | 'unit'>): string =>
  per === 1
    ? `${amount} ${/^[aeiou]|^hour/.test(unit) ? 'an' : 'a'} ${unit}`
    : `${amount} for ${per.toLocaleString('en')} ${plural(unit)}`;

const plural = (unit: string): string => (unit === 'GB' ? unit : unit.replace(/y$/, 'ie').concat('s'));

const count = (units: string): string => Number(units).toLocaleString('en', { maximumFractionDigits: 3 });

function fixedTable({ fixed }: Bill): string {
  const rows = grouped(fixed).map((group) => [
    group.what,
    where(group),
    `${count(group.units)} at ${rate(group)}`,
    dollars(group.monthly).padStart(8),
  ]);
  return textTable([['what', 'where', 'how much', '   USD'], ...rows]);
}

function usageTable(usage: readonly UsageLine[]): string {
  const rows = grouped(usage).map((group) => [
    group.what,
    where(group),
    rate(group),
    usage.find(({ price }) => price === group.price)!.words,
    group.units === '0' ? '' : `${count(group.units)} = ${dollars(group.monthly)}`,
  ]);
  return textTable([['what', 'where', 'USD', 'for', 'example'], ...rows]);
}
