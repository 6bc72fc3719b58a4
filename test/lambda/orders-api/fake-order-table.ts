import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';
import { capacityUnits } from '../../../lib/constructs/data/capacity-units';
import { itemSize } from '../../../lambda/shared/item-size';

type Item = Record<string, any>;

/** What DynamoDB throws, by its name. */
export const dynamoError = (name: string, status = 400): Error =>
  Object.assign(new Error(`${name} of table the-orders in account 111122223333`), {
    name,
    $metadata: { httpStatusCode: status },
  });

/** The table of orders in memory, which understands what the handlers ask of it, and nothing more. */
export class FakeOrderTable {
  readonly items = new Map<string, Item>();
  readonly client: AwsClientStub<DynamoDBDocumentClient> = mockClient(DynamoDBDocumentClient);
  /** Thrown instead of answering when it returns an error. */
  trouble: (command: string) => Error | undefined = () => undefined;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.items.clear();
    this.trouble = () => undefined;
    this.client.reset();
    this.client.on(GetCommand).callsFake(({ Key }) => this.answer('get', () => ({ Item: this.items.get(Key.id) })));
    this.client
      .on(PutCommand)
      .callsFake(({ Item: item, ConditionExpression: condition, ExpressionAttributeValues: values }) =>
        this.answer('put', () => {
          const old = this.items.get(item.id);
          if (
            old &&
            isConditional(condition, 'attribute_not_exists(id) OR expiresAt <= :now') &&
            !(old.expiresAt <= values[':now'])
          )
            throw refused();
          this.items.set(item.id, structuredClone(item));
          return {};
        }),
      );
    this.client
      .on(UpdateCommand)
      .callsFake(({ Key, ConditionExpression: condition, ExpressionAttributeValues: values }) =>
        this.answer('update', () => {
          if (!this.items.has(Key.id) && isConditional(condition, 'attribute_exists(id)')) throw refused();
          this.items.set(Key.id, { ...this.items.get(Key.id), ...Key, invoiceKey: values[':key'] });
          return {};
        }),
      );
    this.client.on(QueryCommand).callsFake((input) => this.answer('query', () => this.query(input)));
  }

  /** As the service does: reads up to the limit along the key, bills all it read, and only then drops what the filter drops. */
  private query({
    ExpressionAttributeValues: values,
    Limit,
    ExclusiveStartKey: start,
    KeyConditionExpression: condition,
    FilterExpression: filter,
  }: Item) {
    const inRange = ({ createdAt }: Item) =>
      !condition.includes('BETWEEN') || (createdAt >= values[':from'] && createdAt <= values[':to']);
    const found = [...this.items.values()]
      .filter((item) => item.customer === values[':customer'] && inRange(item))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const first = start ? found.findIndex(({ id }) => id === start.id) + 1 : 0;
    const read = found.slice(first, first + Limit);
    const last = read.at(-1);
    return {
      Items: isConditional(filter, 'expiresAt > :now')
        ? read.filter(({ expiresAt }) => expiresAt > values[':now'])
        : read,
      ConsumedCapacity: { CapacityUnits: capacityUnits({ kind: 'query', items: read.map((item) => itemSize(item)) }) },
      ...(first + Limit < found.length &&
        last && { LastEvaluatedKey: { id: last.id, customer: last.customer, createdAt: last.createdAt } }),
    };
  }

  private answer<T>(command: string, work: () => T): T {
    const error = this.trouble(command);
    if (error) throw error;
    return work();
  }
}

const refused = () => new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });

/** Whether an expression is there. Of expressions this table knows one each, and takes no other for it. */
function isConditional(expression: string | undefined, known: string): boolean {
  if (expression !== undefined && expression !== known)
    throw new Error(`teach this table the expression ${expression}`);
  return expression !== undefined;
}
