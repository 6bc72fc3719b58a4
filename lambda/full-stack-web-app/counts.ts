import { TransactionCanceledException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { secondsOf } from '../shared/expiry';
import type { Change, Image } from './change';

export interface Count {
  readonly open: number;
  readonly done: number;
}

/** The stream tells of a change for a day; so long and longer it must be known that it was counted. */
const remembered = 2 * 24 * 60 * 60;

/** How many tasks each owner has, open and done, as the changes tell. Each change counts once, however often it is told. */
export class Counts {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  async of(owner: string): Promise<Count> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.table, Key: { owner, entry: 'total' } }),
    );
    return { open: Number(Item?.open ?? 0), done: Number(Item?.done ?? 0) };
  }

  /** Counts a change, and notes in the same write that it was counted. */
  async take(change: Change): Promise<void> {
    const { open, done } = differenceOf(change);
    if (open === 0 && done === 0) return;
    const { owner } = (change.after ?? change.before)!;
    try {
      await this.documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName: this.table,
                Item: { owner, entry: `change#${change.id}`, expiresAt: secondsOf(this.now()) + remembered },
                ConditionExpression: 'attribute_not_exists(entry)',
              },
            },
            {
              Update: {
                TableName: this.table,
                Key: { owner, entry: 'total' },
                UpdateExpression: 'ADD #open :open, #done :done',
                ExpressionAttributeNames: { '#open': 'open', '#done': 'done' },
                ExpressionAttributeValues: { ':open': open, ':done': done },
              },
            },
          ],
        }),
      );
    } catch (error) {
      const counted =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed';
      if (!counted) throw error;
    }
  }
}

/** By how much a change moves the two numbers. */
export function differenceOf({ before, after }: Pick<Change, 'before' | 'after'>): Count {
  const one = (task: Image | undefined, done: boolean) => (task?.done === done ? 1 : 0);
  return { open: one(after, false) - one(before, false), done: one(after, true) - one(before, true) };
}
