import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paginateGetProducts, PricingClient } from '@aws-sdk/client-pricing';
import Big from 'big.js';
import { pricesFolder, pricesOf, type Price, type PriceTable, type Tier } from './prices';

/** One amount of the table beside the published one. */
export interface Difference {
  /** Id of the price, with its variant. */
  readonly price: string;
  /** `differs`, or why there is nothing to compare: `not found` or `ambiguous`. */
  readonly kind: 'differs' | 'not found' | 'ambiguous';
  readonly here: readonly Tier[];
  readonly published: readonly Tier[];
}

/**
 * Holds the table against the AWS Pricing API, for people with credentials (`pricing:GetProducts`), and prints what differs.
 *
 * @param args the region, us-east-1 unless given; `--write` to take the published amounts over
 * @param today what `asOf` becomes when everything was compared
 */
export async function run(
  args: readonly string[],
  client = new PricingClient({ region: 'us-east-1' }),
  { today = new Date(), write = writeFileSync } = {},
): Promise<number> {
  const [region = 'us-east-1'] = args.filter((word) => word !== '--write');
  const table = pricesOf(region);
  const differences = await compare(table, client);
  for (const { price, kind, here, published } of differences)
    console.log(`${price}: ${kind === 'differs' ? `${inWords(here)} here, ${inWords(published)} published` : kind}`);
  const byHand = table.prices.filter(({ api }) => api === undefined).map(({ id }) => id);
  console.log(
    `\n${differences.length} differences; ${byHand.length} prices are looked up by hand: ${byHand.join(', ')}`,
  );
  if (args.includes('--write')) {
    const file = join(pricesFolder, `${region}.json`);
    write(file, `${JSON.stringify(updated(table, differences, today), null, 2)}\n`);
    console.log(`wrote ${file}; format it, read the difference and run the tests`);
    return 0;
  }
  return differences.length === 0 ? 0 : 1;
}

/** Every amount that the Pricing API publishes otherwise, or not in one piece. */
export async function compare(table: PriceTable, client: PricingClient): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const price of table.prices) {
    if (price.api === undefined) continue;
    for (const variant of price.variants ? Object.keys(price.variants) : [undefined]) {
      const here =
        variant === undefined ? (price.tiers ?? [{ amount: price.amount! }]) : [{ amount: price.variants![variant] }];
      const products = await publishedTiers(price, variant, table.region, client);
      const id = variant === undefined ? price.id : `${price.id}/${variant}`;
      if (products.length !== 1)
        differences.push({
          price: id,
          kind: products.length === 0 ? 'not found' : 'ambiguous',
          here,
          published: products.flat(),
        });
      else if (!equal(here, products[0]))
        differences.push({ price: id, kind: 'differs', here, published: products[0] });
    }
  }
  return differences;
}

/** The tiers of every product that fits, without those that say the same. */
async function publishedTiers(
  { api, per = 1 }: Price,
  variant: string | undefined,
  region: string,
  client: PricingClient,
): Promise<Tier[][]> {
  const { service, fields, scale = '1' } = api!;
  const filters = { regionCode: region, ...fields };
  // CloudFront, Route 53 and data transfer are sold worldwide or by other fields than a region.
  const asked = Object.entries(filters).filter(([field]) => field !== 'regionCode' || !worldwide.has(service));
  const pages = paginateGetProducts(
    { client },
    {
      ServiceCode: service,
      Filters: asked.map(([Field, value]) => ({
        Type: 'TERM_MATCH',
        Field,
        Value: variant === undefined ? value : value.replace('{variant}', variant),
      })),
    },
  );
  const found = new Map<string, Tier[]>();
  for await (const { PriceList = [] } of pages) {
    for (const product of PriceList) {
      const tiers = tiersOf(String(product), new Big(scale).times(per));
      if (tiers.some(({ amount }) => amount !== '0')) found.set(JSON.stringify(tiers), tiers);
    }
  }
  return [...found.values()];
}

const worldwide: ReadonlySet<string> = new Set(['AmazonCloudFront', 'AmazonRoute53', 'AWSDataTransfer']);

interface Product {
  readonly terms?: {
    readonly OnDemand?: Readonly<Record<string, { readonly priceDimensions: Readonly<Record<string, Dimension>> }>>;
  };
}
interface Dimension {
  readonly beginRange: string;
  readonly endRange: string;
  readonly pricePerUnit: { readonly USD?: string };
}

/** What a product costs on demand, for our unit; tiers that are free are left to the table's allowances. */
export function tiersOf(product: string, factor: Big): Tier[] {
  const { terms } = JSON.parse(product) as Product;
  return Object.values(terms?.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .sort((a, b) => Number(a.beginRange) - Number(b.beginRange))
    .map(({ endRange, pricePerUnit }) => ({
      ...(endRange !== 'Inf' && { upTo: Number(endRange) }),
      amount: new Big(pricePerUnit.USD ?? 0).times(factor).toFixed(),
    }))
    .filter(({ amount }, index, all) => amount !== '0' || index === all.length - 1);
}

const equal = (a: readonly Tier[], b: readonly Tier[]): boolean =>
  a.length === b.length && a.every(({ upTo, amount }, i) => upTo === b[i].upTo && new Big(amount).eq(b[i].amount));

const inWords = (tiers: readonly Tier[]): string =>
  tiers.map(({ upTo, amount }) => (upTo === undefined ? amount : `${amount} up to ${upTo}`)).join(', ');

/** The table with what is published in place of what differs. */
export function updated(table: PriceTable, differences: readonly Difference[], today: Date): PriceTable {
  const published = new Map(
    differences.filter(({ kind }) => kind === 'differs').map((one) => [one.price, one.published] as const),
  );
  return {
    ...table,
    asOf: today.toISOString().slice(0, 10),
    prices: table.prices.map((price) => {
      const variants =
        price.variants &&
        Object.fromEntries(
          Object.entries(price.variants).map(([variant, amount]) => [
            variant,
            published.get(`${price.id}/${variant}`)?.[0].amount ?? amount,
          ]),
        );
      const tiers = published.get(price.id);
      if (tiers === undefined) return variants === undefined ? price : { ...price, variants };
      const { amount: _amount, tiers: _tiers, ...rest } = price;
      return tiers.length === 1 ? { ...rest, amount: tiers[0].amount } : { ...rest, tiers };
    }),
  };
}
