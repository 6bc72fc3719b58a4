import Big from 'big.js';
import { costOf, none, type Money } from './money';
import type { Price } from './prices';

/** What some units cost, given all that was counted before them. */
export interface Cost {
  /** At the published price, as if nothing were free. */
  readonly listed: Money;
  /** If the account uses its free allowance for nothing else. */
  readonly billed: Money;
}

/** Counts units by price, so that tiers and free allowances hold for a month's total and not for each resource. */
export class Ledger {
  readonly #counted = new Map<string, Big>();

  add(price: Price, units: Big): Cost {
    const before = this.#counted.get(price.id) ?? none;
    const after = before.plus(units);
    this.#counted.set(price.id, after);
    const free = new Big(price.free ?? 0);
    return {
      listed: costOf(price, after).minus(costOf(price, before)),
      billed: costOf(price, after, free).minus(costOf(price, before, free)),
    };
  }
}
