import Big from 'big.js';
import type { ExampleUse } from '../../lib/architecture';
import type { Stack, Template } from '../template/stack';
import { Books } from './books';
import { loadOn, standardUse } from './load';
import { sum, type Money } from './money';
import { pricedRegions, pricesOf, type PriceTable } from './prices';
import { HOURS } from './rule';
import { Site } from './site';

export interface BillOptions {
  /** What the bill is of, for its heading. */
  readonly name?: string;
  readonly profile?: string;
  /** @default - that of the stacks, where they are fixed to one; else us-east-1 */
  readonly region?: string;
  /** The month of use to show. @default - a standard month */
  readonly use?: ExampleUse;
}

/** What some templates cost in a month of 730 hours. Amounts are US dollars as exact decimals. */
export interface Bill {
  readonly name?: string;
  readonly profile?: string;
  /** The region whose prices these are. */
  readonly region: string;
  /** The day of the prices. */
  readonly asOf: string;
  /** What it costs when nobody calls, the dearest first. */
  readonly fixed: readonly FixedLine[];
  /** The sum of `fixed` at published prices. */
  readonly monthly: string;
  /** The same if the account uses its free allowances for nothing else. */
  readonly monthlyAfterFree: string;
  /** What use costs on top. */
  readonly usage: readonly UsageLine[];
  readonly example: {
    readonly what: string;
    /** What the example costs on top of `monthly`, at published prices. */
    readonly monthly: string;
    readonly monthlyAfterFree: string;
  };
  /** What is billed, but not counted here. */
  readonly unpriced: readonly Unpriced[];
  /** Types that cost nothing, and why. */
  readonly free: readonly { readonly type: string; readonly count: number; readonly why: string }[];
  /** What the figures leave out or will become. */
  readonly notes: readonly string[];
}

export interface Line {
  readonly path: string;
  readonly type: string;
  /** Id in the price table. */
  readonly price: string;
  readonly service: string;
  readonly what: string;
  readonly unit: string;
  /** Dollars for `per` units, in the first tier. */
  readonly amount: string;
  readonly per: number;
}

export interface FixedLine extends Line {
  readonly units: string;
  /** How the units come about, where they are not one thing for a month. */
  readonly words?: string;
  readonly monthly: string;
  readonly monthlyAfterFree: string;
}

export interface UsageLine extends Line {
  /** What a unit is here. */
  readonly words: string;
  /** Units in the example; none where the example does not touch it. */
  readonly units?: string;
  readonly monthly?: string;
  readonly monthlyAfterFree?: string;
}

export interface Unpriced {
  readonly path: string;
  readonly type: string;
  readonly why: string;
}

/**
 * The bill of a template, or of the templates of one architecture together: tiers and free allowances hold for their sum.
 *
 * It reads what the template says. What only the deployment decides is listed under `unpriced`, and counts as nothing else.
 */
export function billOf(templates: Template | readonly Stack[], options: BillOptions = {}): Bill {
  const named = Array.isArray(templates) ? (templates as readonly Stack[]) : [only(templates as Template, options)];
  const region = options.region ?? named.find((stack) => stack.region !== undefined)?.region;
  const { table, notes } = tableFor(region);
  const books = new Books(table);
  const site = new Site(named, region);
  const billed = site.parts.map((part) => ({ part, billing: books.billingOf(part) }));

  const fixed = billed.flatMap(({ part, billing }) =>
    (billing.fixed ?? []).flatMap((charge) => books.fixed(part, charge)),
  );
  const use = options.use ?? standardUse;
  const usage = billed.flatMap(({ part, billing }) =>
    (billing.usage ?? []).flatMap((meter) => books.usage(part, meter, loadOn(part, use))),
  );

  return {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.profile !== undefined && { profile: options.profile }),
    region: table.region,
    asOf: table.asOf,
    fixed: fixed.sort((a, b) => new Big(b.monthly).cmp(a.monthly)),
    ...totals(fixed),
    usage,
    example: { what: use.what, ...totals(usage) },
    unpriced: books.unpriced,
    free: books.free(),
    notes: [
      ...notes,
      ...new Set(
        billed.flatMap(({ part, billing }) => (billing.note === undefined ? [] : [`${part.path}: ${billing.note}`])),
      ),
    ],
  };
}

const only = (template: Template, { name = 'template' }: BillOptions): Stack => ({ name, template });

/** The prices of a region, or of the first one there are prices of. */
function tableFor(region: string | undefined): { table: PriceTable; notes: string[] } {
  const regions = pricedRegions();
  if (region !== undefined && regions.includes(region)) return { table: pricesOf(region), notes: [] };
  const table = pricesOf('us-east-1');
  if (region === undefined) return { table, notes: [] };
  return {
    table,
    notes: [
      `There are no prices of ${region}; these are those of ${table.region}, from which it may differ by a third.`,
    ],
  };
}

function totals(lines: readonly { readonly monthly?: string; readonly monthlyAfterFree?: string }[]) {
  const total = (amounts: readonly (string | undefined)[]): Money => sum(amounts.map((amount) => new Big(amount ?? 0)));
  return {
    monthly: total(lines.map(({ monthly }) => monthly)).toFixed(),
    monthlyAfterFree: total(lines.map(({ monthlyAfterFree }) => monthlyAfterFree)).toFixed(),
  };
}

/** What an hour of a bill's fixed part costs. */
export const hourlyOf = ({ monthly }: Pick<Bill, 'monthly'>): Money => new Big(monthly).div(HOURS);
