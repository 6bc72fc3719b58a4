import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { Refused } from '../shared/batch';
import { fingerprint, type OrderEvent } from './order-event';

/** How an order stands. */
export interface Standing {
  readonly status: OrderEvent['happened'];
  /** The number of what happened last. */
  readonly number: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly note?: string;
}

/** Something happened before this that was not worked: it lies among the dead letters, and this has to wait for it. */
export class OutOfTurn extends Error {
  override readonly name = 'OutOfTurn';
}

type Item = Record<string, AttributeValue>;

/** How each order stands, by customer. */
export class Orders {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async find(customer: string, order: string): Promise<Standing | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.table, Key: keyOf({ customer, order }), ConsistentRead: true }),
    );
    return Item && standing(Item);
  }

  /**
   * Writes down what happened, if it is next: in one step, so that nobody can come between.
   *
   * @param body what was said, word for word
   * @returns `before` where it was written already
   * @throws OutOfTurn when something is missing before it; Refused when the order does not bear it
   */
  async apply(event: OrderEvent, body: string): Promise<'now' | 'before'> {
    const told = fingerprint(body);
    try {
      await this.client.send(new UpdateItemCommand({ TableName: this.table, ...changeOf(event, told) }));
      return 'now';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return judged(event, told, error.Item);
    }
  }
}

function changeOf(event: OrderEvent, told: string) {
  const lines = event.happened === 'cancelled' ? undefined : event.lines;
  const first = event.happened === 'placed';
  return {
    Key: keyOf(event),
    UpdateExpression: `SET #status = :status, #number = :number, told = :told${lines ? ', #lines = :lines' : ''}${event.note === undefined ? '' : ', note = :note'}`,
    ConditionExpression: first ? 'attribute_not_exists(#number)' : '#number = :before AND #status <> :cancelled',
    ExpressionAttributeNames: { '#status': 'status', '#number': 'number', ...(lines && { '#lines': 'lines' }) },
    ExpressionAttributeValues: {
      ':status': { S: event.happened },
      ':number': { N: String(event.number) },
      ':told': { S: told },
      ...(lines && { ':lines': { S: JSON.stringify(lines) } }),
      ...(event.note !== undefined && { ':note': { S: event.note } }),
      ...(!first && { ':before': { N: String(event.number - 1) }, ':cancelled': { S: 'cancelled' } }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/** Why it was not written; the item is as it was when that was decided. */
function judged({ customer, order, number }: OrderEvent, told: string, item: Item | undefined): 'before' {
  const last = Number(item?.number?.N ?? 0);
  const what = `number ${number} of ${customer}/${order}`;
  if (last > number || (last === number && item?.told?.S === told)) return 'before';
  if (last === number) throw new Refused(`${what} was something else before; say it under the next number`);
  if (last < number - 1)
    throw new OutOfTurn(
      last === 0
        ? `${what} came, and nothing of it was worked yet; what is missing lies among the dead letters`
        : `${what} came, and ${last} was worked last; what is missing lies among the dead letters`,
    );
  throw new Refused(`${what} came after the order was cancelled`);
}

const keyOf = ({ customer, order }: { customer: string; order: string }): Item => ({
  customer: { S: customer },
  order: { S: order },
});

const standing = (item: Item): Standing => ({
  status: item.status.S as Standing['status'],
  number: Number(item.number.N),
  lines: JSON.parse(item.lines.S!) as Standing['lines'],
  ...(item.note && { note: item.note.S! }),
});
