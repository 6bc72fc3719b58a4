import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import type { Upload } from './contracts';
import { uploadPrefix } from './environment';

/** What S3 tells the default bus of a new object. */
const objectCreated = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  time: z.iso.datetime(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().check(z.minLength(1), z.maxLength(1024)),
      size: z.int().check(z.gte(0)),
      'version-id': z.string().check(z.minLength(1)),
    }),
  }),
});

/**
 * The photo that an event of S3 tells of.
 *
 * @throws Refused when the event is anything else, or tells of an object that is no photo of this bucket
 * @claims serverless-untrusted-input
 */
export function arrived(event: unknown, bucket: string): Upload {
  const read = objectCreated.safeParse(event);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new Refused(`not an event of S3 about a new object: ${faults.join('; ')}`);
  }
  const { time, detail } = read.data;
  const { key, size, 'version-id': version } = detail.object;
  if (detail.bucket.name !== bucket) throw new Refused(`the object is in ${detail.bucket.name}, not in ${bucket}`);
  if (!key.startsWith(uploadPrefix)) throw new Refused(`the key ${key} does not begin with ${uploadPrefix}`);
  return { key, version, bytes: size, at: time };
}
