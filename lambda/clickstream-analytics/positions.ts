import { QueryCommand, type DynamoDBClient, type Update } from '@aws-sdk/client-dynamodb';
import type { Shard } from '@aws-sdk/client-kinesis';

/** Where a reader is in a shard. */
export interface Position {
  /** The last record it has worked; none before the first. */
  readonly sequence?: string;
  /** The shard was split or merged, and all of it is worked. */
  readonly done: boolean;
}

const positionsId = 'position';

/** Positions of all shards, by the shard's id. */
export async function positionsIn(dynamodb: DynamoDBClient, table: string): Promise<Map<string, Position>> {
  const positions = new Map<string, Position>();
  let ExclusiveStartKey;
  do {
    const page: Awaited<ReturnType<typeof ask>> = await ask(dynamodb, table, ExclusiveStartKey);
    for (const { at, sequence, done } of page.Items ?? [])
      positions.set(at.S!, { ...(sequence && { sequence: sequence.S! }), done: done?.BOOL ?? false });
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return positions;
}

const ask = (dynamodb: DynamoDBClient, table: string, start: QueryCommand['input']['ExclusiveStartKey']) =>
  dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: positionsId } },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );

/** Moves a position on, if it still is where the reader found it: of two readers at once, one alone counts a record. */
export function moved(table: string, shard: string, from: Position | undefined, to: Position): Update {
  return {
    TableName: table,
    Key: { id: { S: positionsId }, at: { S: shard } },
    ConditionExpression: from?.sequence === undefined ? 'attribute_not_exists(#sequence)' : '#sequence = :from',
    UpdateExpression: to.sequence === undefined ? 'SET done = :done' : 'SET #sequence = :to, done = :done',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: {
      ':done': { BOOL: to.done },
      ...(to.sequence !== undefined && { ':to': { S: to.sequence } }),
      ...(from?.sequence !== undefined && { ':from': { S: from.sequence } }),
    },
  };
}

/**
 * The shards whose turn it is: not worked to their end, and with no parent of which that can be said neither, as what a key
 * has in a parent came before what it has in the child. A parent that the stream has forgotten holds nobody up.
 */
export function inTurn(shards: readonly Shard[], positions: ReadonlyMap<string, Position>): string[] {
  const known = new Set(shards.map(({ ShardId }) => ShardId!));
  const isDone = (shard: string | undefined) =>
    shard === undefined || !known.has(shard) || (positions.get(shard)?.done ?? false);
  return shards
    .filter(({ ShardId, ParentShardId, AdjacentParentShardId }) => {
      return !isDone(ShardId) && isDone(ParentShardId) && isDone(AdjacentParentShardId);
    })
    .map(({ ShardId }) => ShardId!);
}
