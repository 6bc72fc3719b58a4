import Big from 'big.js';
import type { FixedLine, UsageLine } from './bill';
import { sum } from './money';

/** Lines of one price together. */
export interface Group {
  readonly price: string;
  readonly service: string;
  readonly what: string;
  readonly unit: string;
  /** Dollars for `per` units. */
  readonly amount: string;
  readonly per: number;
  /** What is billed so, by its path. */
  readonly paths: readonly string[];
  readonly units: string;
  readonly monthly: string;
}

/** Lines by price, the dearest first. */
export function grouped(lines: readonly (FixedLine | UsageLine)[]): Group[] {
  return [...new Set(lines.map(({ price }) => price))]
    .map((id): Group => {
      const same = lines.filter(({ price }) => price === id);
      const total = (amounts: (string | undefined)[]) => sum(amounts.map((amount) => new Big(amount ?? 0))).toFixed();
      const [{ price, service, what, unit, amount, per }] = same;
      return {
        price,
        service,
        what,
        unit,
        amount,
        per,
        paths: [...new Set(same.map(({ path }) => path))],
        units: total(same.map(({ units }) => units)),
        monthly: total(same.map(({ monthly }) => monthly)),
      };
    })
    .sort((a, b) => new Big(b.monthly).cmp(a.monthly));
}

/** The dearest groups that make up at least half of some lines; none where they cost nothing. */
export function dominant(lines: readonly (FixedLine | UsageLine)[]): Group[] {
  const groups = grouped(lines);
  const half = sum(groups.map(({ monthly }) => new Big(monthly))).div(2);
  const upTo = groups.findIndex((_, at) =>
    sum(groups.slice(0, at + 1).map(({ monthly }) => new Big(monthly))).gte(half),
  );
  return half.eq(0) ? [] : groups.slice(0, upTo + 1);
}
