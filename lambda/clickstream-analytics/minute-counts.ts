import { createHash } from 'node:crypto';
import { UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expiryOf } from '../shared/expiry';
import { minuteOf, pageOf, type Click } from './click';

/** For how long minutes are kept. */
const keptDays = 30;
const dayMilliseconds = 24 * 3_600_000;

/**
 * Clicks of a batch by page and minute. An item holds a set of the clicks' ids, and their number is how many there are: whatever is
 * written twice, because a run failed half-way, a page sent it twice or the stream holds it twice, is in the set already.
 */
export class MinuteCounts {
  private readonly ids = new Map<string, { page: string; minute: string; ids: Set<string> }>();

  add(click: Click): void {
    const [page, minute] = [pageOf(click), minuteOf(click)];
    const name = `${minute} ${page}`;
    const group = this.ids.get(name) ?? { page, minute, ids: new Set() };
    group.ids.add(shortened(click.id));
    this.ids.set(name, group);
  }

  get figures(): { readonly groups: number; readonly clicks: number } {
    const groups = [...this.ids.values()];
    return { groups: groups.length, clicks: groups.reduce((sum, { ids }) => sum + ids.size, 0) };
  }

  async writeTo(dynamodb: DynamoDBClient, table: string): Promise<void> {
    for (const { page, minute, ids } of this.ids.values()) {
      const expiresAt = expiryOf(new Date(Date.now() + keptDays * dayMilliseconds));
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: { S: page }, at: { S: minute } },
          UpdateExpression: 'ADD clicks :ids SET expiresAt = :expiry',
          ExpressionAttributeValues: { ':ids': { SS: [...ids] }, ':expiry': { N: String(expiresAt) } },
        }),
      );
    }
  }
}

/** Twelve letters of an id, whatever its length: 72 bits, and room for some 25,000 clicks in an item of 400 KB. */
const shortened = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 12);
