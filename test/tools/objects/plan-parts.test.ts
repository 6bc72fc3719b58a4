import fc from 'fast-check';
import { largestObject } from '../../../lib/constructs/storage/object-key';
import { largestPart, mostParts, planParts, smallestPart } from '../../../tools/objects/plan-parts';

const megabyte = 1_000_000;
const sizes = (size: number) => planParts(size).map(({ from, to }) => to - from);

describe('planParts', () => {
  test.each([0, 1, 99 * megabyte])('%d bytes are one piece [storage-single-put, storage-multipart-plan]', (size) => {
    expect(planParts(size)).toEqual([{ number: 1, from: 0, to: size }]);
  });

  test('from 100 MB on there are parts of 5 MiB, the last as small as it is [storage-multipart-plan]', () => {
    const [last, ...others] = sizes(100 * megabyte).reverse();
    expect(others).toEqual(Array(19).fill(smallestPart));
    expect(last).toBe(100 * megabyte - 19 * smallestPart);
  });

  test('the largest object has 10,000 parts of 5 GiB, and one byte more fails [storage-multipart-plan]', () => {
    const parts = planParts(largestObject);
    expect(parts).toHaveLength(10_000);
    expect(parts.every(({ from, to }) => to - from === largestPart)).toBe(true);
    expect(() => planParts(largestObject + 1)).toThrow(
      `an object would have ${largestObject + 1} bytes; S3 takes whole bytes from 0 to ${largestObject} (48.8 TiB)`,
    );
  });

  test('a size a little above 10,000 small parts has larger ones, not more [storage-multipart-plan]', () => {
    expect(planParts(mostParts * smallestPart)).toHaveLength(10_000);
    const parts = planParts(mostParts * smallestPart + 1);
    expect(parts.length).toBeLessThanOrEqual(10_000);
    expect(parts[0].to).toBe(smallestPart + 1);
  });

  test('one piece holds 5 GiB, and fails above [storage-single-put]', () => {
    expect(planParts(largestPart, true)).toHaveLength(1);
    expect(() => planParts(largestPart + 1, true)).toThrow(
      'the object has 5368709121 bytes; one piece holds 5368709120 (5 GiB), so leave --single out',
    );
  });

  test('parts follow each other without a gap, and S3 takes each [storage-multipart-plan]', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger().map((n) => Math.abs(n) % (largestObject + 1)),
        (size) => {
          const parts = planParts(size);
          const joined = parts.every(({ number, from }, i) => number === i + 1 && from === (parts[i - 1]?.to ?? 0));
          const fits = parts.slice(0, -1).every(({ from, to }) => to - from >= smallestPart);
          return joined && fits && parts.at(-1)!.to === size && parts.every(({ from, to }) => to - from <= largestPart);
        },
      ),
      { numRuns: 30 },
    );
  });
});
