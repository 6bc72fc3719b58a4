import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { shelf } from './environment';

/** What the index knows of a document. */
export interface DocumentRecord {
  readonly name: string;
  /** What its file is called: the SHA-256 of its bytes, so that a file never changes. */
  readonly sha256: string;
  readonly bytes: number;
  /** Its media type. */
  readonly type: string;
  /** When it was kept, ISO 8601. */
  readonly keptAt: string;
}

export interface RecordPage {
  readonly documents: readonly DocumentRecord[];
  /** The name after which the next page begins; absent on the last. */
  readonly next?: string;
}

/** The table that knows what documents are called, one call a method. */
export class DocumentIndex {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  /** Writes down where a document's bytes are. @returns whether there was none of that name before */
  async put(record: DocumentRecord): Promise<boolean> {
    const { Attributes: before } = await this.documents.send(
      new PutCommand({ TableName: this.table, Item: { shelf, ...record }, ReturnValues: 'ALL_OLD' }),
    );
    return before === undefined;
  }

  async get(name: string): Promise<DocumentRecord | undefined> {
    const { Item } = await this.documents.send(
      // Who has just kept a document may ask for it at once.
      new GetCommand({ TableName: this.table, Key: { shelf, name }, ConsistentRead: true }),
    );
    return Item && recordOf(Item);
  }

  /** Documents in the order of their names. */
  async list(limit: number, after?: string): Promise<RecordPage> {
    const { Items = [], LastEvaluatedKey: last } = await this.documents.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: 'shelf = :shelf',
        ExpressionAttributeValues: { ':shelf': shelf },
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: { shelf, name: after } }),
      }),
    );
    return { documents: Items.map(recordOf), ...(last && { next: last.name as string }) };
  }
}

const recordOf = ({ name, sha256, bytes, type, keptAt }: Record<string, unknown>): DocumentRecord =>
  ({ name, sha256, bytes, type, keptAt }) as DocumentRecord;
