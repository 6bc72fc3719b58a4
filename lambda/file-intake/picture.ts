import { Refused } from '../shared/batch';

/** What the head of a file tells, before anything of it is unpacked. */
export interface Picture {
  readonly type: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
}

/** The most pixels that are unpacked, at four bytes and more each: a small file can hold a picture that fills all memory. */
export const mostPixels = 25_000_000;

const pngMark = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * What kind of picture a file is, and how large, by its first bytes.
 *
 * @throws Refused when it is none that can be resized
 */
export function pictureIn(file: Uint8Array): Picture {
  if (file.length === 0) throw new Refused('the file is empty');
  const picture = begins(file, pngMark) ? pngHead(file) : begins(file, [0xff, 0xd8, 0xff]) ? jpegHead(file) : undefined;
  if (!picture) throw new Refused('the file is neither a JPEG nor a PNG picture, whatever its name says');
  const { width, height } = picture;
  if (width === 0 || height === 0)
    throw new Refused(`the picture is ${width} by ${height} pixels; there is nothing in it`);
  if (width * height > mostPixels)
    throw new Refused(`the picture is ${width} by ${height} pixels; at most ${mostPixels} can be resized`);
  return picture;
}

const begins = (file: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => file[i] === byte);
const view = (file: Uint8Array): DataView => new DataView(file.buffer, file.byteOffset, file.byteLength);

/** The first piece of a PNG is its head. */
function pngHead(file: Uint8Array): Picture | undefined {
  if (file.length < 24 || Buffer.from(file.subarray(12, 16)).toString('latin1') !== 'IHDR') return undefined;
  return { type: 'image/png', width: view(file).getUint32(16), height: view(file).getUint32(20) };
}

/** Segments of a JPEG follow one another until the frame, which says how large it is. */
function jpegHead(file: Uint8Array): Picture | undefined {
  for (let at = 2; at + 9 <= file.length;) {
    if (file[at] !== 0xff) return undefined;
    const kind = file[at + 1];
    if (kind === 0xff) {
      at += 1;
    } else if (isFrame(kind)) {
      return { type: 'image/jpeg', height: view(file).getUint16(at + 5), width: view(file).getUint16(at + 7) };
    } else {
      at += 2 + view(file).getUint16(at + 2);
    }
  }
  return undefined;
}

/** C0 to CF begin a frame, but for the three that bring tables. */
const isFrame = (kind: number): boolean => kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);
