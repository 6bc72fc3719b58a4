import fc from 'fast-check';
import type { PlacementStrategy } from '../../../lib/constructs/compute/placement-faults';
import { survivalOf, type PlacedInstances } from '../../../lib/constructs/compute/placement-survival';

describe('of twelve instances', () => {
  test.each<[string, PlacedInstances, number, number, number]>([
    [
      'in a cluster one rack may take all [compute-placement-cluster]',
      { strategy: 'cluster', instances: 12, zones: 1 },
      0,
      0,
      1,
    ],
    [
      'in a spread group one rack takes one, and a zone its half [compute-placement-spread]',
      { strategy: 'spread', instances: 12, zones: 2 },
      11,
      6,
      12,
    ],
    [
      'in three partitions of two zones one rack takes at most a partition of two [compute-placement-partition]',
      { strategy: 'partition', partitions: 3, instances: 12, zones: 2 },
      10,
      6,
      6,
    ],
    ['with no strategy one rack may take all of a zone', { instances: 12, zones: 2 }, 6, 6, 2],
  ])('%s', (_, placed, afterRack, afterZone, copiesApart) => {
    expect(survivalOf(placed)).toMatchObject({ afterRack, afterZone, copiesApart });
  });

  test('in three partitions of one zone, two copies placed blindly are both lost for 6 pairs of 66 [compute-placement-partition]', () => {
    expect(survivalOf({ strategy: 'partition', partitions: 3, instances: 12, zones: 1 }).lostBlindly).toBeCloseTo(
      6 / 66,
    );
    expect(survivalOf({ strategy: 'spread', instances: 12, zones: 2 }).lostBlindly).toBe(0);
    expect(survivalOf({ strategy: 'cluster', instances: 12, zones: 1 }).lostBlindly).toBe(1);
  });
});

test('thirteen over two zones: the fuller zone counts', () => {
  expect(survivalOf({ instances: 13, zones: 2 })).toMatchObject({ afterRack: 6, afterZone: 6 });
});

test('a single instance has no second copy', () => {
  expect(survivalOf({ instances: 1, zones: 1 })).toEqual({
    afterRack: 0,
    afterZone: 0,
    copiesApart: 1,
    lostBlindly: 1,
  });
});

test.each<[PlacedInstances, string]>([
  [{ strategy: 'cluster', instances: 4, zones: 2 }, 'zones is 2; a cluster group stands in 1'],
  [{ strategy: 'spread', instances: 15, zones: 2 }, 'instances is 15; a spread group of 2 zones takes up to 14'],
  [{ strategy: 'partition', partitions: 8, instances: 8, zones: 1 }, 'partitions is 8; a group has up to 7 in a zone'],
  [
    { instances: 0, zones: 1.5 },
    'instances is 0; give a whole number from 1; zones is 1.5; give a whole number from 1',
  ],
])(
  'fails when %j [compute-placement-cluster, compute-placement-spread, compute-placement-partition]',
  (placed, message) => {
    expect(() => survivalOf(placed)).toThrow(message);
  },
);

test('nobody loses more to a rack than to its zone, and the farther apart, the less is lost [compute-placement-spread, compute-placement-partition]', () => {
  const some = fc.record({
    instances: fc.integer({ min: 2, max: 14 }),
    zones: fc.integer({ min: 2, max: 3 }),
    partitions: fc.integer({ min: 1, max: 7 }),
  });
  fc.assert(
    fc.property(some, ({ instances, zones, partitions }) => {
      const of = (strategy?: PlacementStrategy) =>
        survivalOf({
          instances,
          zones,
          ...(strategy && { strategy }),
          ...(strategy === 'partition' && { partitions }),
        });
      const [none, partition, spread] = [of(), of('partition'), of('spread')];
      expect(none.afterRack).toBe(none.afterZone);
      expect(partition.afterRack).toBeGreaterThanOrEqual(none.afterRack);
      expect(spread.afterRack).toBeGreaterThanOrEqual(partition.afterRack);
      expect(spread.afterRack).toBe(instances - 1);
      expect(partition.copiesApart).toBe(Math.min(instances, partition.copiesApart));
      expect(new Set([none, partition, spread].map(({ afterZone }) => afterZone)).size).toBe(1);
    }),
  );
});
