import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { longestNote } from './environment';

const newNote = z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(longestNote)) });

/** A note as the board shows it. */
export interface Note {
  readonly text: string;
  /** When it was handed in, in ISO 8601. */
  readonly at: string;
  /** The Region it was handed in at. */
  readonly by: string;
}

/** What a message of the queue is about. */
export interface Handed {
  readonly messageId: string;
  readonly sentAt: Date;
  readonly text: string;
}

/** One partition: the board shows the last notes of all Regions together. */
const board = 'notes';
const shown = 10;

/**
 * What a message asks for.
 *
 * @throws Refused when it is no note
 */
export function textIn(body: string): string {
  try {
    return newNote.parse(JSON.parse(body)).text;
  } catch (error) {
    throw new Refused(`no note: ${(error as Error).message}`);
  }
}

/**
 * Writes a note under the time and the id of its message: the same message again changes nothing, and notes that two Regions write
 * at once never meet in one item.
 */
export async function keepNote(
  client: DynamoDBClient,
  table: string,
  region: string,
  { messageId, sentAt, text }: Handed,
): Promise<void> {
  const at = sentAt.toISOString();
  const Item = {
    board: { S: board },
    id: { S: `${at} ${messageId}` },
    text: { S: text },
    at: { S: at },
    by: { S: region },
  };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(id)' }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The last notes, the newest first. */
export async function lastNotes(
  client: DynamoDBClient,
  table: string,
  { most = shown, abortSignal }: { readonly most?: number; readonly abortSignal?: AbortSignal } = {},
): Promise<Note[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'board = :board',
      ExpressionAttributeValues: { ':board': { S: board } },
      ScanIndexForward: false,
      Limit: most,
    }),
    { ...(abortSignal && { abortSignal }) },
  );
  return Items.map(({ text, at, by }) => ({ text: text.S ?? '', at: at.S ?? '', by: by.S ?? '' }));
}
