import fc from 'fast-check';
import { loadShare } from '../../../lib/constructs/compute/load-share';

test.each<[number[], boolean, number[]]>([
  [[4, 1], false, [0.125, 0.5]],
  [[4, 1], true, [0.2, 0.2]],
  [[2, 8], false, [0.25, 0.0625]],
  [[3, 3], false, [1 / 6, 1 / 6]],
  [[0, 4], false, [0, 0.25]],
  [[0, 4], true, [0, 0.25]],
])('one target of each zone, of %j with cross-zone %s, gets %j [compute-cross-zone]', (targets, crossZone, shares) => {
  expect(loadShare(targets, crossZone)).toEqual(shares);
});

test('the shares of all targets make the whole', () => {
  const zones = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      zones.filter((targets) => targets.some((count) => count > 0)),
      fc.boolean(),
      (targets, crossZone) => {
        const shares = loadShare(targets, crossZone);
        expect(shares.reduce((sum, share, i) => sum + share * targets[i], 0)).toBeCloseTo(1, 10);
      },
    ),
  );
});

test.each<[number[], string]>([
  [[0, 0], 'no zone has a healthy target, so nothing is answered; give one zone at least one'],
  [[1, -2], 'a zone has -2 targets; give a whole number from 0'],
  [[1.5], 'a zone has 1.5 targets'],
])('%j is refused', (targets, message) => {
  expect(() => loadShare(targets, true)).toThrow(message);
});
