import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { videoSuffixes } from './environment';

/** One video that somebody put into the bucket. */
export interface Upload {
  /** The object's key. */
  readonly key: string;
  /** Whose it is: the id by which the pool of identities knows a person, and by which alone they reach it. */
  readonly owner: string;
  /** What its owner calls it; the same name again is a new version of it. */
  readonly video: string;
  /** Which of two versions is the newer one, as text that compares. */
  readonly sequencer: string;
  /** ISO 8601. */
  readonly at: string;
  /** What is wrong with it, for its owner to read. */
  readonly fault?: string;
}

export interface UploadRules {
  readonly bucket: string;
  readonly prefix: string;
}

/** `us-east-1:12345678-1234-1234-1234-123456789012` */
export const identity: RegExp = /^[a-z]{2}(-[a-z]+)+-\d:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** S3 writes sequencers as hexadecimal numbers of different lengths, to be compared with zeros at their ends. */
const longestSequencer = 32;
export const sequencerOf = (sequencer: string): string => sequencer.toUpperCase().padEnd(longestSequencer, '0');

const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));
const objectCreated = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  time,
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().check(z.minLength(1), z.maxLength(1024)),
      size: z.int().check(z.gte(0)),
      sequencer: z.string().check(z.regex(/^[0-9A-Fa-f]{1,32}$/)),
    }),
  }),
});

/**
 * The upload a message announces: an event of EventBridge about a new object.
 *
 * What is wrong with the video is told to its owner, by the table. What no person could have caused, as nobody may write
 * there, is refused.
 *
 * @throws Refused when it is no such event, or about an object that is nobody's
 * @claims serverless-untrusted-input
 */
export function uploadIn(body: string, { bucket, prefix }: UploadRules): Upload {
  const event = objectCreated.safeParse(json(body));
  if (!event.success) throw new Refused(`not an event of a new object: ${faultsOf(event.error)}`);
  const { object, bucket: from } = event.data.detail;
  if (from.name !== bucket) throw new Refused(`the object is in ${from.name}, not in ${bucket}`);
  const [owner, ...rest] = object.key.slice(prefix.length).split('/');
  if (!object.key.startsWith(prefix) || !identity.test(owner) || rest.length === 0 || rest[0] === '')
    throw new Refused(`the key ${object.key} is not ${prefix}, the id of a person, and a name`);
  const video = rest.join('/');
  const fault = faultOf(video, object.size);
  return {
    key: object.key,
    owner,
    video,
    sequencer: sequencerOf(object.sequencer),
    at: event.data.time,
    ...(fault !== undefined && { fault }),
  };
}

function faultOf(video: string, bytes: number): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(video))
    return 'The name has other characters than letters, digits, points, hyphens and underscores, or more than 100.';
  if (!videoSuffixes.some((suffix) => video.toLowerCase().endsWith(suffix)))
    return `The name does not end with ${videoSuffixes.join(', ')}.`;
  return bytes === 0 ? 'The file is empty.' : undefined;
}

/** @throws Refused when a message is not JSON */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('not JSON');
  }
}

export const faultsOf = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`).join('; ');
