import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { hasExpired, secondsOf } from './expiry';

/** API Gateway ends a connection after two hours, whatever passes over it. */
const longestConnection = 2 * 60 * 60;

/**
 * Who is connected: one entry for each open connection, by whom it belongs to. API Gateway says when one is closed, but does
 * not promise to, so an entry ends by itself when its connection must have ended.
 *
 * @claims serverless-websocket-api
 */
export class Connections {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  async open(owner: string, connectionId: string): Promise<void> {
    const expiresAt = secondsOf(this.now()) + longestConnection;
    await this.documents.send(new PutCommand({ TableName: this.table, Item: { owner, connectionId, expiresAt } }));
  }

  /** Forgets a connection; one that is forgotten already is no error. */
  async close(owner: string, connectionId: string): Promise<void> {
    await this.documents.send(new DeleteCommand({ TableName: this.table, Key: { owner, connectionId } }));
  }

  /** The connections of one owner that may still be open. */
  async of(owner: string): Promise<string[]> {
    const found: string[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.documents.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
          // Somebody who has just connected is told of what happens next.
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      const open = Items.filter(({ expiresAt }) => !hasExpired(expiresAt as number, this.now()));
      found.push(...open.map(({ connectionId }) => connectionId as string));
      from = LastEvaluatedKey;
    } while (from);
    return found;
  }
}
