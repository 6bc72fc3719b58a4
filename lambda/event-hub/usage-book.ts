import {
  ConditionalCheckFailedException,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { uploadId, type Upload } from './contracts';

/** What a day took. */
export interface Summary {
  readonly uploads: number;
  readonly bytes: number;
}

const summaryEntry = 'summary';

/** What each day took: one item for each photo, and one that sums them up. */
export class UsageBook {
  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly table: string,
  ) {}

  /** Counts a photo, once however often it is told: the item of a photo has its name. */
  async count(day: string, upload: Upload): Promise<void> {
    const item = { day, entry: `upload#${uploadId(upload)}`, bytes: upload.bytes };
    await this.dynamodb.send(new PutItemCommand({ TableName: this.table, Item: marshall(item) }));
  }

  /** Sums up a day that still goes on; one that is closed stays as it is. */
  async sumUp(day: string): Promise<void> {
    await this.write(day, await this.sum(day), {});
  }

  /**
   * Closes a day, once: whoever comes again is told what it was closed with.
   *
   * @param at the moment it was due to be closed
   */
  async close(day: string, at: string): Promise<Summary & { readonly closedAt: string }> {
    const summary = await this.sum(day);
    if (await this.write(day, summary, { closedAt: at })) return { ...summary, closedAt: at };
    const { Item } = await this.dynamodb.send(
      new GetItemCommand({ TableName: this.table, Key: marshall({ day, entry: summaryEntry }), ConsistentRead: true }),
    );
    const { uploads, bytes, closedAt } = unmarshall(Item!) as Summary & { closedAt: string };
    return { uploads, bytes, closedAt };
  }

  private async write(day: string, summary: Summary, more: { readonly closedAt?: string }): Promise<boolean> {
    try {
      await this.dynamodb.send(
        new PutItemCommand({
          TableName: this.table,
          Item: marshall({ day, entry: summaryEntry, ...summary, ...more }),
          ConditionExpression: 'attribute_not_exists(closedAt)',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private async sum(day: string): Promise<Summary> {
    let uploads = 0;
    let bytes = 0;
    const pages = paginateQuery(
      { client: this.dynamodb },
      {
        TableName: this.table,
        KeyConditionExpression: '#day = :day AND begins_with(entry, :upload)',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': { S: day }, ':upload': { S: 'upload#' } },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      uploads += Items.length;
      for (const item of Items) bytes += Number(item.bytes.N);
    }
    return { uploads, bytes };
  }
}
