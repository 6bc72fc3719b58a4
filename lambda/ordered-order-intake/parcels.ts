import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { orderName } from './order-event';

const todo = { placed: 'pack', changed: 'repack', cancelled: 'put back' } as const;

/** How an order stands now, as the table's stream tells it: every value a text. */
export const standingChange = z.strictObject({
  ...orderName,
  number: z.string().check(z.regex(/^[1-9]\d{0,3}$/, 'give a whole number from 1 to 9999, as a text')),
  status: z.enum(['placed', 'changed', 'cancelled']),
});
export type StandingChange = z.infer<typeof standingChange>;

/** What is to be done with the parcel of each order. */
export class Parcels {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  /**
   * Writes down what is to be done now. What is told again, or was overtaken, changes nothing: the last change holds all there is to
   * know, so that one that was given up on the way is made good by the next.
   */
  async take({ customer, order, number, status }: StandingChange): Promise<'now' | 'before'> {
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { customer: { S: customer }, order: { S: order } },
          UpdateExpression: 'SET #number = :number, todo = :todo',
          ConditionExpression: 'attribute_not_exists(#number) OR #number < :number',
          ExpressionAttributeNames: { '#number': 'number' },
          ExpressionAttributeValues: { ':number': { N: number }, ':todo': { S: todo[status] } },
        }),
      );
      return 'now';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'before';
      throw error;
    }
  }
}
