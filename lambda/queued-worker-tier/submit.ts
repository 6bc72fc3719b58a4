import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { environment as payloadEnvironment } from '../payload-store/environment';
import { Payloads } from '../payload-store/payloads';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { nameAttribute, namePattern, submitEnvironment } from './environment';

const { queueUrl } = variables(submitEnvironment);
const store = variables(payloadEnvironment);
const payloads = new Payloads({
  s3: new S3Client(patience),
  sqs: new SQSClient(patience),
  bucket: store.bucket,
  threshold: Number(store.threshold),
});
const logger = new Logger();

const submission = z.strictObject({
  document: z
    .string()
    .check(z.regex(namePattern, 'use up to 200 letters, digits, dots, underscores, spaces, slashes and hyphens')),
  text: z.string().check(z.minLength(1, 'it is empty')),
});

export interface Submitted {
  readonly document: string;
  readonly bytes: number;
}

/** Takes a document of any size a call can carry, puts it into the queue and answers; nobody waits for its report. */
export async function handler(event: unknown, context: Context): Promise<Submitted> {
  logger.addContext(context);
  const known = submission.safeParse(event);
  if (!known.success) {
    const faults = known.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new Error(`not a document (${faults.join('; ')}); send {"document": "notes/a.txt", "text": "…"}`);
  }
  const { document, text } = known.data;
  const [unsent] = await payloads.send(queueUrl, [{ body: text, attributes: { [nameAttribute]: document } }]);
  if (unsent) throw new Error(`${document} was not taken: ${unsent.reason}`);
  const answer = { document, bytes: Buffer.byteLength(text) };
  logger.info('document taken', answer);
  return answer;
}
