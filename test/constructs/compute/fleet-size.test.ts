import fc from 'fast-check';
import { FleetSize, sizeForZoneLoss } from '../../../lib/constructs/compute/fleet-size';

describe('sizeForZoneLoss', () => {
  test.each([
    [1, 2, 2],
    [4, 2, 8],
    [4, 3, 6],
    [2, 3, 3],
    [6, 4, 8],
    [7, 3, 11],
  ])('%d needed over %d zones takes %d [compute-asg-n-plus-one]', (needed, zones, size) => {
    expect(sizeForZoneLoss(needed, zones)).toBe(size);
  });

  test('it leaves enough when the fullest zone is lost, and one fewer would not [compute-asg-n-plus-one]', () => {
    const left = (size: number, zones: number) => size - Math.ceil(size / zones);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 6 }), (needed, zones) => {
        const size = sizeForZoneLoss(needed, zones);
        expect(left(size, zones)).toBeGreaterThanOrEqual(needed);
        expect(left(size - 1, zones)).toBeLessThan(needed);
      }),
    );
  });

  test('fails when nothing is needed or there is a single zone [compute-asg-n-plus-one]', () => {
    expect(() => sizeForZoneLoss(0, 3)).toThrow('needed is 0; give a whole number from 1');
    expect(() => sizeForZoneLoss(1.5, 3)).toThrow('needed is 1.5; give a whole number from 1');
    expect(() => sizeForZoneLoss(2, 1)).toThrow(
      'zones is 1; give a whole number from 2, since the loss of an only zone leaves nothing',
    );
  });
});

describe('FleetSize', () => {
  const faults = (size: FleetSize, zones = 3) => size.faults(zones).filter(Boolean);

  test('a minimum that survives the loss of a zone follows from what is needed [compute-asg-n-plus-one]', () => {
    const size = FleetSize.survivingZoneLoss(4, 12);
    expect([2, 3].map((zones) => size.minimum(zones))).toEqual([8, 6]);
    expect(faults(size)).toEqual([]);
  });

  test.each([
    [FleetSize.between(4, 2), 'size minimum is 4 and maximum 2; turn them round, or raise the maximum'],
    [FleetSize.between(0, 0), 'size maximum is 0 instances; give a whole number from 1 to 10000 instances'],
    [FleetSize.between(-1, 2), 'size minimum is -1 instances; give a whole number from 0 to 10000 instances'],
    [FleetSize.survivingZoneLoss(4, 5), 'size minimum is 6 and maximum 5; turn them round, or raise the maximum'],
    [FleetSize.survivingZoneLoss(0, 5), 'size needed is 0 instances; give a whole number from 1 to 10000 instances'],
  ])('fails when the bounds make no sense: %# [compute-asg-core]', (size, fault) => {
    expect(faults(size)).toEqual([fault]);
  });

  test('fails when a zone could not be lost [compute-asg-n-plus-one]', () => {
    expect(faults(FleetSize.survivingZoneLoss(1, 4), 1)).toEqual([
      'size is to survive the loss of a zone but the subnets are in 1; give subnets in two or more, or FleetSize.between(…)',
    ]);
  });
});
