import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

/** A session as it is kept. */
export interface KeptSession {
  readonly session: string;
  readonly values: Readonly<Record<string, string>>;
  readonly version: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Under what it goes on since it was renewed. With it, it is over. */
  readonly successor?: string;
}

export interface SessionStore {
  get(session: string): Promise<KeptSession | undefined>;
  /** Writes version 1 where nothing is, and any other over the one before it alone; false where that is not so. */
  put(session: KeptSession): Promise<boolean>;
  remove(session: string): Promise<void>;
}

/** Sessions in the table of a `SessionTable`. */
export class SessionTableStore implements SessionStore {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
  }

  /** Consistent: a visitor who was signed in by one server a moment ago is so at the next. */
  async get(session: string): Promise<KeptSession | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.table, Key: { session }, ConsistentRead: true }),
    );
    return Item as KeptSession | undefined;
  }

  put(kept: KeptSession): Promise<boolean> {
    const before = kept.version - 1;
    return unlessChanged(
      this.documents.send(
        new PutCommand({
          TableName: this.table,
          Item: kept,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...(before === 0
            ? {
                ConditionExpression: 'attribute_not_exists(#session)',
                ExpressionAttributeNames: { '#session': 'session' },
              }
            : onlyVersion(before)),
        }),
      ),
      // The SDK sends again what it got no answer to, and the first sending may have come through.
      (there) => isDeepStrictEqual(there, attributesOf(kept)),
    );
  }

  async remove(session: string): Promise<void> {
    await this.documents.send(new DeleteCommand({ TableName: this.table, Key: { session } }));
  }
}

const onlyVersion = (version: number) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': version },
});

const attributesOf = ({ session, values, version, expiresAt, successor }: KeptSession): Item => ({
  session: { S: session },
  values: { M: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: value }])) },
  version: { N: String(version) },
  expiresAt: { N: String(expiresAt) },
  ...(successor !== undefined && { successor: { S: successor } }),
});

type Item = ConditionalCheckFailedException['Item'];

async function unlessChanged(call: Promise<unknown>, isOwn: (there: Item) => boolean): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return isOwn(error.Item);
    throw error;
  }
}
