import { ConditionalCheckFailedException, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keptDays } from './environment';

/** One piece of news, as it was received. */
export interface News {
  readonly id: string;
  readonly subject?: string;
  readonly text: string;
}

/** What was received, each piece of news once: SNS delivers at least once. */
export class Book {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  /** @returns whether it is new */
  async write({ id, subject, text }: News): Promise<boolean> {
    const now = new Date();
    const expires = Math.floor(now.getTime() / 1000) + keptDays * 86_400;
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: {
            id: { S: id },
            at: { S: now.toISOString() },
            text: { S: text },
            expires: { N: String(expires) },
            ...(subject !== undefined && { subject: { S: subject } }),
          },
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
