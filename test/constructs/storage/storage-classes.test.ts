import fc from 'fast-check';
import {
  classesBelow,
  isStorageClass,
  mayMoveTo,
  restoreFault,
  storageClasses,
  storageClassFacts,
  type StorageClassName,
} from '../../../lib/constructs/storage/storage-classes';

describe('what is promised of a class', () => {
  test.each<[StorageClassName, number, number, number, number, number, boolean]>([
    // class, zones, availability, least days, least KB, KB on top, fee for reading
    ['STANDARD', 3, 99.99, 0, 0, 0, false],
    ['STANDARD_IA', 3, 99.9, 30, 128, 0, true],
    ['INTELLIGENT_TIERING', 3, 99.9, 0, 0, 0, false],
    ['ONEZONE_IA', 1, 99.5, 30, 128, 0, true],
    ['GLACIER_IR', 3, 99.9, 90, 128, 0, true],
    ['GLACIER', 3, 99.99, 90, 0, 40, true],
    ['DEEP_ARCHIVE', 3, 99.99, 180, 0, 40, true],
  ])(
    '%s: in %d zones, there for %d percent of the time; billed %d days and %d KB at least, %d KB on top [storage-class-facts, storage-class-archive-availability]',
    (name, zones, availability, minimumDays, minimumKilobytes, onTop, retrievalFee) => {
      const facts = storageClassFacts[name];
      expect(facts).toMatchObject({
        durabilityNines: 11,
        zones,
        availability,
        minimumDays,
        minimumKilobytes,
        retrievalFee,
      });
      expect(facts.overheadKilobytes.ofClass + facts.overheadKilobytes.ofStandard).toBe(onTop);
    },
  );

  test('the table has every class once, and no other name is one', () => {
    expect(Object.keys(storageClassFacts)).toEqual([...storageClasses]);
    expect(storageClasses.every(isStorageClass)).toBe(true);
    expect(['REDUCED_REDUNDANCY', 'standard', ''].some(isStorageClass)).toBe(false);
  });
});

describe('moving', () => {
  test('from each class leads only downwards, and from One Zone-IA only to what must be restored [storage-lifecycle-downward]', () => {
    expect(Object.fromEntries(storageClasses.map((from) => [from, classesBelow(from)]))).toEqual({
      STANDARD: ['STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
      STANDARD_IA: ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
      INTELLIGENT_TIERING: ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
      ONEZONE_IA: ['GLACIER', 'DEEP_ARCHIVE'],
      GLACIER_IR: ['GLACIER', 'DEEP_ARCHIVE'],
      GLACIER: ['DEEP_ARCHIVE'],
      DEEP_ARCHIVE: [],
    });
  });

  test('never leads back [storage-lifecycle-downward]', () => {
    const any = fc.constantFrom(...storageClasses);
    fc.assert(fc.property(any, any, (from, to) => !(mayMoveTo(from, to) && mayMoveTo(to, from))));
  });
});

describe('a restore', () => {
  test.each([
    ['GLACIER', 'Expedited', 1, 5],
    ['GLACIER', 'Standard', 3 * 60, 5 * 60],
    ['GLACIER', 'Bulk', 5 * 60, 12 * 60],
    ['DEEP_ARCHIVE', 'Standard', 0, 12 * 60],
    ['DEEP_ARCHIVE', 'Bulk', 0, 48 * 60],
  ] as const)(
    'from %s by %s takes %d to %d minutes [storage-class-glacier, storage-class-deep-archive]',
    (from, tier, least, most) => {
      expect(storageClassFacts[from].restoreMinutes![tier]).toEqual([least, most]);
      expect(restoreFault(from, tier)).toBeUndefined();
    },
  );

  test('fails when the class has no such tier, or is read at once [storage-class-glacier, storage-class-deep-archive]', () => {
    expect(restoreFault('DEEP_ARCHIVE', 'Expedited')).toBe(
      'is in Glacier Deep Archive, which has no Expedited restore; use Standard or Bulk',
    );
    for (const name of storageClasses.filter((one) => !['GLACIER', 'DEEP_ARCHIVE'].includes(one)))
      expect(restoreFault(name, 'Standard')).toBe(
        `is in ${storageClassFacts[name].title}, which is read at once; there is nothing to restore`,
      );
  });
});
