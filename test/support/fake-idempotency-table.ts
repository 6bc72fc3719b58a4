import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';

type Item = Record<string, AttributeValue>;

/** A table in memory that understands what Powertools' idempotency asks of DynamoDB, and nothing more. */
export class FakeIdempotencyTable {
  readonly items = new Map<string, Item>();
  readonly client: AwsClientStub<DynamoDBClient> = mockClient(DynamoDBClient);

  constructor() {
    this.reset();
  }

  /** Forgets all items and all calls. */
  reset(): void {
    this.items.clear();
    this.client.reset();
    this.client.on(GetItemCommand).callsFake(({ Key }) => ({ Item: this.items.get(Key.id.S) }));
    this.client.on(DeleteItemCommand).callsFake(({ Key }) => {
      this.items.delete(Key.id.S);
      return {};
    });
    this.client.on(PutItemCommand).callsFake(({ Item, ExpressionAttributeValues: values }) => {
      const old = this.items.get(Item.id.S);
      if (old && !isOver(old, values)) {
        throw new ConditionalCheckFailedException({
          message: 'The conditional request failed',
          $metadata: {},
          Item: old,
        });
      }
      this.items.set(Item.id.S, Item);
      return {};
    });
    this.client.on(UpdateItemCommand).callsFake(({ Key, UpdateExpression, ...rest }) => {
      const item = { ...this.items.get(Key.id.S), ...Key };
      for (const [, name, value] of (UpdateExpression as string).matchAll(/(#\w+) = (:\w+)/g)) {
        item[rest.ExpressionAttributeNames[name]] = rest.ExpressionAttributeValues[value];
      }
      this.items.set(Key.id.S, item);
      return {};
    });
  }
}

/** Whether an old item no longer stands in the way: it has expired, or its run has. */
function isOver(item: Item, values: Item): boolean {
  if (Number(item.expiration.N) < Number(values[':now'].N)) return true;
  const until = item.in_progress_expiration;
  return item.status.S === 'INPROGRESS' && until !== undefined && Number(until.N) < Number(values[':now_in_millis'].N);
}
