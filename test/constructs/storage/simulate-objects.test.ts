import { earlyCost, monthlyCost, type ClassPrices } from '../../../lib/constructs/storage/object-cost';
import { simulateObjects, type AgeingBucket, type ObjectDeed } from '../../../lib/constructs/storage/simulate-objects';

const rule = (more: object) => ({ Status: 'Enabled', ...more });
const ladder = rule({
  Id: 'Ladder',
  Transitions: [
    { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 365 },
    { StorageClass: 'STANDARD_IA', TransitionInDays: 90 },
    { StorageClass: 'GLACIER', TransitionInDays: 180 },
  ],
});
const oldVersions = rule({ NoncurrentVersionExpiration: { NoncurrentDays: 90 }, ExpiredObjectDeleteMarker: true });
const bucket = (rules: AgeingBucket['LifecycleConfiguration'], more: object = {}): AgeingBucket => ({
  VersioningConfiguration: { Status: 'Enabled' },
  LifecycleConfiguration: rules,
  ...more,
});
const put = (day: number, more: object = {}): ObjectDeed => ({ day, key: 'a', does: 'put', kilobytes: 1024, ...more });
const gone = (day: number): ObjectDeed => ({ day, key: 'a', does: 'delete' });

/** What is there at the end of a day: `a1 GLACIER`, with `old` and `marker`. */
const there = (settings: AgeingBucket, deeds: readonly ObjectDeed[], day: number): string[] =>
  simulateObjects(settings, deeds, day)
    .at(-1)!
    .versions.map(({ key, number, marker, storageClass, replacedOn, tier }) =>
      [
        `${key}${number}`,
        marker ? 'marker' : storageClass,
        ...(tier ? [tier] : []),
        ...(replacedOn === undefined ? [] : ['old']),
      ].join(' '),
    );

describe('a ladder', () => {
  test.each([
    [0, 'STANDARD'],
    [30, 'STANDARD'],
    [89, 'STANDARD'],
    [90, 'STANDARD_IA'],
    [179, 'STANDARD_IA'],
    [180, 'GLACIER'],
    [365, 'DEEP_ARCHIVE'],
    [3650, 'DEEP_ARCHIVE'],
  ])('has on day %d what was put on day 0 in %s [storage-lifecycle-ladder]', (day, where) => {
    expect(there(bucket({ Rules: [ladder] }), [put(0)], day)).toEqual([`a1 ${where}`]);
  });

  test('moves nothing that is small, unless it is told to, and what was put into a class stays at least there', () => {
    const small = [put(0, { kilobytes: 127 })];
    expect(there(bucket({ Rules: [ladder] }), small, 400)).toEqual(['a1 STANDARD']);
    const varies = { Rules: [ladder], TransitionDefaultMinimumObjectSize: 'varies_by_storage_class' };
    expect(there(bucket(varies), small, 100)).toEqual(['a1 STANDARD']);
    expect(there(bucket(varies), small, 200)).toEqual(['a1 GLACIER']);
    expect(there(bucket({ Rules: [] }), [put(0, { to: 'DEEP_ARCHIVE' })], 9)).toEqual(['a1 DEEP_ARCHIVE']);
  });

  test('is about the keys it names, and about nothing while it is off', () => {
    for (const more of [{ Prefix: 'b/' }, { Status: 'Disabled' }])
      expect(there(bucket({ Rules: [{ ...ladder, ...more }] }), [put(0)], 400)).toEqual(['a1 STANDARD']);
    expect(there(bucket({ Rules: [{ ...ladder, Prefix: 'a' }] }), [put(0)], 400)).toEqual(['a1 DEEP_ARCHIVE']);
  });
});

describe('an end', () => {
  const end = rule({ ExpirationInDays: 30 });

  test('deletes an object for good where no versions are kept', () => {
    const off = { LifecycleConfiguration: { Rules: [end] } };
    expect(there(off, [put(0)], 29)).toEqual(['a1 STANDARD']);
    expect(there(off, [put(0)], 30)).toEqual([]);
    expect(there(off, [put(0), put(3)], 4)).toEqual(['a2 STANDARD']);
  });

  test('puts a marker on top where they are kept; the version goes when it was old for long enough, and then the marker [storage-lifecycle-versions]', () => {
    const settings = bucket({ Rules: [end, oldVersions] });
    expect(there(settings, [put(0)], 30)).toEqual(['a1 STANDARD old', 'a2 marker']);
    expect(there(settings, [put(0)], 119)).toEqual(['a1 STANDARD old', 'a2 marker']);
    expect(there(settings, [put(0)], 120)).toEqual([]);
  });

  test('counts the days of an old version from the day it was replaced, and keeps the newest [storage-lifecycle-versions]', () => {
    const newest = rule({ NoncurrentVersionExpiration: { NoncurrentDays: 10, NewerNoncurrentVersions: 2 } });
    const deeds = [0, 1, 2, 3, 4].map((day) => put(day));
    expect(there(bucket({ Rules: [newest] }), deeds, 11)).toEqual(
      ['a2', 'a3', 'a4'].map((name) => `${name} STANDARD old`).concat('a5 STANDARD'),
    );
    expect(there(bucket({ Rules: [newest] }), deeds, 99)).toEqual([
      'a3 STANDARD old',
      'a4 STANDARD old',
      'a5 STANDARD',
    ]);
  });

  test('has old versions move by days of their own', () => {
    const steps = rule({ NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 5 }] });
    const deeds = [put(0), put(10)];
    expect(there(bucket({ Rules: [steps] }), deeds, 14)).toEqual(['a1 STANDARD old', 'a2 STANDARD']);
    expect(there(bucket({ Rules: [steps] }), deeds, 15)).toEqual(['a1 GLACIER_IR old', 'a2 STANDARD']);
  });
});

describe('a delete', () => {
  test('without a version hides the object, and taking the marker away brings it back', () => {
    const deeds: ObjectDeed[] = [put(0), gone(1), { day: 2, key: 'a', does: 'delete version', number: 2 }];
    expect(there(bucket({}), deeds, 1)).toEqual(['a1 STANDARD old', 'a2 marker']);
    expect(there(bucket({}), deeds, 2)).toEqual(['a1 STANDARD']);
  });

  test('of a version ends it for good, and what has an id keeps it', () => {
    const deeds: ObjectDeed[] = [put(0), put(1), { day: 2, key: 'a', does: 'delete version', number: 1 }, put(3)];
    expect(there(bucket({}), deeds, 3)).toEqual(['a2 STANDARD old', 'a3 STANDARD']);
  });
});

describe('a lock', () => {
  const locked = (Mode: string, period: object) =>
    bucket({ Rules: [oldVersions] }, { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode, ...period } } } });
  const tries = (day: number, by: object = {}): ObjectDeed => ({
    day,
    key: 'a',
    does: 'delete version',
    number: 1,
    by,
  });
  const officer = { mayBypass: true, asks: true };
  const refused = (settings: AgeingBucket, deeds: readonly ObjectDeed[], day: number) =>
    simulateObjects(settings, deeds, day).flatMap((one) => one.refused.map(({ deed, why }) => [deed.day, why]));

  test.each([
    ['GOVERNANCE', { Days: 365 }, {}, [0, 30, 90, 364]],
    ['GOVERNANCE', { Years: 1 }, {}, [0, 30, 90, 364]],
    ['GOVERNANCE', { Days: 365 }, officer, []],
    ['COMPLIANCE', { Days: 365 }, officer, [0, 30, 90, 364]],
  ])(
    'in mode %s for %j keeps a version from being deleted by %j on the days %j [storage-object-lock-default, storage-object-lock-governance, storage-object-lock-compliance]',
    (mode, period, by, days) => {
      const held = [0, 30, 90, 364, 365].filter(
        (day) => refused(locked(mode, period), [put(0), tries(day, by)], day).length > 0,
      );
      expect(held).toEqual(days);
    },
  );

  test('of the version counts instead of that of the bucket [storage-object-lock-default]', () => {
    const lock = { retained: { mode: 'GOVERNANCE', until: 700 } };
    const deeds = [put(0, { lock }), tries(400)];
    expect(refused(locked('GOVERNANCE', { Days: 365 }), deeds, 400)).toEqual([
      [400, expect.stringContaining('governance')],
    ]);
  });

  test('is not ended by a rule, which waits for it; and a marker is never locked [storage-object-lock-governance]', () => {
    const settings = locked('COMPLIANCE', { Days: 365 });
    const deeds = [put(0), gone(10)];
    expect(there(settings, deeds, 364)).toEqual(['a1 STANDARD old', 'a2 marker']);
    expect(there(settings, deeds, 365)).toEqual([]);
  });

  test('by a hold has no end, until it is taken off [storage-object-lock-legal-hold]', () => {
    const hold = (day: number, does: 'hold' | 'release'): ObjectDeed => ({ day, key: 'a', does, number: 1 });
    const deeds = [put(0), hold(1, 'hold'), gone(2), hold(500, 'release')];
    expect(there(bucket({ Rules: [oldVersions] }), deeds, 500)).toEqual(['a1 STANDARD old', 'a2 marker']);
    expect(there(bucket({ Rules: [oldVersions] }), deeds, 501)).toEqual([]);
  });
});

describe('Intelligent-Tiering', () => {
  const tiering = bucket(
    { Rules: [rule({ Transitions: [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 0 }] })] },
    {
      IntelligentTieringConfigurations: [
        {
          Tierings: [
            { AccessTier: 'DEEP_ARCHIVE_ACCESS', Days: 400 },
            { AccessTier: 'ARCHIVE_ACCESS', Days: 200 },
          ],
        },
      ],
    },
  );

  test('moves what nobody reads ever further, and brings back what is read [storage-intelligent-tiering]', () => {
    const tiers = [29, 31, 91, 201, 401].map((day) => there(tiering, [put(0)], day)[0]);
    expect(tiers).toEqual([
      'a1 INTELLIGENT_TIERING frequent',
      'a1 INTELLIGENT_TIERING infrequent',
      'a1 INTELLIGENT_TIERING archive instant',
      'a1 INTELLIGENT_TIERING archive',
      'a1 INTELLIGENT_TIERING deep archive',
    ]);
    const read: ObjectDeed[] = [put(0), { day: 100, key: 'a', does: 'read' }];
    expect(there(tiering, read, 101)).toEqual(['a1 INTELLIGENT_TIERING frequent']);
  });

  test('does not watch what is small', () => {
    const small = [put(0, { kilobytes: 100, to: 'INTELLIGENT_TIERING' })];
    expect(there(tiering, small, 401)).toEqual(['a1 INTELLIGENT_TIERING frequent']);
  });
});

describe('what it costs', () => {
  const prices: ClassPrices = {
    STANDARD: 0.023,
    STANDARD_IA: 0.0125,
    ONEZONE_IA: 0.01,
    GLACIER_IR: 0.004,
    GLACIER: 0.0036,
    DEEP_ARCHIVE: 0.00099,
  };
  const gigabyte = { kilobytes: 1024 ** 2 };
  const cost = (deeds: readonly ObjectDeed[], day: number, settings = bucket({ Rules: [ladder] })) =>
    monthlyCost(simulateObjects(settings, deeds, day).at(-1)!, prices);

  test('falls from step to step [storage-lifecycle-ladder]', () => {
    const on = [0, 90, 180, 365].map((day) => cost([put(0, gigabyte)], day));
    expect(on[0]).toBeCloseTo(0.023, 6);
    expect(on[1]).toBeCloseTo(0.0125, 6);
    expect(on[2]).toBeCloseTo(0.0036, 5);
    expect(on[3]).toBeCloseTo(0.00099, 5);
  });

  test('counts the sizes that are billed at least, the index of archives, and old versions like new ones [storage-class-facts]', () => {
    const kilobyte = (to: string) => cost([put(0, { kilobytes: 1, to })], 0) * 1024 ** 2;
    expect(kilobyte('STANDARD')).toBeCloseTo(0.023, 6);
    expect(kilobyte('STANDARD_IA')).toBeCloseTo(128 * 0.0125, 6);
    expect(kilobyte('GLACIER')).toBeCloseTo(33 * 0.0036 + 8 * 0.023, 6);
    expect(cost([put(0, gigabyte), put(1, gigabyte)], 1)).toBeCloseTo(0.046, 6);
    expect(cost([put(0, gigabyte), gone(1)], 1)).toBeCloseTo(0.023, 6);
  });

  test('includes days nobody uses, where something leaves a class early [storage-lifecycle-archive-then-delete]', () => {
    const early = rule({ Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 30 }], ExpirationInDays: 90 });
    const days = simulateObjects({ LifecycleConfiguration: { Rules: [early] } }, [put(0, gigabyte)], 100);
    const paid = days.filter((day) => day.early.length > 0).map((day) => [day.day, day.early[0].days]);
    expect(paid).toEqual([[90, 30]]);
    expect(earlyCost(days[90], prices)).toBeCloseTo(0.0036, 5);
    expect(earlyCost(days[89], prices)).toBe(0);
  });
});

describe('what is not simulated', () => {
  test('fails with what it is', () => {
    expect(() => simulateObjects(bucket({ Rules: [rule({ TagFilters: [] }) as never] }), [], 1)).toThrow(
      'a lifecycle rule says TagFilters, which is not simulated; leave it out',
    );
    expect(() => simulateObjects({ VersioningConfiguration: { Status: 'Suspended' } }, [], 1)).toThrow(
      'versions are suspended, which is not simulated; give a bucket that keeps versions, or none',
    );
  });
});
