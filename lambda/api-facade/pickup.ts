import { ConditionalCheckFailedException, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Refused } from '../shared/batch';

/** What a message asks for. The API's model says the same. */
const newPickup = z.strictObject({
  place: z.string().check(z.minLength(1), z.maxLength(200)),
  date: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  parcels: z.int().check(z.gte(1), z.lte(50)),
});
export type NewPickup = z.output<typeof newPickup>;

/**
 * What a message asks for.
 *
 * @throws Refused when it is none
 */
export function pickupIn(body: string): NewPickup {
  try {
    return newPickup.parse(JSON.parse(body));
  } catch (error) {
    throw new Refused(`no pickup: ${(error as Error).message}`);
  }
}

/** Books a pickup under the id of its message, so that the caller knows the id already and a second delivery changes nothing. */
export async function book(
  client: DynamoDBClient,
  table: string,
  id: string,
  { place, date, parcels }: NewPickup,
): Promise<void> {
  const Item = {
    id: { S: id },
    place: { S: place },
    date: { S: date },
    parcels: { N: String(parcels) },
    status: { S: 'booked' },
  };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(id)' }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
