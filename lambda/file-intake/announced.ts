import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { decodedKey } from '../shared/s3-event';
import type { Place } from './place';

const s3Event = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal('aws:s3'),
        eventName: z.string().check(z.startsWith('ObjectCreated:')),
        s3: z.object({
          bucket: z.object({ name: z.string().check(z.minLength(3), z.maxLength(63)) }),
          // 1,024 bytes, each of which may be written as %XX.
          object: z.object({ key: z.string().check(z.minLength(1), z.maxLength(3072)) }),
        }),
      }),
    )
    .check(z.minLength(1)),
});
/** How the sweep and the desk ask for one file. */
const request = z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(1024)) });

/**
 * The keys of the files an event is about: those S3 announces, or the one that is asked for.
 *
 * @throws Refused when it is anything else, or about something else than the incoming files
 *
 * @claims serverless-untrusted-input
 */
export function keysIn(event: unknown, place: Place): string[] {
  const asked = request.safeParse(event);
  const announced = s3Event.safeParse(event);
  if (!asked.success && !announced.success)
    throw new Refused('the event is neither an announcement of new objects by S3 nor a request for one file');
  const keys = asked.success
    ? [asked.data.key]
    : announced.data!.Records.map(({ s3: { bucket, object } }) => {
        if (bucket.name !== place.bucket) throw new Refused(`the object is in ${bucket.name}, not in ${place.bucket}`);
        return decodedKey(object.key);
      });
  for (const key of keys) if (!isIncoming(key, place)) throw new Refused(`${key} does not lie below ${place.incoming}`);
  return keys;
}

/** Whether a key is that of a file below the incoming folder, and not that of a folder, as the console makes them. */
export const isIncoming = (key: string, { incoming }: Place): boolean =>
  key.startsWith(incoming) && key.length > incoming.length && !key.endsWith('/');
