import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import type { Result } from '../shared/kept-files';
import { pictureIn } from './picture';
import type { Place } from './place';

/** A message of a device, as the rule hands it on: what was published, and of whom. */
const message = z.strictObject({
  device: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  /** What the device calls the picture; the same again is the same picture. */
  name: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  /** The file in base64; IoT takes 128 KB in all. */
  picture: z.base64().check(z.minLength(1), z.maxLength(131_072)),
});

const suffixes = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const;

/**
 * The file in a message of a device, and where it belongs.
 *
 * @throws Refused when it is no picture, or does not say of whom
 */
export function pictureOf(event: unknown, place: Place): Result & { readonly key: string } {
  const known = message.safeParse(event);
  if (!known.success) {
    const faults = known.error.issues.map(({ path, message: what }) => `${path.join('.') || 'message'}: ${what}`);
    throw new Refused(`not a picture of a device: ${faults.join('; ')}`);
  }
  const { device, name, picture } = known.data;
  const body = Buffer.from(picture, 'base64');
  const { type } = pictureIn(body);
  return { key: `${place.incoming}devices/${device}/${name}.${suffixes[type]}`, body, type, madeOf: device };
}
