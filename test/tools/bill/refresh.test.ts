import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { mockClient } from 'aws-sdk-client-mock';
import { listening } from '../../support/console';
import { pricesOf, type PriceTable } from '../../../tools/bill/prices';
import { compare, run, updated } from '../../../tools/bill/refresh';

const pricing = mockClient(PricingClient);
beforeEach(() => pricing.reset());

/** A product as the API gives it: text, with the tiers as ranges. */
const product = (...ranges: [from: string, to: string, usd: string][]): string =>
  JSON.stringify({
    product: { sku: 'ABC' },
    terms: {
      OnDemand: {
        'ABC.JRTCKXETXF': {
          priceDimensions: Object.fromEntries(
            ranges.map(([beginRange, endRange, USD], i) => [
              `ABC.${i}`,
              { beginRange, endRange, unit: 'x', pricePerUnit: { USD } },
            ]),
          ),
        },
      },
    },
  });

const table: PriceTable = {
  region: 'us-east-1',
  asOf: '2026-01-01',
  currency: 'USD',
  sources: {},
  prices: [
    {
      id: 'a.hour',
      service: 'A',
      what: 'an a',
      unit: 'hour',
      amount: '0.045',
      page: 'https://aws.amazon.com/a/',
      checked: [],
      api: { service: 'AmazonA', fields: { usagetype: 'A-Hours' } },
    },
    {
      id: 'b.request',
      service: 'B',
      what: 'a b',
      unit: 'request',
      per: 1_000_000,
      tiers: [{ upTo: 300, amount: '1.00' }, { amount: '0.90' }],
      page: 'https://aws.amazon.com/b/',
      checked: [],
      api: { service: 'AmazonB', fields: { usagetype: 'B-Requests' } },
    },
    {
      id: 'c',
      service: 'C',
      what: 'c',
      unit: 'hour',
      variants: { tiny: '0.1', huge: '0.2' },
      page: 'https://aws.amazon.com/c/',
      checked: [],
      api: { service: 'AmazonC', fields: { kind: '{variant}' } },
    },
    { id: 'd', service: 'D', what: 'd', unit: 'hour', amount: '7', page: 'https://aws.amazon.com/d/', checked: [] },
  ],
};

/** What the API answers by service, and for C by variant. */
function answers(lists: Record<string, string[]>): void {
  pricing
    .on(GetProductsCommand)
    .callsFake(({ ServiceCode, Filters }: { ServiceCode: string; Filters: { Field: string; Value: string }[] }) => {
      const kind = Filters.find(({ Field }) => Field === 'kind')?.Value;
      return { PriceList: lists[kind ?? ServiceCode] ?? [] };
    });
}

const same = {
  AmazonA: [product(['0', 'Inf', '0.0450000000'])],
  AmazonB: [product(['0', '300', '0.0000010000'], ['300', 'Inf', '0.0000009000'])],
  tiny: [product(['0', 'Inf', '0.1'])],
  huge: [product(['0', 'Inf', '0.2'])],
};

test('the same amounts are no difference, however many zeros they are written with', async () => {
  answers(same);
  expect(await compare(table, new PricingClient({}))).toEqual([]);
});

test('the region and the fields of a price are asked for, the variant in its place', async () => {
  answers(same);
  await compare(table, new PricingClient({}));
  const asked = pricing.commandCalls(GetProductsCommand).map(({ args }) => args[0].input);
  expect(asked[0]).toMatchObject({
    ServiceCode: 'AmazonA',
    Filters: [
      { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'us-east-1' },
      { Type: 'TERM_MATCH', Field: 'usagetype', Value: 'A-Hours' },
    ],
  });
  expect(asked.map(({ Filters }) => Filters![1].Value)).toEqual(['A-Hours', 'B-Requests', 'tiny', 'huge']);
});

test('another amount, another end of a tier, no product and more than one are told apart', async () => {
  answers({
    AmazonA: [product(['0', 'Inf', '0.05'])],
    AmazonB: [product(['0', '400', '0.000001'], ['400', 'Inf', '0.0000009'])],
    huge: [product(['0', 'Inf', '0.2']), product(['0', 'Inf', '0.3'])],
  });
  const found = await compare(table, new PricingClient({}));
  expect(found.map(({ price, kind }) => `${price} ${kind}`)).toEqual([
    'a.hour differs',
    'b.request differs',
    'c/tiny not found',
    'c/huge ambiguous',
  ]);
});

test('a free first tier is left to the allowances of the table', async () => {
  answers({ ...same, AmazonA: [product(['0', '100', '0'], ['100', 'Inf', '0.045'])] });
  expect(await compare(table, new PricingClient({}))).toEqual([]);
});

test('what differs is taken over, and nothing else', async () => {
  answers({
    ...same,
    AmazonA: [product(['0', 'Inf', '0.05'])],
    AmazonB: [product(['0', 'Inf', '0.0000008'])],
    huge: [product(['0', 'Inf', '0.25'])],
  });
  const after = updated(table, await compare(table, new PricingClient({})), new Date('2027-02-03T04:05:06Z'));
  expect(after.asOf).toBe('2027-02-03');
  expect(after.prices.map(({ amount, tiers, variants }) => amount ?? tiers ?? variants)).toEqual([
    '0.05',
    '0.8',
    { tiny: '0.1', huge: '0.25' },
    '7',
  ]);
  expect(after.prices[1]).not.toHaveProperty('tiers');
  expect(after.prices[3]).toBe(table.prices[3]);
});

describe('the command', () => {
  const said = listening();
  const nowhere = jest.fn();

  test('says what it did not find and what is looked up by hand, and ends with 1', async () => {
    answers({});
    expect(await run([], new PricingClient({}), { write: nowhere })).toBe(1);
    expect(said).toContain('vpc.nat-gateway.hour: not found');
    expect(said.at(-1)).toMatch(/prices are looked up by hand: .*global-accelerator.hour/);
    expect(nowhere).not.toHaveBeenCalled();
  });

  test('writes the table when it is told to', async () => {
    answers({});
    expect(await run(['--write'], new PricingClient({}), { write: nowhere, today: new Date('2027-01-02') })).toBe(0);
    const [file, text] = nowhere.mock.calls[0] as [string, string];
    expect(file).toMatch(/tools\/bill\/prices\/us-east-1\.json$/);
    expect((JSON.parse(text) as PriceTable).prices).toEqual(pricesOf('us-east-1').prices);
  });

  test('fails when there are no prices of the region', async () => {
    await expect(run(['mars-north-1'], new PricingClient({}))).rejects.toThrow(
      'there are no prices of mars-north-1; there are those of us-east-1',
    );
  });
});
