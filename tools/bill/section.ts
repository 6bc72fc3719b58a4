import Big from 'big.js';
import type { ProfileName } from '../../lib/profile';
import { markdownTable } from '../table';
import type { Bill } from './bill';
import { inDollars } from './money';
import { dominant, grouped } from './summary';

/** The figures of a README's Cost part: one row for each price, one column for each profile. */
export function costSection(name: string, bills: Readonly<Record<ProfileName, Bill>>): string {
  const both = [bills.sandbox, bills.production];
  const { region, asOf } = bills.sandbox;
  const rows = prices(both).map(({ price, what }) => [what, ...both.map((bill) => monthlyOf(bill, price))]);
  const use = both.map(({ example }) => dollars(example.monthly));
  return [
    markdownTable([
      ['US dollars a month', 'sandbox', 'production'],
      ...rows,
      ['**when nobody calls**', ...both.map(({ monthly }) => `**${dollars(monthly)}**`)],
      [`on top, for ${bills.sandbox.example.what}`, ...use],
    ]),
    '',
    `${dominance(bills.sandbox)}730 hours in ${region} at the prices of ${asOf}, before taxes and free allowances${after(bills.sandbox)}.`,
    `\`npm run bill -- ${name}\` shows where each figure comes from.`,
  ].join('\n');
}

/** Every price in any of the bills, the dearest first. */
function prices(bills: readonly Bill[]): { readonly price: string; readonly what: string }[] {
  const groups = bills.flatMap(({ fixed }) => grouped(fixed));
  return [...new Map(groups.map(({ price, what }) => [price, { price, what }])).values()];
}

const dollars = (amount: string): string => inDollars(new Big(amount));

const monthlyOf = ({ fixed }: Bill, price: string): string =>
  dollars(grouped(fixed).find((group) => group.price === price)?.monthly ?? '0');

/** What makes up half of the example's use. */
function dominance({ usage }: Bill): string {
  const names = dominant(usage).map(({ what }) => what);
  return names.length === 0 ? '' : `Most of the use is ${new Intl.ListFormat('en-GB').format(names)}. `;
}

const after = ({ monthly, monthlyAfterFree }: Bill): string =>
  monthly === monthlyAfterFree
    ? ''
    : `, which make the sandbox ${dollars(monthlyAfterFree)} in an account that uses them for nothing else`;
