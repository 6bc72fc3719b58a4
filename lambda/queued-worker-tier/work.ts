import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PayloadGone } from '../payload-store/payloads';
import type { Loaded } from '../payload-store/source';
import { Refused } from '../shared/batch';
import { announcedObjects } from '../shared/s3-event';
import { analysed } from './analysis';
import { nameAttribute, namePattern, uploadPrefix } from './environment';

/** Where a worker works. */
export interface Workplace {
  readonly s3: S3Client;
  readonly uploadBucket: string;
  readonly reportBucket: string;
}

/** A document that is read only when its turn comes. */
interface Document {
  readonly name: string;
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Works one message: reads each document it is about, and writes a report of it. Returns the keys of the reports.
 *
 * A report is named after the document and its content, and one that is there already is left alone: done twice, this changes
 * nothing.
 *
 * @throws Refused when the message is no job, or its document is gone
 */
export async function workMessage(message: Loaded, place: Workplace, signal: AbortSignal): Promise<string[]> {
  const reports: string[] = [];
  try {
    for (const { name, open } of await documentsIn(message, place)) {
      const analysis = await analysed(await open(signal));
      signal.throwIfAborted();
      const key = `${name}/${analysis.sha256.slice(0, 16)}.json`;
      await write(place, key, JSON.stringify({ schema: 1, document: name, ...analysis }, undefined, 2), signal);
      reports.push(key);
    }
  } catch (error) {
    // The message is a copy; whoever had the first one has written the report and removed both.
    if (!(error instanceof PayloadGone)) throw error;
  }
  return reports;
}

/** A document that was sent is the body of its message; one that was uploaded is announced by S3. */
async function documentsIn(message: Loaded, place: Workplace): Promise<Document[]> {
  const name = message.attributes[nameAttribute];
  const payload = message.payload();
  if (name !== undefined) {
    if (!namePattern.test(name)) throw new Refused(`"${name}" is no name of a document`);
    return [{ name, open: () => payload.open() }];
  }
  return announcedObjects(parsed(await payload.text())).map(({ bucket, key }) => {
    if (bucket !== place.uploadBucket) throw new Refused(`the document is in ${bucket}, not in ${place.uploadBucket}`);
    if (!key.startsWith(uploadPrefix)) throw new Refused(`the key ${key} does not begin with ${uploadPrefix}`);
    return { name: key.slice(uploadPrefix.length), open: (signal) => uploaded(place, key, signal) };
  });
}

async function uploaded(
  { s3, uploadBucket }: Workplace,
  key: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: uploadBucket, Key: key }), { abortSignal: signal });
    return Body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    // S3 shows what was written at once, so what is not there will not come.
    if ((cause as Error).name !== 'NoSuchKey') throw cause;
    throw new Refused(`${key} is gone`, { cause });
  }
}

async function write({ s3, reportBucket }: Workplace, key: string, report: string, signal: AbortSignal): Promise<void> {
  const order = new PutObjectCommand({
    Bucket: reportBucket,
    Key: key,
    Body: report,
    ContentType: 'application/json',
    IfNoneMatch: '*',
  });
  await s3.send(order, { abortSignal: signal }).catch((error: Error) => {
    if (error.name !== 'PreconditionFailed') throw error;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('neither a document that was sent nor an event of S3: not JSON');
  }
}
