import * as z from 'zod/mini';
import { Refused } from '../shared/batch';

/** One uploaded video, as it was announced. */
export interface Job {
  readonly bucket: string;
  /** The object's key, decoded. */
  readonly key: string;
  /** Which version of the object: two uploads under one key are two jobs. */
  readonly version: string;
  /** Size in bytes. */
  readonly bytes: number;
}

/** What is accepted as a job. */
export interface JobRules {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffixes: readonly string[];
}

const s3Record = z.object({
  eventSource: z.literal('aws:s3'),
  eventName: z.string().check(z.startsWith('ObjectCreated:')),
  s3: z.object({
    bucket: z.object({ name: z.string().check(z.minLength(3), z.maxLength(63)) }),
    object: z.object({
      // 1,024 bytes, each of which may be written as %XX.
      key: z.string().check(z.minLength(1), z.maxLength(3072)),
      size: z.int().check(z.gte(0)),
      versionId: z.string().check(z.minLength(1), z.maxLength(1024)),
    }),
  }),
});
const s3Event = z.object({ Records: z.array(s3Record).check(z.minLength(1)) });
/** What S3 publishes once when a notification is set up, to see whether it may. */
const s3TestEvent = z.object({ Event: z.literal('s3:TestEvent') });
/** What SNS wraps a message in unless raw delivery is on. */
const snsEnvelope = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });

/**
 * The jobs a queue message announces: an S3 event, as it is or wrapped by SNS. S3's own test message announces none.
 *
 * @throws Refused when the message is anything else, or names an object that no upload can have
 * @claims serverless-untrusted-input
 */
export function jobsIn(body: string, rules: JobRules): Job[] {
  const message = parsed(body);
  const wrapped = snsEnvelope.safeParse(message);
  const content = wrapped.success ? parsed(wrapped.data.Message) : message;
  if (s3TestEvent.safeParse(content).success) return [];

  const event = s3Event.safeParse(content);
  if (!event.success) throw new Refused(`not an S3 event of a new object: ${faultsOf(event.error)}`);
  return event.data.Records.map(({ s3: { bucket, object } }) => {
    const job = { bucket: bucket.name, key: decoded(object.key), version: object.versionId, bytes: object.size };
    const fault = faultOf(job, rules);
    if (fault) throw new Refused(fault);
    return job;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('not JSON');
  }
}

/** S3 writes keys in events as a form would: spaces as plus signs, the rest in percent signs. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new Refused(`the key ${key} is not URL-encoded`);
  }
}

function faultOf({ bucket, key, bytes }: Job, rules: JobRules): string | undefined {
  if (bucket !== rules.bucket) return `the object is in ${bucket}, not in ${rules.bucket}`;
  if (!key.startsWith(rules.prefix)) return `the key ${key} does not begin with ${rules.prefix}`;
  if (!rules.suffixes.some((suffix) => key.toLowerCase().endsWith(suffix)))
    return `the key ${key} does not end with ${rules.suffixes.join(', ')}`;
  return bytes === 0 ? `${key} is empty` : undefined;
}

const faultsOf = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`).join('; ');
