import fc from 'fast-check';
import { snapshotBills, type VolumeEvent } from '../../../lib/constructs/compute/snapshot-cost';

const billed = (size: number, events: VolumeEvent[]) => snapshotBills(size, events).at(-1)!.snapshots;

describe('what snapshots bill', () => {
  const three: VolumeEvent[] = [
    { write: 10, from: 0 },
    { snapshot: 'a' },
    { write: 4, from: 2 },
    { snapshot: 'b' },
    { write: 2, from: 10 },
    { snapshot: 'c' },
  ];

  test('10 GB, then 4 changed, then 2 new: 10, 14, 16 [compute-snapshot-cost]', () => {
    const after = snapshotBills(20, three);
    expect([after[1], after[3], after[5]].map(({ snapshots }) => snapshots)).toEqual([10, 14, 16]);
  });

  test('a volume of 40 GB with 10 in use bills 10 in snapshots and 40 as a volume [compute-snapshot-cost]', () => {
    expect(snapshotBills(40, [{ write: 10, from: 0 }, { snapshot: 'a' }]).at(-1)).toEqual({
      snapshots: 10,
      volume: 40,
    });
  });

  test('50 in use, then 60: 50 and 10 [compute-snapshot-cost]', () => {
    const after = snapshotBills(100, [
      { write: 50, from: 0 },
      { snapshot: 'a' },
      { write: 10, from: 50 },
      { snapshot: 'b' },
    ]);
    expect([after[1].snapshots, after[3].snapshots - after[1].snapshots]).toEqual([50, 10]);
  });

  test('deleting the first keeps what later ones need: all but what was overwritten [compute-snapshot-cost]', () => {
    expect(billed(20, [...three, { deleteSnapshot: 'a' }])).toBe(12);
    expect(billed(20, [{ write: 10, from: 0 }, { snapshot: 'a' }, { snapshot: 'b' }, { deleteSnapshot: 'a' }])).toBe(
      10,
    );
    expect(billed(20, [...three, { deleteSnapshot: 'a' }, { deleteSnapshot: 'b' }, { deleteSnapshot: 'c' }])).toBe(0);
  });

  test('how often they are taken does not change the sum while nothing is written twice [compute-snapshot-cost]', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const writes = sizes.map((write, i) => ({ write, from: sizes.slice(0, i).reduce((a, b) => a + b, 0) }));
        const often = writes.flatMap((write, i): VolumeEvent[] => [write, { snapshot: `s${i}` }]);
        expect(billed(50, often)).toBe(billed(50, [...writes, { snapshot: 'once' }]));
      }),
    );
  });

  test.each<[VolumeEvent[], string]>([
    [[{ write: 5, from: 16 }], 'event 0 writes 5 GB from 16 on, beyond the 20 GB of the volume; write within it'],
    [[{ snapshot: 'a' }, { snapshot: 'a' }], 'event 1 takes snapshot a, which is there; give it another name'],
    [[{ snapshot: 'a' }, { deleteSnapshot: 'b' }], 'event 1 deletes snapshot b, which is not there; there are a'],
  ])('%j is refused [compute-snapshot-cost]', (events, message) => {
    expect(() => snapshotBills(20, events)).toThrow(message);
  });
});
