import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Parcel, Parcels } from './parcel';

/** Parcels in a table of DynamoDB. */
export class ParcelTable implements Parcels {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  async get(id: string): Promise<Parcel | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.table, Key: { id }, ConsistentRead: true }),
    );
    return Item as Parcel | undefined;
  }

  async add(parcel: Parcel): Promise<Parcel | undefined> {
    try {
      await this.documents.send(
        new PutCommand({ TableName: this.table, Item: parcel, ConditionExpression: 'attribute_not_exists(id)' }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return this.get(parcel.id);
    }
  }
}
