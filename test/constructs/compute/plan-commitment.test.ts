import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { BilledInstance, ReservedInstance } from '../../../lib/constructs/compute/commitment';
import {
  capacityPriority,
  planCommitment,
  type CommitmentOffer,
  type InstanceUse,
} from '../../../lib/constructs/compute/plan-commitment';

const instance: BilledInstance = {
  region: 'us-east-1',
  zone: 'us-east-1a',
  type: 'm5.large',
  os: 'Linux',
  tenancy: 'shared',
};
const commitment: ReservedInstance = {
  kind: 'standard',
  region: 'us-east-1',
  type: 'm5.large',
  os: 'Linux',
  tenancy: 'shared',
};
const offer: CommitmentOffer = { commitment, years: 1, payment: 'none', discount: 40, onDemand: 0.1, count: 2 };
const year = 8760;
const planned = (uses: InstanceUse[], over: Partial<CommitmentOffer> = {}) =>
  planCommitment({ ...offer, ...over }, uses);

describe('a commitment for a year, of two instances at 0.10 USD less 40 per cent', () => {
  test.each<[string, InstanceUse[], number, number, number]>([
    ['two that always run', [{ instance, count: 2, hours: year }], 1752, 0, 700.8],
    ['nothing that runs: all of it is paid all the same', [], 0, 0, -1051.2],
    ['half of the year: less used than promised', [{ instance, count: 2, hours: 4380 }], 876, 0, -175.2],
    ['three that always run: the third is on-demand', [{ instance, count: 3, hours: year }], 2628, 876, 700.8],
    [
      'one always and two for half of the year: the third is on-demand while all run',
      [
        { instance, count: 1, hours: year },
        { instance, count: 2, hours: 4380 },
      ],
      1752,
      438,
      262.8,
    ],
    [
      'two of another family: a mismatch is on-demand use, and what is promised is paid besides',
      [{ instance: { ...instance, type: 'c5.large' }, count: 2, hours: year }],
      1752,
      1752,
      -1051.2,
    ],
    [
      'one of twice the size, which counts for two',
      [{ instance: { ...instance, type: 'm5.xlarge' }, count: 1, hours: year, onDemand: 0.2 }],
      1752,
      0,
      700.8,
    ],
  ])('%s [compute-commitment-planner]', (_, uses, allOnDemand, overage, saved) => {
    const plan = planned(uses);
    expect(plan.committed).toBeCloseTo(1051.2, 6);
    expect([plan.allOnDemand, plan.overage, plan.saved].map((usd) => usd.toFixed(2))).toEqual(
      [allOnDemand, overage, saved].map((usd) => usd.toFixed(2)),
    );
  });

  test('is the cheaper one from 5,256 hours a year on [compute-commitment-planner]', () => {
    expect(planned([]).breakEvenHours).toBeCloseTo(5256, 6);
    expect(planned([{ instance, count: 2, hours: 5256 }]).saved).toBeCloseTo(0, 6);
  });

  test.each([
    ['none', 0],
    ['partial', 525.6],
    ['all', 1051.2],
  ] as const)('with payment %s, %d USD are due before it begins [compute-commitment-planner]', (payment, due) => {
    expect(planned([], { payment }).upfront).toBeCloseTo(due, 6);
  });

  test('three years are three times as much [compute-commitment-planner]', () => {
    expect(planned([], { years: 3 }).committed).toBeCloseTo(3153.6, 6);
  });

  test('a regional one holds no room, a zonal one does [compute-commitment-planner]', () => {
    expect(planned([]).holdsCapacity).toBe(false);
    expect(planned([], { commitment: { ...commitment, zone: 'us-east-1a' } }).holdsCapacity).toBe(true);
  });

  test.each([
    ['standard', 72],
    ['convertible', 66],
  ] as const)('no more than AWS gives: %s up to %d per cent [compute-commitment-planner]', (kind, highest) => {
    const of = (discount: number) => () => planned([], { commitment: { ...commitment, kind }, discount });
    expect(of(highest)).not.toThrow();
    expect(of(highest + 1)).toThrow(
      `a discount of ${highest + 1} % on ${kind} is not to be had; give 0 to ${highest}, as the offer in the console says`,
    );
  });

  test('a Savings Plan up to 72, a host up to 70 per cent [compute-commitment-planner]', () => {
    const savings = { kind: 'EC2 Savings Plan', region: 'us-east-1', family: 'm5' } as const;
    const host = { kind: 'dedicated host', region: 'us-east-1', family: 'm5' } as const;
    expect(() => planned([], { commitment: savings, discount: 73 })).toThrow('give 0 to 72');
    expect(() => planned([], { commitment: host, discount: 71 })).toThrow('give 0 to 70');
    const onHost: InstanceUse = { instance: { ...instance, tenancy: 'host' }, count: 2, hours: year };
    expect(planned([onHost], { commitment: host, years: 3, discount: 60 }).overage).toBeCloseTo(0, 6);
  });

  test('figures below zero are refused [compute-commitment-planner]', () => {
    expect(() => planned([], { count: -1 })).toThrow(
      '-1 instances at 0.1 USD an hour are no offer; give a count and a price from 0',
    );
    expect(() => planned([], { onDemand: NaN })).toThrow('instances at NaN USD an hour are no offer');
    expect(() => planned([{ instance, count: 1, hours: 1, onDemand: -0.1 }])).toThrow(
      'm5.large costs -0.1 USD an hour; give a price from 0',
    );
    expect(() => planned([{ instance, count: -1, hours: 1 }])).toThrow('give hours from 0 to 8760 and a count from 0');
  });

  test('more hours than the term has are refused [compute-commitment-planner]', () => {
    expect(() => planned([{ instance, count: 1, hours: 8761 }])).toThrow(
      '1 x m5.large for 8761 hours is no use of this term; give hours from 0 to 8760 and a count from 0',
    );
  });
});

test('when room is short, what is reserved comes first and spot last [compute-commitment-planner]', () => {
  expect(capacityPriority()).toEqual(['zonal reserved instances and capacity reservations', 'on-demand', 'spot']);
});

test('the example of docs/buying-servers.md saves what the page says [compute-commitment-planner]', () => {
  const page = readFileSync(join(__dirname, '../../../docs/buying-servers.md'), 'utf8');
  const [, example] = /```ts\n(.*?)```/s.exec(page)!;
  const plan = runInNewContext(example, { planCommitment }) as ReturnType<typeof planCommitment>;
  const usd = (amount: number) =>
    amount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  expect(page).toContain(
    `It saves ${usd(plan.saved)} of ${usd(plan.allOnDemand)} USD a year, and pays from ${Math.round(plan.breakEvenHours).toLocaleString('en-GB')} hours a year on.`,
  );
});

test('the threshold that docs/buying-servers.md names is that of its offer [compute-commitment-planner]', () => {
  const page = readFileSync(join(__dirname, '../../../docs/buying-servers.md'), 'utf8');
  const [, discount, hours] = /an offer of (\d+) per cent pays from ([\d,]+) hours a year on/.exec(page)!;
  expect(Math.round(planned([], { discount: Number(discount) }).breakEvenHours)).toBe(Number(hours.replace(',', '')));
});
