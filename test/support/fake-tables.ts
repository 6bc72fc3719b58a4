import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type PutCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';

type Item = Record<string, unknown>;
type Conditional = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Tables in memory that understand what handlers ask of the document client: items by key, partitions, conditions made of
 * `attribute_exists(x)`, `attribute_not_exists(x)` and `x = :y` with AND and OR, and writes that happen together or not at all.
 */
export class FakeTables {
  readonly client: AwsClientStub<DynamoDBDocumentClient> = mockClient(DynamoDBDocumentClient);
  private readonly tables = new Map<string, Map<string, Item>>();

  /** @param keys the names of the keys of each table, the partition key first */
  constructor(private readonly keys: Readonly<Record<string, readonly string[]>>) {
    this.reset();
  }

  /** Forgets all items and all calls. */
  reset(): void {
    this.tables.clear();
    this.client.reset();
    this.client.on(GetCommand).callsFake(({ TableName, Key }) => ({ Item: this.find(TableName, Key) }));
    this.client.on(PutCommand).callsFake((input) => this.put(input));
    this.client.on(DeleteCommand).callsFake(({ TableName, Key, ReturnValues, ...condition }) => {
      const Attributes = this.find(TableName, Key);
      this.check(Attributes, condition);
      this.items(TableName).delete(this.nameOf(TableName, Key));
      return ReturnValues === 'ALL_OLD' && Attributes ? { Attributes } : {};
    });
    this.client.on(QueryCommand).callsFake(({ TableName, ExpressionAttributeValues }) => {
      const [partition] = Object.values(ExpressionAttributeValues as Item);
      const [name, sort] = this.keys[TableName as string];
      return {
        Items: [...this.items(TableName).values()]
          .filter((item) => item[name] === partition)
          .sort((one, other) => String(one[sort]).localeCompare(String(other[sort]))),
      };
    });
    this.client.on(TransactWriteCommand).callsFake(({ TransactItems }) => this.transact(TransactItems));
  }

  /** All items of a table. */
  all(table: string): Item[] {
    return [...this.items(table).values()];
  }

  private put({ TableName, Item, ...condition }: PutCommandInput): object {
    const key = this.nameOf(TableName!, Item!);
    this.check(this.items(TableName!).get(key), condition);
    this.items(TableName!).set(key, Item!);
    return {};
  }

  private transact(writes: { Put?: PutCommandInput; Update?: UpdateCommandInput }[]): object {
    const reasons = writes.map(({ Put }) => {
      if (!Put) return { Code: 'None' };
      const holds = this.holds(this.find(Put.TableName!, Put.Item!), Put);
      return { Code: holds ? 'None' : 'ConditionalCheckFailed' };
    });
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: reasons,
      });
    for (const { Put, Update } of writes) {
      if (Put) this.put(Put);
      if (Update) this.add(Update);
    }
    return {};
  }

  /** `ADD #open :open, #done :done` */
  private add({ TableName, Key, UpdateExpression, ...names }: UpdateCommandInput): void {
    const item: Item = { ...(this.find(TableName!, Key!) ?? Key) };
    for (const [, name, value] of UpdateExpression!.matchAll(/(#?\w+) (:\w+)/g)) {
      const attribute = names.ExpressionAttributeNames?.[name] ?? name;
      item[attribute] = Number(item[attribute] ?? 0) + Number(names.ExpressionAttributeValues![value]);
    }
    this.items(TableName!).set(this.nameOf(TableName!, Key!), item);
  }

  private check(
    item: Item | undefined,
    condition: Conditional & { ReturnValuesOnConditionCheckFailure?: string },
  ): void {
    if (this.holds(item, condition)) return;
    throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
  }

  private holds(item: Item | undefined, { ConditionExpression, ...names }: Conditional): boolean {
    if (ConditionExpression === undefined) return true;
    const valueOf = (name: string) => item?.[names.ExpressionAttributeNames?.[name] ?? name];
    const term = (text: string): boolean => {
      const [, not, name] = /^attribute_(not_)?exists\((#?\w+)\)$/.exec(text) ?? [];
      if (name !== undefined) return (valueOf(name) === undefined) === (not !== undefined);
      const [, left, right] = /^(#?\w+) = (:\w+)$/.exec(text) ?? [];
      if (left === undefined) throw new Error(`this table does not know the condition ${text}`);
      return valueOf(left) === names.ExpressionAttributeValues?.[right];
    };
    return ConditionExpression.split(' OR ').some((part) => part.split(' AND ').every(term));
  }

  private find(table: string, key: Item): Item | undefined {
    return this.items(table).get(this.nameOf(table, key));
  }

  private nameOf(table: string, item: Item): string {
    return JSON.stringify(this.keys[table].map((name) => item[name]));
  }

  private items(table: string): Map<string, Item> {
    const known = this.tables.get(table) ?? new Map<string, Item>();
    this.tables.set(table, known);
    return known;
  }
}
