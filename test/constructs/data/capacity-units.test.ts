import fc from 'fast-check';
import { burstCapacity, capacityUnits } from '../../../lib/constructs/data/capacity-units';

const KB = 1024;
const alike = (count: number, bytes: number): number[] => Array.from({ length: count }, () => bytes);

describe('capacityUnits', () => {
  test('ten items of 2.5 KB take 30 write units, 10 read units strongly and 5 eventually consistent [data-ddb-capacity-maths]', () => {
    const items = alike(10, 2.5 * KB);
    expect(capacityUnits({ kind: 'put', items })).toBe(30);
    expect(capacityUnits({ kind: 'get', items, consistency: 'strong' })).toBe(10);
    expect(capacityUnits({ kind: 'get', items })).toBe(5);
  });

  test('ten reads of 4 KB take 5 units eventually, 10 strongly consistent and 20 in transactions [data-ddb-capacity-maths]', () => {
    const items = alike(10, 4 * KB);
    expect(
      (['eventual', 'strong', 'transaction'] as const).map((consistency) =>
        capacityUnits({ kind: 'get', items, consistency }),
      ),
    ).toEqual([5, 10, 20]);
  });

  test('a write takes a unit for each KB begun, and double in a transaction [data-ddb-capacity-maths]', () => {
    expect(capacityUnits({ kind: 'update', items: [KB] })).toBe(1);
    expect(capacityUnits({ kind: 'update', items: [KB + 1] })).toBe(2);
    expect(capacityUnits({ kind: 'delete', items: [KB + 1], transaction: true })).toBe(4);
  });

  test('unused capacity of five minutes is kept for a burst [data-ddb-capacity-maths]', () => {
    expect(burstCapacity(10)).toBe(3000);
  });

  test('ten items of 0.5 KB take 10 units one by one, 2 by one query, 1 by an eventually consistent one [data-ddb-read-rounding]', () => {
    const items = alike(10, 0.5 * KB);
    expect(capacityUnits({ kind: 'batchGet', items, consistency: 'strong' })).toBe(10);
    expect(capacityUnits({ kind: 'query', items, consistency: 'strong' })).toBe(2);
    expect(capacityUnits({ kind: 'query', items })).toBe(1);
  });

  test('a read that finds nothing takes its least', () => {
    expect(capacityUnits({ kind: 'query', items: [] })).toBe(0.5);
  });

  test('a query never takes more than the same items one by one, and never less than their bytes [data-ddb-read-rounding]', () => {
    const sizes = fc.array(fc.nat(400 * KB), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, (items) => {
        const query = capacityUnits({ kind: 'query', items, consistency: 'strong' });
        expect(query).toBeLessThanOrEqual(capacityUnits({ kind: 'get', items, consistency: 'strong' }));
        expect(query * 4 * KB).toBeGreaterThanOrEqual(items.reduce((a, b) => a + b, 0));
        expect(Number.isInteger(query)).toBe(true);
      }),
    );
  });

  test('fails when a size is negative', () => {
    expect(() => capacityUnits({ kind: 'scan', items: [1, -2] })).toThrow(
      'items holds -2; give sizes in bytes, none negative',
    );
  });
});
