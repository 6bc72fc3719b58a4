import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { announcedObjects, type AnnouncedObject } from '../shared/s3-event';
import type { Place } from './place';

/** How the sweep and the desk ask for one file. */
const request = z.strictObject({ key: z.string().check(z.minLength(1), z.maxLength(1024)) });

/**
 * The keys of the files an event is about: those S3 announces, or the one that is asked for; none where S3 only tries whether it may announce.
 *
 * @throws Refused when it is anything else, or about something else than the incoming files
 *
 * @claims serverless-untrusted-input
 */
export function keysIn(event: unknown, place: Place): string[] {
  const asked = request.safeParse(event);
  const keys = asked.success
    ? [asked.data.key]
    : announced(event).map(({ bucket, key }) => {
        if (bucket !== place.bucket) throw new Refused(`the object is in ${bucket}, not in ${place.bucket}`);
        return key;
      });
  for (const key of keys) if (!isIncoming(key, place)) throw new Refused(`${key} does not lie below ${place.incoming}`);
  return keys;
}

function announced(event: unknown): AnnouncedObject[] {
  try {
    return announcedObjects(event);
  } catch (error) {
    throw new Refused(`neither a request for one file nor what S3 announces: ${(error as Error).message}`);
  }
}

/** Whether a key is that of a file below the incoming folder, and not that of a folder, as the console makes them. */
export const isIncoming = (key: string, { incoming }: Place): boolean =>
  key.startsWith(incoming) && key.length > incoming.length && !key.endsWith('/');
