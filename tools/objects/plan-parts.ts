import { assertObjectSize } from '../../lib/constructs/storage/object-key';

const mib = 1024 ** 2;
export const smallestPart: number = 5 * mib;
export const largestPart: number = 5 * 1024 * mib;
export const mostParts = 10_000;
/** From here on parts are recommended: 100 MB. */
export const partsFrom = 100_000_000;

/** One part of an upload: bytes from `from` up to, and without, `to`. */
export interface Part {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Into which parts an object is cut: as small as S3 takes them, so that little is sent again, and no more than 10,000. An object below
 * 100 MB is one.
 *
 * @param size in bytes
 * @param single whether it must be one piece, which S3 takes up to 5 GiB
 * @throws when the object is larger than any can be, or too large for one piece
 * @claims storage-multipart-plan, storage-single-put
 */
export function planParts(size: number, single = false): Part[] {
  assertObjectSize(size);
  if (single && size > largestPart)
    throw new Error(`the object has ${size} bytes; one piece holds ${largestPart} (5 GiB), so leave --single out`);
  if (single || size < partsFrom) return [{ number: 1, from: 0, to: size }];
  const each = Math.max(smallestPart, Math.ceil(size / mostParts));
  return Array.from({ length: Math.ceil(size / each) }, (_, i) => ({
    number: i + 1,
    from: i * each,
    to: Math.min(size, (i + 1) * each),
  }));
}
