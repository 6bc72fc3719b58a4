import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The published prices of one region on one day. */
export interface PriceTable {
  readonly region: string;
  /** The day the table was last held against its sources. */
  readonly asOf: string;
  readonly currency: 'USD';
  /** What prices were held against, by the word that `checked` uses. */
  readonly sources: Readonly<Record<string, { readonly title: string; readonly url: string; readonly date: string }>>;
  readonly prices: readonly Price[];
}

/** What one thing costs. */
export interface Price {
  /** The name rules use, in parts: `vpc.nat-gateway.hour`. */
  readonly id: string;
  readonly service: string;
  readonly what: string;
  /** What is counted, in the singular: `hour`, `request`, `GB`. */
  readonly unit: string;
  /** For how many units an amount is, a power of ten. @default 1 */
  readonly per?: number;
  /** US dollars as a decimal, where there are no tiers. */
  readonly amount?: string;
  /** Amounts of a month's units in turn, each up to a number of units; the last has no end. */
  readonly tiers?: readonly Tier[];
  /** One amount for each kind, such as an instance type, named after a slash: `ec2.instance/t4g.micro`. */
  readonly variants?: Readonly<Record<string, string>>;
  /** Units an account need not pay for in a month, for ever; what is free only at first is never counted. */
  readonly free?: number;
  /** AWS's page of this price. */
  readonly page: string;
  /** Which of the sources said the same; none if it stands only on the page. */
  readonly checked: readonly string[];
  /** Where the Pricing API has it. @default - it is looked up by hand */
  readonly api?: PriceFilter;
}

export interface Tier {
  readonly upTo?: number;
  readonly amount: string;
}

export interface PriceFilter {
  readonly service: string;
  /** Fields of a product; `{variant}` stands for the variant. */
  readonly fields: Readonly<Record<string, string>>;
  /** By what the API's amounts are multiplied to be for our unit. @default 1 */
  readonly scale?: string;
}

export const pricesFolder = join(__dirname, 'prices');

/** The regions there are prices of. */
export const pricedRegions = (): string[] => readdirSync(pricesFolder).map((file) => file.replace(/\.json$/, ''));

const tables = new Map<string, PriceTable>();

/** @throws when there are no prices of the region */
export function pricesOf(region: string): PriceTable {
  const file = join(pricesFolder, `${region}.json`);
  if (!existsSync(file)) {
    throw new Error(`there are no prices of ${region}; there are those of ${pricedRegions().join(', ')}`);
  }
  if (!tables.has(region)) tables.set(region, JSON.parse(readFileSync(file, 'utf8')) as PriceTable);
  return tables.get(region)!;
}

/** A price by its id, the variant's amount in place where the id has a slash; undefined where the table has none. */
export function findPrice(table: PriceTable, id: string): Price | undefined {
  const [name, variant] = id.split('/');
  const price = table.prices.find((one) => one.id === name);
  if (price?.variants === undefined) return variant === undefined ? price : undefined;
  const amount = variant === undefined ? undefined : price.variants[variant];
  if (amount === undefined) return undefined;
  return { ...price, id, what: `${price.what} ${variant}`, amount, variants: undefined };
}
