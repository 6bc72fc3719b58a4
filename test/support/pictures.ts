import { createJimp } from '@jimp/core';
import jpeg from '@jimp/js-jpeg';
import png from '@jimp/js-png';

const Image = createJimp({ formats: [jpeg, png], plugins: [] });

type Type = 'image/jpeg' | 'image/png';

/** A small real picture: its left half in one colour, its right in another, so that one sees which way it is turned. */
export async function picture(
  type: Type,
  width: number,
  height: number,
  colours: readonly [number, number] = [0xcc2222ff, 0x2222ccff],
): Promise<Buffer> {
  const image = new Image({ width, height, color: colours[0] });
  image.scan(Math.floor(width / 2), 0, width - Math.floor(width / 2), height, (_x, _y, at) => {
    image.bitmap.data.writeUInt32BE(colours[1], at);
  });
  return type === 'image/jpeg' ? image.getBuffer(type, { quality: 95 }) : image.getBuffer(type);
}

/** How large a picture is, and the colours of its left and right. */
export async function seen(file: Uint8Array): Promise<{ width: number; height: number; left: string; right: string }> {
  const image = await Image.fromBuffer(Buffer.from(file));
  const { width, height } = image;
  const middle = Math.floor(height / 2);
  const colour = (x: number): string => nearest(image.getPixelColor(x, middle));
  return { width, height, left: colour(0), right: colour(width - 1) };
}

/** JPEG keeps colours about right only. */
function nearest(colour: number): string {
  const [red, , blue] = [colour >>> 24, (colour >>> 16) & 0xff, (colour >>> 8) & 0xff];
  return red > blue ? 'red' : 'blue';
}

/** A JPEG whose camera says that it was held upside down, sideways and so on: 1 to 8. */
export function turned(jpegFile: Buffer, orientation: number): Buffer {
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0', 'latin1'),
    Buffer.from([
      0x4d,
      0x4d,
      0,
      0x2a,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
    ]),
  ]);
  const segment = Buffer.from([0xff, 0xe1, 0, 0]);
  segment.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpegFile.subarray(0, 2), segment, exif, jpegFile.subarray(2)]);
}
