import fc from 'fast-check';
import { chooseStorageClass, type ObjectHabits } from '../../../lib/constructs/storage/choose-storage-class';
import { storageClassFacts, type StorageClassName } from '../../../lib/constructs/storage/storage-classes';

describe('chooseStorageClass', () => {
  const megabyte = { kilobytes: 1024 };

  test.each<[string, ObjectHabits, StorageClassName]>([
    ['read every day', { ...megabyte, accessesPerMonth: 30 }, 'STANDARD'],
    ['of unknown use and small', { accessesPerMonth: 0, patternKnown: false, kilobytes: 100 }, 'STANDARD'],
    ['kept for a week', { ...megabyte, accessesPerMonth: 0, keptDays: 7 }, 'STANDARD'],
    ['of unknown use', { ...megabyte, accessesPerMonth: 0, patternKnown: false }, 'INTELLIGENT_TIERING'],
    ['read now and then', { ...megabyte, accessesPerMonth: 0.5 }, 'STANDARD_IA'],
    [
      'read now and then, and easily made again',
      { ...megabyte, accessesPerMonth: 0.5, recreatable: true },
      'ONEZONE_IA',
    ],
    ['read once a year, at once', { ...megabyte, accessesPerMonth: 1 / 12 }, 'GLACIER_IR'],
    ['read once a year and kept two months', { ...megabyte, accessesPerMonth: 1 / 12, keptDays: 60 }, 'STANDARD_IA'],
    ['read once a year, in the afternoon', { ...megabyte, accessesPerMonth: 1 / 12, retrievalHours: 5 }, 'GLACIER'],
    ['read by the auditor, tomorrow', { ...megabyte, accessesPerMonth: 0.01, retrievalHours: 24 }, 'DEEP_ARCHIVE'],
    [
      'read tomorrow, kept four months',
      { ...megabyte, accessesPerMonth: 0.01, retrievalHours: 24, keptDays: 120 },
      'GLACIER',
    ],
  ])('what is %s: %j goes to %s [storage-class-chooser]', (_, habits, wanted) => {
    const { use, because } = chooseStorageClass(habits);
    expect(use).toBe(wanted);
    expect(because).not.toBe('');
  });

  test('what must survive the loss of a zone never gets the class of one zone, and may get an archive [storage-class-archive-availability, storage-class-chooser]', () => {
    const some = fc.record({
      accessesPerMonth: fc.double({ min: 0, max: 100, noNaN: true }),
      patternKnown: fc.boolean(),
      retrievalHours: fc.nat(72),
      kilobytes: fc.nat(10_000),
      keptDays: fc.nat(4000),
    });
    const chosen = new Set<StorageClassName>();
    fc.assert(
      fc.property(some, (habits) => {
        const { use } = chooseStorageClass({ ...habits, recreatable: false });
        chosen.add(use);
        return storageClassFacts[use].zones === 3;
      }),
      { numRuns: 500, seed: 1 },
    );
    expect([...chosen]).toEqual(expect.arrayContaining(['GLACIER', 'DEEP_ARCHIVE']));
  });

  test('fails when a number cannot be', () => {
    expect(() => chooseStorageClass({ ...megabyte, accessesPerMonth: -1 })).toThrow(
      'accessesPerMonth is -1; give 0 or more',
    );
    expect(() => chooseStorageClass({ kilobytes: NaN, accessesPerMonth: 1 })).toThrow(
      'kilobytes is NaN; give 0 or more',
    );
  });
});
