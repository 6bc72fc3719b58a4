import { PutItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Document } from './document';
import { pageSize, type Listed } from './shelf';

/** All ids are in one partition: it takes a thousand a second, a hundred times what the API lets through. */
const shelf = { S: 'documents' } as const;

/** A table of what there is, in which no text stands. */
export class Catalogue implements Listed {
  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly table: string,
  ) {}

  async add({ id, name }: Document): Promise<void> {
    await this.dynamodb.send(
      new PutItemCommand({ TableName: this.table, Item: { shelf, id: { S: id }, name: { S: name } } }),
    );
  }

  async list(after: string): Promise<string[]> {
    const { Items = [] } = await this.dynamodb.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: 'shelf = :shelf AND id > :after',
        // A key is never empty, and nothing that is an id comes before this.
        ExpressionAttributeValues: { ':shelf': shelf, ':after': { S: after || ' ' } },
        ProjectionExpression: 'id',
        ConsistentRead: true,
        Limit: pageSize,
      }),
    );
    return Items.map(({ id }) => id.S!);
  }
}
