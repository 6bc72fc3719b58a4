import Big from 'big.js';
import type { Price } from './prices';

/** US dollars, exact: sums and products of decimals, never binary fractions. */
export type Money = Big;

export const none: Money = new Big(0);

export const sum = (amounts: readonly Money[]): Money => amounts.reduce((total, amount) => total.plus(amount), none);

/** Dollars and cents, rounded half up; what is not nothing never reads 0.00. */
export function inDollars(amount: Money): string {
  const rounded = amount.round(2, Big.roundHalfUp);
  return rounded.eq(0) && amount.gt(0) ? 'under 0.01' : rounded.toFixed(2);
}

/**
 * What a number of units costs in a month, tier by tier.
 *
 * @param free how many of the units are not billed; they are the first ones
 */
export function costOf(price: Price, units: Big, free: Big = none): Money {
  if (units.lt(0)) throw new Error(`${price.id} is asked for ${units.toFixed()} units; ask for none or more`);
  const billed = units.gt(free) ? [free, units] : [units, units];
  let from = none;
  let cost = none;
  for (const { upTo, amount } of tiersOf(price)) {
    const to = upTo === undefined ? billed[1] : least(new Big(upTo), billed[1]);
    const start = most(from, billed[0]);
    if (to.gt(start)) cost = cost.plus(to.minus(start).times(amount));
    from = to;
  }
  return cost.times(oneOf(price.per ?? 1));
}

/** What one more unit costs at first. */
export const unitAmount = (price: Price): string => tiersOf(price)[0].amount;

const tiersOf = (price: Price) => price.tiers ?? [{ upTo: undefined, amount: price.amount! }];

/** 1/n for a power of ten, as an exact decimal. */
function oneOf(per: number): Big {
  const zeros = Math.round(Math.log10(per));
  if (10 ** zeros !== per) throw new Error(`a price is for ${per} units; give a power of ten`);
  return new Big(`1e-${zeros}`);
}

const least = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
const most = (a: Big, b: Big): Big => (a.gt(b) ? a : b);
