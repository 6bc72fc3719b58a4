import * as z from 'zod/mini';
import { Refused } from './batch';

/** A new object, as S3 announces it. */
export interface AnnouncedObject {
  readonly bucket: string;
  /** The object's key, decoded. */
  readonly key: string;
  /** Which version of the object; none where the bucket keeps no versions. */
  readonly version?: string;
  /** Size in bytes. */
  readonly bytes: number;
}

const s3Event = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal('aws:s3'),
        eventName: z.string().check(z.startsWith('ObjectCreated:')),
        s3: z.object({
          bucket: z.object({ name: z.string().check(z.minLength(3), z.maxLength(63)) }),
          object: z.object({
            // 1,024 bytes, each of which may be written as %XX.
            key: z.string().check(z.minLength(1), z.maxLength(3072)),
            size: z.int().check(z.gte(0)),
            versionId: z.optional(z.string().check(z.minLength(1), z.maxLength(1024))),
          }),
        }),
      }),
    )
    .check(z.minLength(1)),
});
/** What S3 says once when it is told to announce, to see whether it may. */
const s3TestEvent = z.object({ Event: z.literal('s3:TestEvent') });

/**
 * The objects an event of S3 is about; none where S3 only tries whether it may announce.
 *
 * @throws Refused when it is anything else
 * @claims serverless-untrusted-input, storage-events-destinations
 */
export function announcedObjects(content: unknown): AnnouncedObject[] {
  if (s3TestEvent.safeParse(content).success) return [];
  const event = s3Event.safeParse(content);
  if (!event.success) throw new Refused(`not an S3 event of a new object: ${faultsOf(event.error)}`);
  return event.data.Records.map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    key: decodedKey(object.key),
    bytes: object.size,
    ...(object.versionId !== undefined && { version: object.versionId }),
  }));
}

/**
 * The key of an object: S3 writes keys in events as a form would, spaces as plus signs, the rest in percent signs.
 *
 * @throws Refused when it is not written so
 */
export function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new Refused(`the key ${key} is not URL-encoded`);
  }
}

const faultsOf = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`).join('; ');
