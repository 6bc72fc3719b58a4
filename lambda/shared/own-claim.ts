import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type PutItemCommandInput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { takeRefusals } from './table-client';

/** Who made an entry; no name that Powertools uses. */
const claimedBy = 'claimed_by';

/**
 * Lets a claim recognise itself. When the answer to a claim is lost on the way, the SDK sends it again, and DynamoDB refuses it,
 * because of the entry that the first sending made: the run would take its own claim for somebody else's, and leave the work to
 * a later run while nobody does it.
 *
 * That is decided below what the SDK tries again. Above it, a claim that recognised itself would count as a failure, and a client
 * gives up trying again after some tens of those. A claim that is somebody else's is refused once, whatever the clock.
 *
 * @param table only entries of this table are claims
 */
export function recogniseOwnClaims(client: DynamoDBClient, table: string): void {
  takeRefusals(client);
  const makers = new WeakMap<object, string>();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const input = args.input as PutItemCommandInput;
      if (context.commandName !== 'PutItemCommand' || input.TableName !== table) return next(args);
      const me = randomUUID();
      makers.set(context, me);
      return next({ ...args, input: { ...input, Item: { ...input.Item, [claimedBy]: { S: me } } } });
    },
    { step: 'initialize', name: `markClaims.${table}`, override: true },
  );
  const judge: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const me = makers.get(context);
    try {
      return await next(args);
    } catch (error) {
      if (me === undefined || !(error instanceof ConditionalCheckFailedException)) throw error;
      if (error.Item?.[claimedBy]?.S !== me) throw error;
      return { output: { $metadata: error.$metadata }, response: error.$response };
    }
  };
  client.middlewareStack.addRelativeTo(judge, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
    name: `recogniseOwnClaims.${table}`,
    override: true,
  });
}
