import Big from 'big.js';
import * as fc from 'fast-check';
import { aboveCap, billOf } from '../../../tools/bill';
import { costOf } from '../../../tools/bill/money';
import { findPrice, pricesOf } from '../../../tools/bill/prices';
import type { Resource } from '../../../tools/template/stack';

const bill = (Resources: Record<string, Resource>, rest: object = {}) => billOf({ Resources, ...rest });
const resource = (Type: string, Properties: object = {}): Resource => ({ Type, Properties });
const price = (id: string) => findPrice(pricesOf('us-east-1'), id)!;
const table = pricesOf('us-east-1');

describe('arithmetic', () => {
  const prices = fc
    .constantFrom(
      ...table.prices.flatMap((one) =>
        one.variants ? Object.keys(one.variants).map((variant) => `${one.id}/${variant}`) : [one.id],
      ),
    )
    .map(price);
  const units = fc.integer({ min: 0, max: 10_000_000 }).map((thousandths) => new Big(thousandths).div(1000));
  const many = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((n) => new Big(n.toString()));

  test('nothing costs nothing', () => {
    fc.assert(fc.property(prices, (one) => expect(costOf(one, new Big(0)).toFixed()).toBe('0')));
  });

  test('more never costs less, and one unit more costs no more than the dearest tier', () => {
    fc.assert(
      fc.property(prices, many, units, (one, before, more) => {
        const step = costOf(one, before.plus(more)).minus(costOf(one, before));
        const amounts = one.tiers?.map(({ amount }) => new Big(amount)) ?? [new Big(one.amount!)];
        const dearest = amounts.reduce((a, b) => (a.gt(b) ? a : b));
        expect(step.gte(0)).toBe(true);
        expect(step.lte(more.times(dearest).div(one.per ?? 1))).toBe(true);
      }),
    );
  });

  test('without tiers, two parts cost what they cost together, to the last digit', () => {
    fc.assert(
      fc.property(
        prices.filter(({ tiers }) => tiers === undefined),
        units,
        units,
        (one, a, b) => {
          expect(costOf(one, a).plus(costOf(one, b)).toFixed()).toBe(costOf(one, a.plus(b)).toFixed());
        },
      ),
    );
  });

  test('a free allowance never makes it dearer, and what is within it costs nothing', () => {
    fc.assert(
      fc.property(prices, units, many, (one, used, free) => {
        expect(costOf(one, used, free).lte(costOf(one, used))).toBe(true);
        if (used.lte(free)) expect(costOf(one, used, free).toFixed()).toBe('0');
      }),
    );
  });

  test('what is used beyond an allowance costs what all of it costs, less what the allowance would have', () => {
    fc.assert(
      fc.property(prices, many, many, (one, free, more) => {
        const used = free.plus(more);
        expect(costOf(one, used, free).toFixed()).toBe(costOf(one, used).minus(costOf(one, free)).toFixed());
      }),
    );
  });

  test('an allowance is one for all resources together', () => {
    const alarms = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`A${i}`, resource('AWS::CloudWatch::Alarm', { MetricName: 'm' })]),
    );
    const { monthly, monthlyAfterFree, fixed } = bill(alarms);
    expect([monthly, monthlyAfterFree]).toEqual(['1.2', '0.2']);
    expect(fixed.map((line) => line.monthlyAfterFree)).toEqual([...Array<string>(10).fill('0'), '0.1', '0.1']);
  });

  test('the lines of a bill add up to its total, whatever is in the template', () => {
    const some = fc.record({
      'AWS::EC2::NatGateway': fc.nat(4),
      'AWS::KMS::Key': fc.nat(9),
      'AWS::CloudWatch::Alarm': fc.nat(30),
      'AWS::Route53::HostedZone': fc.nat(40),
      'AWS::CloudWatch::Dashboard': fc.nat(5),
    });
    fc.assert(
      fc.property(some, (counts) => {
        const parts = Object.entries(counts).flatMap(([type, count]) =>
          Array.from({ length: count }, (_, i) => [`R${type.replace(/\W/g, '')}${i}`, resource(type)] as const),
        );
        const one = bill(Object.fromEntries(parts));
        const total = one.fixed.reduce((sum, line) => sum.plus(line.monthly), new Big(0));
        expect(total.toFixed()).toBe(one.monthly);
        expect(one.fixed).toHaveLength(parts.length);
        expect(new Big(one.monthlyAfterFree).lte(one.monthly)).toBe(true);
      }),
    );
  });

  test('fails when a number of units is negative', () => {
    expect(() => costOf(price('vpc.nat-gateway.hour'), new Big(-1))).toThrow(
      'vpc.nat-gateway.hour is asked for -1 units; ask for none or more',
    );
  });
});

describe('file systems', () => {
  const files = resource('AWS::EFS::FileSystem', { ThroughputMode: 'elastic' });
  const point = resource('AWS::EFS::AccessPoint', { FileSystemId: { Ref: 'Files' } });
  const use = { what: 'ten documents of a gigabyte', events: 10, kilobytes: 1_000_000 };
  const perUse = (Resources: Record<string, Resource>) => billOf({ Resources }, { use }).example.monthly;

  test('are billed for what is kept, written and read where somebody mounts them, and for nothing where nobody does', () => {
    expect(perUse({ Files: files })).toBe('0');
    expect(perUse({ Files: files, Point: point })).toBe('3.9');
  });
});

describe('caps', () => {
  test('a bill above its cap says what it is made of and what to do', () => {
    const dear = bill({ N: resource('AWS::EC2::NatGateway'), K: resource('AWS::KMS::Key') });
    expect(aboveCap(dear, { name: 'x', monthlyCap: 30 })).toBe(
      'x costs 33.85 USD a month when nobody calls it, above its cap of 30: 32.85 NAT gateway, in one zone, 1.00 KMS key. ' +
        'Make it cheaper, or raise monthlyCap in lib/catalogue.ts.',
    );
    expect(aboveCap(dear, { name: 'x', monthlyCap: 34 })).toBeUndefined();
    expect(aboveCap(dear, { name: 'x' })).toMatch(/above its cap of 5:/);
  });
});

describe('what has no price', () => {
  test('a type nobody knows is printed and not counted', () => {
    const { monthly, unpriced } = bill({ Odd: resource('AWS::Quantum::Computer'), K: resource('AWS::KMS::Key') });
    expect(monthly).toBe('1');
    expect(unpriced).toEqual([
      { path: 'Odd', type: 'AWS::Quantum::Computer', why: 'no rule tells what it is billed for' },
    ]);
  });

  test('so is an instance type that the table does not have, and one that a parameter decides', () => {
    expect(bill({ I: resource('AWS::EC2::Instance', { InstanceType: 'u-24tb1.metal' }) }).unpriced).toEqual([
      {
        path: 'I',
        type: 'AWS::EC2::Instance',
        why: 'there is no price ec2.instance/u-24tb1.metal in the table of us-east-1',
      },
    ]);
    const open = bill(
      { I: resource('AWS::EC2::Instance', { InstanceType: { Ref: 'Size' } }) },
      { Parameters: { Size: { Type: 'String' } } },
    );
    expect(open.unpriced[0].why).toBe('InstanceType is decided at deployment');
    expect(open.monthly).toBe('0');
  });

  test('what is free says why', () => {
    expect(bill({ V: resource('AWS::EC2::VPC'), W: resource('AWS::EC2::VPC') }).free).toEqual([
      { type: 'AWS::EC2::VPC', count: 2, why: 'a network and its rules are free' },
    ]);
  });
});

describe('copies of objects', () => {
  const copying = (Bucket: unknown, more: object = {}) =>
    bill({
      Source: resource('AWS::S3::Bucket', {
        ReplicationConfiguration: { Rules: [{ Status: 'Enabled', Destination: { Bucket, ...more } }] },
      }),
      Near: resource('AWS::S3::Bucket'),
    });
  const ids = ({ usage }: ReturnType<typeof bill>) => usage.map((line) => line.price);
  const far = 'arn:aws:s3:::copies';

  test('are billed on their way to another region, and not within the same', () => {
    expect(ids(copying(far))).toContain('data-transfer.region.gb');
    expect(ids(copying({ 'Fn::GetAtt': ['Near', 'Arn'] }))).not.toContain('data-transfer.region.gb');
  });

  test('are billed for the promise of time, and S3 counts them by four metrics', () => {
    const on = { Status: 'Enabled' };
    const timed = copying(far, { ReplicationTime: on, Metrics: on });
    expect(ids(timed)).toContain('s3.replication-time.gb');
    expect(timed.monthly).toBe('1.2');
    expect(ids(copying(far))).not.toContain('s3.replication-time.gb');
    expect(copying(far).monthly).toBe('0');
  });
});
