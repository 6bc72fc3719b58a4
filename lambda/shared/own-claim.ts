import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';

/** Who made an entry; no name that Powertools uses. */
const claimedBy = 'claimed_by';

/**
 * Lets a claim recognise itself. When the answer to a claim is lost on the way, the SDK sends it again, and DynamoDB refuses it,
 * because of the entry that the first sending made: the run would take its own claim for somebody else's, and leave the work to
 * a later run while nobody does it.
 *
 * @param table only entries of this table are claims
 */
export function recogniseOwnClaims(client: DynamoDBClient, table: string): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const input = args.input as PutItemCommandInput;
        if (commandName !== 'PutItemCommand' || input.TableName !== table) return next(args);
        const me = randomUUID();
        const claim = { ...args, input: { ...input, Item: { ...input.Item, [claimedBy]: { S: me } } } };
        try {
          return await next(claim);
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException) || error.Item?.[claimedBy]?.S !== me) throw error;
          return { output: { $metadata: error.$metadata }, response: error.$response };
        }
      },
    { step: 'initialize', name: `recogniseOwnClaims.${table}`, override: true },
  );
}
