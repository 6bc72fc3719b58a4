import { lockRefusal, retentionRefusal, type ObjectLock } from '../../../lib/constructs/storage/object-lock';

const until = (day: number, mode: 'GOVERNANCE' | 'COMPLIANCE' = 'GOVERNANCE'): ObjectLock => ({
  retained: { mode, until: day },
});
const officer = { mayBypass: true, asks: true };
const gone = undefined;

describe('deleting a version', () => {
  test.each<[string, ObjectLock, number, string | undefined]>([
    ['neither', {}, 10, gone],
    ['retained', until(30), 10, 'it is retained in governance mode, and the caller may not bypass that'],
    ['held', { held: true }, 10, 'there is a legal hold on it, which ends only when it is taken off'],
    ['both', { ...until(30), held: true }, 10, 'there is a legal hold on it, which ends only when it is taken off'],
    ['retained until today', until(30), 30, gone],
    ['held, and retained until today', { ...until(30), held: true }, 30, 'there is a legal hold on it'],
  ])('that is %s [storage-object-lock-legal-hold]', (_, lock, day, wanted) => {
    const why = lockRefusal(lock, day);
    if (wanted === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(wanted);
  });

  test.each([
    ['an officer who says so', officer, gone],
    [
      'an officer who forgets the header',
      { mayBypass: true },
      'it is retained in governance mode, and the request does not ask to bypass that',
    ],
    [
      'anybody with the header',
      { asks: true },
      'it is retained in governance mode, and the caller may not bypass that',
    ],
  ])('in governance mode by %s [storage-object-lock-governance]', (_, by, wanted) => {
    expect(lockRefusal(until(30), 29, by)).toBe(wanted);
    expect(lockRefusal(until(30), 30, by)).toBe(gone);
  });

  test('in compliance mode by nobody before its time [storage-object-lock-compliance]', () => {
    expect(lockRefusal(until(30, 'COMPLIANCE'), 29, officer)).toBe(
      'it is retained in compliance mode, which nobody can override',
    );
    expect(lockRefusal(until(30, 'COMPLIANCE'), 30)).toBe(gone);
  });

  test('under a hold by no officer either [storage-object-lock-legal-hold]', () => {
    expect(lockRefusal({ ...until(30), held: true }, 10, officer)).toContain('there is a legal hold on it');
  });
});

describe('changing a retention', () => {
  const in30 = until(30).retained;
  const change = (from: ObjectLock, to: ObjectLock, by = {}) => retentionRefusal(from, to.retained, 10, by);

  test('makes it longer for anybody, in both modes [storage-object-lock-governance, storage-object-lock-compliance]', () => {
    expect(change(until(30), until(40))).toBe(gone);
    expect(change(until(30, 'COMPLIANCE'), until(40, 'COMPLIANCE'))).toBe(gone);
    expect(change({}, until(40))).toBe(gone);
    expect(change(until(5), until(20))).toBe(gone);
  });

  test('makes it shorter, or another one, only by an officer, and in compliance mode never [storage-object-lock-governance, storage-object-lock-compliance]', () => {
    const why = 'it is retained in governance mode, which only officers make shorter or change';
    for (const next of [until(20), until(40, 'COMPLIANCE'), {}]) {
      expect(change(until(30), next)).toContain(why);
      expect(change(until(30), next, { mayBypass: true })).toContain('does not ask to bypass that');
      expect(change(until(30), next, officer)).toBe(gone);
      const shorter = next.retained?.until === 40 ? until(40) : next;
      expect(change(until(30, 'COMPLIANCE'), shorter, officer)).toBe(
        'it is retained in compliance mode, which can only be made longer',
      );
    }
    expect(in30).toEqual({ mode: 'GOVERNANCE', until: 30 });
  });

  test('fails when the date lies in the past', () => {
    expect(change({}, until(10))).toBe('the date lies in the past');
  });
});
