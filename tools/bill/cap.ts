import Big from 'big.js';
import type { Architecture } from '../../lib/architecture';
import type { Bill } from './bill';
import { inDollars } from './money';
import { grouped } from './summary';

/** What a sandbox may cost in a month when nobody calls it, in US dollars, unless its entry in the catalogue says more. */
export const DEFAULT_CAP = 5;

/** Says that a bill is above its architecture's cap, and what it is made of; undefined if it is not. */
export function aboveCap(
  bill: Bill,
  { name, monthlyCap = DEFAULT_CAP }: Pick<Architecture, 'name' | 'monthlyCap'>,
): string | undefined {
  if (new Big(bill.monthly).lte(monthlyCap)) return undefined;
  const parts = grouped(bill.fixed).map(({ what, monthly }) => `${inDollars(new Big(monthly))} ${what}`);
  return (
    `${name} costs ${inDollars(new Big(bill.monthly))} USD a month when nobody calls it, above its cap of ${monthlyCap}: ` +
    `${parts.join(', ')}. Make it cheaper, or raise monthlyCap in lib/catalogue.ts.`
  );
}
