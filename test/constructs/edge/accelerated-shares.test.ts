import * as fc from 'fast-check';
import { acceleratedShares, nearestRegions, type SharedGroup } from '../../../lib/constructs/edge/accelerated-shares';

const group = (name: string, dial?: number, isWell = true): SharedGroup => ({
  endpoints: [{ name, isWell }],
  ...(dial !== undefined && { dial }),
});

describe('the share of each endpoint', () => {
  test.each<[string, SharedGroup[], Record<string, number>]>([
    ['the nearest takes all', [group('near'), group('far')], { near: 1, far: 0 }],
    ['what a dial leaves goes on', [group('near', 30), group('far')], { near: 0.3, far: 0.7 }],
    [
      'two dials of 50 are halves, as in the example of AWS',
      [group('near', 50), group('far', 50)],
      { near: 0.5, far: 0.5 },
    ],
    ['a dial of 0 sends everybody on', [group('near', 0), group('far')], { near: 0, far: 1 }],
    [
      'of three each takes from what is left',
      [group('a', 50), group('b', 50), group('c')],
      { a: 0.5, b: 0.25, c: 0.25 },
    ],
    ['where nobody is well the next answers', [group('near', 100, false), group('far')], { near: 0, far: 1 }],
    ['even one whose dial is 0', [group('near', 100, false), group('far', 0)], { near: 0, far: 1 }],
    ['its part alone goes elsewhere', [group('near', 40, false), group('far')], { near: 0, far: 1 }],
    [
      'where nobody is well anywhere the nearest is taken',
      [group('near', 0, false), group('far', 100, false)],
      { near: 1, far: 0 },
    ],
  ])('%s [edge-accelerator-endpoints]', (_, groups, shares) => {
    const found = acceleratedShares(groups);
    expect(Object.keys(found)).toEqual(Object.keys(shares));
    for (const [name, share] of Object.entries(shares)) expect(found[name]).toBeCloseTo(share, 12);
  });

  test('weights decide among those that are well, and a weight of 0 takes nothing [edge-accelerator-endpoints]', () => {
    const endpoints = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 255 },
      { name: 'ill', isWell: false },
      { name: 'none', weight: 0 },
    ];
    expect(acceleratedShares([{ endpoints }])).toEqual({ a: 1 / 256, b: 255 / 256, ill: 0, none: 0 });
    const [, , ill, none] = endpoints;
    expect(acceleratedShares([{ endpoints: [ill, none] }, group('far', 0)])).toEqual({ ill: 0, none: 0, far: 1 });
  });

  test('three other groups are tried, and not a fourth [edge-accelerator-endpoints]', () => {
    const ill = (name: string) => group(name, 100, false);
    const [first, ...rest] = ['a', 'b', 'c'].map(ill);
    expect(acceleratedShares([first, ...rest, group('d')])).toMatchObject({ a: 0, d: 1 });
    expect(acceleratedShares([first, ...rest, ill('d'), group('e')])).toMatchObject({ a: 1, e: 0 });
  });

  test('all that comes goes somewhere, and nothing to a weight of 0 while somebody is well', () => {
    const endpoint = fc.record({ weight: fc.integer({ min: 0, max: 255 }), isWell: fc.boolean() });
    const some = fc.record({
      dial: fc.integer({ min: 0, max: 100 }),
      endpoints: fc.array(endpoint, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), (groups) => {
        fc.pre(groups.some(({ dial }) => dial > 0));
        const named = groups.map((one, g) => ({
          ...one,
          endpoints: one.endpoints.map((e, i) => ({ ...e, name: `${g}-${i}` })),
        }));
        const shares = acceleratedShares(named);
        const all = named.flatMap(({ endpoints }) => endpoints);
        expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        if (all.some(({ weight, isWell }) => isWell && weight > 0))
          for (const { name, weight, isWell } of all) if (!isWell || weight === 0) expect(shares[name]).toBe(0);
      }),
    );
  });

  test('fails when nobody is meant to answer, or a dial or weight cannot be', () => {
    expect(() => acceleratedShares([group('near', 0)])).toThrow(
      'no group has a dial above 0, so nobody is meant to answer; turn one up',
    );
    expect(() => acceleratedShares([group('near', 120)])).toThrow('a dial is 120; give 0 to 100 percent');
    expect(() => acceleratedShares([{ endpoints: [{ name: 'a', weight: 300 }] }])).toThrow(
      'the weight of a is 300; give a whole number from 0 to 255',
    );
  });
});

test('regions are tried in the order of their distance [edge-accelerator-endpoints]', () => {
  const regions = ['us-west-2', 'eu-west-1', 'us-east-1'];
  expect(nearestRegions([41.4, 2.1], regions)).toEqual(['eu-west-1', 'us-east-1', 'us-west-2']);
  expect(nearestRegions([37.9, -122.3], regions)).toEqual(['us-west-2', 'us-east-1', 'eu-west-1']);
  expect(() => nearestRegions([0, 0], ['mars-1'])).toThrow(
    'a region is mars-1, which is no Region; give one such as eu-west-1',
  );
});
