import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { announcedObjects, type AnnouncedObject } from '../shared/s3-event';

/** One uploaded video, as it was announced; two uploads under one key are two jobs. */
export type Job = Required<AnnouncedObject>;

/** What is accepted as a job. */
export interface JobRules {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffixes: readonly string[];
}

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
  return announcedObjects(wrapped.success ? parsed(wrapped.data.Message) : message).map((object) => {
    const { version } = object;
    if (version === undefined) throw new Refused(`${object.key} is in no version; the bucket must keep versions`);
    const job = { ...object, version };
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

function faultOf({ bucket, key, bytes }: Job, rules: JobRules): string | undefined {
  if (bucket !== rules.bucket) return `the object is in ${bucket}, not in ${rules.bucket}`;
  if (!key.startsWith(rules.prefix)) return `the key ${key} does not begin with ${rules.prefix}`;
  if (!rules.suffixes.some((suffix) => key.toLowerCase().endsWith(suffix)))
    return `the key ${key} does not end with ${rules.suffixes.join(', ')}`;
  return bytes === 0 ? `${key} is empty` : undefined;
}
