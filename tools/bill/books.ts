import Big from 'big.js';
import type { Bill, FixedLine, Line, Unpriced, UsageLine } from './bill';
import { whyFree } from './free';
import { Ledger } from './ledger';
import { unitAmount } from './money';
import { findPrice, type Price, type PriceTable } from './prices';
import type { Billing, Charge, Load, Meter } from './rule';
import { rules } from './rules';
import { Open, type Part } from './site';
import { whyUnpriced } from './unpriced';

/** Looks prices up, counts units, and keeps what has no price. */
export class Books {
  readonly unpriced: Unpriced[] = [];
  readonly #ledger = new Ledger();
  readonly #free = new Map<string, { count: number; why: string }>();

  constructor(private readonly table: PriceTable) {}

  billingOf(part: Part): Billing {
    const rule = rules[part.type];
    if (rule === undefined) {
      const why = whyFree(part.type);
      if (why === undefined) this.refuse(part, whyUnpriced(part.type) ?? 'no rule tells what it is billed for');
      else this.#free.set(part.type, { count: (this.#free.get(part.type)?.count ?? 0) + 1, why });
      return {};
    }
    try {
      return rule(part);
    } catch (error) {
      if (!(error instanceof Open)) throw error;
      this.refuse(part, error.message);
      return {};
    }
  }

  fixed(part: Part, { price: id, units, words }: Charge): FixedLine[] {
    const price = this.priceOf(part, id);
    if (price === undefined) return [];
    const { listed, billed } = this.#ledger.add(price, new Big(units));
    return [
      {
        ...lineOf(part, price),
        units: new Big(units).toFixed(),
        ...(words !== undefined && { words }),
        monthly: listed.toFixed(),
        monthlyAfterFree: billed.toFixed(),
      },
    ];
  }

  usage(part: Part, meter: Meter, load: Load): UsageLine[] {
    const price = this.priceOf(part, meter.price);
    if (price === undefined) return [];
    const line = { ...lineOf(part, price), words: meter.words };
    if (meter.units === undefined) return [line];
    const units = new Big(meter.units(load));
    const { listed, billed } = this.#ledger.add(price, units);
    return [{ ...line, units: units.toFixed(), monthly: listed.toFixed(), monthlyAfterFree: billed.toFixed() }];
  }

  free(): Bill['free'] {
    return [...this.#free].map(([type, entry]) => ({ type, ...entry }));
  }

  private priceOf(part: Part, id: string): Price | undefined {
    const price = findPrice(this.table, id);
    if (price === undefined) this.refuse(part, `there is no price ${id} in the table of ${this.table.region}`);
    return price;
  }

  private refuse({ path, type }: Part, why: string): void {
    this.unpriced.push({ path, type, why });
  }
}

const lineOf = (part: Part, price: Price): Line => ({
  path: part.path,
  type: part.type,
  price: price.id,
  service: price.service,
  what: price.what,
  unit: price.unit,
  amount: unitAmount(price),
  per: price.per ?? 1,
});
