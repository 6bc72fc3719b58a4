import { lambdaCost } from '../../../lib/constructs/serverless/lambda-cost';
import { pollCost } from '../../../lib/constructs/messaging/poll-cost';
import { fits, freePatterns, whyFree } from '../../../tools/bill/free';
import { findPrice, pricedRegions, pricesOf } from '../../../tools/bill/prices';
import { rules } from '../../../tools/bill/rules';
import { unpricedPatterns, whyUnpriced } from '../../../tools/bill/unpriced';

describe.each(pricedRegions())('the prices of %s', (region) => {
  const table = pricesOf(region);

  test('are dated, in dollars, and each has a page of AWS and an id of its own', () => {
    expect(table).toMatchObject({ region, currency: 'USD' });
    expect(table.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    const ids = table.prices.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    for (const { id, page } of table.prices)
      expect([id, page]).toEqual([id, expect.stringMatching(/^https:\/\/aws\.amazon\.com\/.+\/$/)]);
  });

  test('are decimals, in exactly one of three forms, tiers rising in units and never in amount', () => {
    for (const { id, amount, tiers, variants, per = 1 } of table.prices) {
      const forms = [amount, tiers, variants].filter((form) => form !== undefined);
      expect([id, forms.length]).toEqual([id, 1]);
      const amounts = [
        ...(amount ? [amount] : []),
        ...(tiers ?? []).map((tier) => tier.amount),
        ...Object.values(variants ?? {}),
      ];
      for (const one of amounts) expect([id, one]).toEqual([id, expect.stringMatching(/^\d+(\.\d+)?$/)]);
      expect([id, Math.log10(per) % 1]).toEqual([id, 0]);
      const ends = (tiers ?? []).map(({ upTo }) => upTo ?? Infinity);
      expect([id, [...ends].sort((a, b) => a - b)]).toEqual([id, ends]);
      expect([id, ends.at(-1) ?? Infinity]).toEqual([id, Infinity]);
      const falling = (tiers ?? []).map((tier) => Number(tier.amount));
      expect([id, [...falling].sort((a, b) => b - a)]).toEqual([id, falling]);
    }
  });

  test('name sources that the table lists', () => {
    const used = new Set(table.prices.flatMap(({ checked }) => checked));
    expect([...used].sort()).toEqual(Object.keys(table.sources).sort());
  });
});

test('the prices that blocks compute with are those of the table', () => {
  const amount = (id: string): number => {
    const { tiers, amount: one, per = 1 } = findPrice(pricesOf('us-east-1'), id)!;
    return Number(one ?? tiers![0].amount) / per;
  };
  const nothing = { requests: 0, gigabyteSeconds: 0 };
  const run = { requests: 1_000_000, milliseconds: 1000, memorySize: 1024 };
  expect(lambdaCost(run, nothing).forRequests).toBeCloseTo(amount('lambda.request') * 1_000_000, 9);
  expect(lambdaCost(run, nothing).forDuration).toBeCloseTo(amount('lambda.arm.gb-second') * 1_000_000, 9);
  expect(lambdaCost({ ...run, arm: false }, nothing).forDuration).toBeCloseTo(
    amount('lambda.x86.gb-second') * 1_000_000,
    9,
  );
  const polled = pollCost({ messages: 0, pollers: 100, waitSeconds: 20 });
  expect(polled.dollars).toBeCloseTo((polled.requests - 1_000_000) * amount('sqs.standard.request'), 9);
});

describe('the lists of types', () => {
  test('no type is on two of them: priced, free, and not priced', () => {
    const priced = Object.keys(rules);
    expect(priced.filter((type) => whyFree(type) !== undefined || whyUnpriced(type) !== undefined)).toEqual([]);
    const concrete = unpricedPatterns.filter((pattern) => !pattern.endsWith('*'));
    expect(concrete.filter((type) => whyFree(type) !== undefined)).toEqual([]);
  });

  test('no pattern is there twice, or within another', () => {
    const all = [...freePatterns, ...unpricedPatterns];
    const covered = all.filter((one, i) => all.some((other, j) => i !== j && fits(other, one.replace(/\*$/, ''))));
    expect(covered).toEqual([]);
  });
});
