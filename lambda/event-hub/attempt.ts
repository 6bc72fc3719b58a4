import { ConditionalCheckFailedException, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { putAll } from '../shared/put-events';
import { failed, stored, uploadId, type Upload } from './contracts';
import { descriptionPrefix, uploadPrefix } from './environment';

export interface Workplace {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly dynamodb: DynamoDBClient;
  readonly table: string;
  readonly events: EventBridgeClient;
  readonly bus: string;
}

/** What came of looking at a photo. */
export type Outcome = { readonly title: string } | { readonly reason: string };

const description = z.object({ title: z.string().check(z.minLength(1), z.maxLength(200)) });
const largestDescription = 16_384;

/**
 * Tries to take in one photo: looks whether it is whole, writes down what came of it, and tells the others. A photo that fails is
 * not an error: it is news, and somebody else decides what to do about it.
 *
 * Done twice for one attempt, it writes the same and tells the same under the same id. So nobody has to remember that it was done:
 * whoever hears it twice does the same again, and the attempts are counted in what they hear.
 */
export async function tryUpload(upload: Upload, attempt: number, workplace: Workplace): Promise<Outcome> {
  const outcome = await look(upload, workplace);
  const isNewest = await write(upload, attempt, outcome, workplace);
  const about = { id: `${uploadId(upload)}#${attempt}`, attempt };
  const news =
    'title' in outcome
      ? stored.make({ ...upload, title: outcome.title }, about)
      : failed.make({ upload, reason: outcome.reason }, about);
  if (isNewest) await putAll(workplace.events, workplace.bus, [news]);
  return outcome;
}

/** A photo is whole when it holds something and its description, which may come later, is there. */
async function look({ key, bytes }: Upload, { s3, bucket }: Workplace): Promise<Outcome> {
  if (bytes === 0) return { reason: 'the photo is empty' };
  const beside = `${descriptionPrefix}${key.slice(uploadPrefix.length)}`;
  const text = await descriptionOf(s3, bucket, beside);
  if (text === undefined) return { reason: `there is no ${beside} yet` };
  const read = description.safeParse(parsed(text));
  return read.success ? { title: read.data.title } : { reason: 'the description is no JSON with a title' };
}

async function descriptionOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const range = `bytes=0-${largestDescription - 1}`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    return await Body!.transformToString();
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey') return undefined;
    // An empty object has no first byte.
    if (name === 'InvalidRange') return '';
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether this is the newest attempt written: an old one that comes again late changes nothing and is told to nobody. */
async function write(upload: Upload, attempt: number, outcome: Outcome, workplace: Workplace): Promise<boolean> {
  try {
    await workplace.dynamodb.send(
      new PutItemCommand({
        TableName: workplace.table,
        Item: marshall({ ...upload, attempt, state: 'title' in outcome ? 'stored' : 'failed', ...outcome }),
        ConditionExpression: 'attribute_not_exists(attempt) OR attempt <= :attempt',
        ExpressionAttributeValues: { ':attempt': { N: String(attempt) } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
