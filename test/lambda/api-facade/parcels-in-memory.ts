import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Parcel, Parcels } from '../../../lambda/api-facade/parcel';
import { ParcelTable } from '../../../lambda/api-facade/parcel-table';

/** The table of parcels behind a client that keeps them in memory. */
export function parcelsInMemory(): { readonly parcels: Parcels; readonly kept: Map<string, Parcel> } {
  const kept = new Map<string, Parcel>();
  const client = mockClient(DynamoDBDocumentClient);
  client.on(GetCommand).callsFake(({ Key }) => ({ Item: kept.get(Key.id) }));
  client.on(PutCommand).callsFake(({ Item, ConditionExpression }) => {
    if (ConditionExpression === 'attribute_not_exists(id)' && kept.has(Item.id))
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    kept.set(Item.id, Item);
    return {};
  });
  return { parcels: new ParcelTable(new DynamoDBClient({}), 'parcels'), kept };
}
