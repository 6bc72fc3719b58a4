import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expiryOf, hasExpired, secondsOf } from '../shared/expiry';
import { itemSize, largestItem } from '../shared/item-size';
import { Problem } from '../shared/problem';
import type { Order, OrderSummary } from './order';

/** An order in the table. */
export interface StoredOrder extends Order {
  /** When it may be deleted, in seconds since 1970. */
  readonly expiresAt: number;
  /** Where its invoice lies, once there is one. */
  readonly invoiceKey?: string;
}

/** Where the next page of a list begins. */
export interface PageStart {
  readonly id: string;
  readonly customer: string;
  readonly createdAt: string;
}

export interface Page {
  readonly orders: readonly OrderSummary[];
  readonly next?: PageStart;
  /** Read units the page took: for all that was read, expired orders included. */
  readonly readUnits: number;
}

export interface CustomerQuery {
  readonly customer: string;
  /** Orders not older than this, ISO 8601. */
  readonly from?: string;
  /** Orders not younger than this, ISO 8601. */
  readonly to?: string;
  /** Orders read at most, 1 to 100. */
  readonly limit: number;
  readonly start?: PageStart;
}

/**
 * The table of orders, one call a method. Nothing in it reads the whole table.
 *
 * @claims data-ddb-query, data-ddb-consistency, data-ddb-keys, data-ddb-ttl, data-ddb-item-size
 */
export class OrderTable {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /**
   * Writes an order that is not there yet.
   *
   * @returns the order that is there already under this id, or undefined when this one was written
   * @throws Problem 413 when DynamoDB could not hold it
   */
  async create(order: Order, keptForDays: number): Promise<StoredOrder | undefined> {
    const expiresAt = expiryOf(secondsOf(new Date(order.createdAt)) + keptForDays * 86_400, this.now());
    const item = { ...order, expiresAt };
    const size = itemSize(item);
    if (size > largestItem) throw new Problem(413, { detail: `An order holds at most ${largestItem} bytes.` });
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': secondsOf(this.now()) },
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const there = await this.get(order.id, true);
      // It expired between the two calls.
      if (!there) throw new Problem(503, { retryAfter: 1 });
      return there;
    }
  }

  /**
   * Reads an order.
   *
   * @param consistent whether a write that was just answered must be seen; costs twice as much
   */
  async get(id: string, consistent = false): Promise<StoredOrder | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.table, Key: { id }, ConsistentRead: consistent }),
    );
    const order = Item as StoredOrder | undefined;
    return order && !hasExpired(order.expiresAt, this.now()) ? order : undefined;
  }

  /** A page of a customer's orders, the youngest first; of an index, so that the very last orders may be missing still. */
  async ofCustomer(index: string, { customer, from, to, limit, start }: CustomerQuery): Promise<Page> {
    const range = from !== undefined || to !== undefined;
    const {
      Items = [],
      LastEvaluatedKey,
      ConsumedCapacity,
    } = await this.documents.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: index,
        KeyConditionExpression: `customer = :customer${range ? ' AND createdAt BETWEEN :from AND :to' : ''}`,
        FilterExpression: 'expiresAt > :now',
        ExpressionAttributeValues: {
          ':customer': customer,
          ':now': secondsOf(this.now()),
          ...(range && { ':from': from ?? '0000', ':to': to ?? '9999' }),
        },
        ScanIndexForward: false,
        Limit: limit,
        ReturnConsumedCapacity: 'TOTAL',
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    return {
      orders: Items.map((item) => summaryOf(item as StoredOrder)),
      ...(LastEvaluatedKey && { next: LastEvaluatedKey as PageStart }),
      readUnits: ConsumedCapacity?.CapacityUnits ?? 0,
    };
  }

  /** Notes where an order's invoice lies; an order that is gone meanwhile does not come back by it. */
  async setInvoice(id: string, invoiceKey: string): Promise<void> {
    await this.documents.send(
      new UpdateCommand({
        TableName: this.table,
        Key: { id },
        UpdateExpression: 'SET invoiceKey = :key',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':key': invoiceKey },
      }),
    );
  }
}

/** What callers see of an order. */
export const orderIn = ({ expiresAt: _expiresAt, invoiceKey: _invoiceKey, ...order }: StoredOrder): Order => order;

const summaryOf = ({ id, customer, createdAt, status, total, currency }: StoredOrder): OrderSummary => ({
  id,
  customer,
  createdAt,
  status,
  total,
  currency,
});
