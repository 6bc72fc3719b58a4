import { createJimp } from '@jimp/core';
import jpeg from '@jimp/js-jpeg';
import png from '@jimp/js-png';
import { methods } from '@jimp/plugin-resize';
import { Refused } from '../shared/batch';
import type { Picture } from './picture';

const Image = createJimp({ formats: [jpeg, png], plugins: [methods] });
type Unpacked = Awaited<ReturnType<typeof Image.fromBuffer>>;

/** Makes a picture of a width, in the form it came in. */
export type Shrink = (width: number) => Promise<Uint8Array>;

/**
 * Unpacks a picture, turned as its camera says, for making smaller ones of it. One that is smaller already stays as wide as it is.
 *
 * @throws Refused when the file is damaged
 */
export async function unpacked(file: Uint8Array, { type }: Picture): Promise<Shrink> {
  let whole: Unpacked;
  try {
    whole = await Image.fromBuffer(Buffer.from(file), { 'image/jpeg': { maxMemoryUsageInMB: 1024 } });
  } catch (cause) {
    throw new Refused(`the picture is damaged: ${(cause as Error).message}`, { cause });
  }
  return (width) => {
    const one = width < whole.width ? whole.clone().resize({ w: width }) : whole;
    return type === 'image/jpeg' ? one.getBuffer(type, { quality: 80 }) : one.getBuffer(type);
  };
}
