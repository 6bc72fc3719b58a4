import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PricingClient } from '@aws-sdk/client-pricing';
import Big from 'big.js';
import { pricesOf, type Price, type Tier } from '../../../tools/bill/prices';
import { run } from '../../../tools/bill/refresh';
import { listening } from '../../support/console';

interface Request {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}

const table = pricesOf('us-east-1');

/** What a price is asked for by: service and fields, the variant in its place; the region is another matter. */
const keyOf = (service: string, fields: Readonly<Record<string, string>>): string =>
  JSON.stringify([service, Object.entries(fields).sort()]);

/** The tiers of every price that the API has, in its own unit. */
const published = new Map(
  table.prices.flatMap((price: Price): [string, Tier[]][] => {
    if (price.api === undefined) return [];
    const { service, fields, scale = '1' } = price.api;
    const unit = new Big(scale).times(price.per ?? 1);
    const inUnit = (amount: string) => new Big(amount).div(unit).toFixed();
    const variants = Object.entries(price.variants ?? { '': '' });
    return variants.map(([variant, amount]) => {
      const named = Object.entries(fields).map(([field, value]) => [field, value.replace('{variant}', variant)]);
      const tiers = price.tiers ?? [{ amount: price.amount ?? amount }];
      return [
        keyOf(service, Object.fromEntries(named) as Record<string, string>),
        tiers.map((tier) => ({ ...tier, amount: inUnit(tier.amount) })),
      ];
    });
  }),
);

const product = (tiers: readonly Tier[]): string =>
  JSON.stringify({
    terms: {
      OnDemand: {
        offer: {
          priceDimensions: Object.fromEntries(
            tiers.map(({ upTo, amount }, i) => [
              `rate ${i}`,
              {
                beginRange: String(tiers[i - 1]?.upTo ?? 0),
                endRange: upTo === undefined ? 'Inf' : String(upTo),
                pricePerUnit: { USD: amount },
              },
            ]),
          ),
        },
      },
    },
  });

/** Speaks the Pricing API's protocol and publishes the prices of the table, each on the second of two pages. */
function fake(signed: string[]): Server {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      signed.push(request.headers.authorization ?? '');
      const { ServiceCode, Filters, NextToken } = JSON.parse(body) as Request;
      const fields = Object.fromEntries(Filters.map(({ Field, Value }) => [Field, Value]));
      const { regionCode, ...others } = fields;
      const tiers = published.get(keyOf(ServiceCode, others)) ?? published.get(keyOf(ServiceCode, fields));
      const isHere = regionCode === undefined || regionCode === 'us-east-1';
      const answer = NextToken
        ? { PriceList: tiers && isHere ? [product(tiers)] : [] }
        : { PriceList: [], NextToken: 'the second page' };
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
}

// Two hundred requests take their time on a busy machine.
jest.setTimeout(60_000);

describe('npm run bill-refresh, over the wire', () => {
  const said = listening();
  const signed: string[] = [];
  const server = fake(signed);
  let client: PricingClient;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new PricingClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  test('finds no difference where the table says what is published, over all pages, by signed requests', async () => {
    expect(await run([], client)).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^\n0 differences; \d+ prices are looked up by hand: /)]);
    expect(signed.length).toBeGreaterThanOrEqual(2 * published.size);
    expect(signed.every((header) => header.includes('/us-east-1/pricing/aws4_request'))).toBe(true);
  });

  test('names the one that is published otherwise', async () => {
    const [key, [first, ...more]] = [...published][0];
    published.set(key, [{ ...first, amount: '123' }, ...more]);
    expect(await run([], client)).toBe(1);
    expect(said[0]).toMatch(/^[\w.-]+(\/[\w.-]+)?: .* here, 123.* published$/);
    expect(said).toHaveLength(2);
  });
});
