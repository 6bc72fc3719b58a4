import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { patience } from './patience';

/** The client of tables for every function: it is patient, and takes a refusal for an answer. */
export function tableClient(): DynamoDBClient {
  const client = new DynamoDBClient(patience);
  takeRefusals(client);
  return client;
}

/**
 * Has a client take for an answer that a condition does not hold. Where the clock of an environment is wrong by more than four
 * minutes, the SDK takes every refusal for one of time, corrects its clock and asks again, three times in all; each costs a
 * write, and some tens of them the client's patience with what does pass.
 *
 * It is decided below what the SDK tries again. What was really refused for its time has another name, and is tried again.
 */
export function takeRefusals(client: DynamoDBClient): void {
  const judge: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException) {
        const { clockSkewCorrected: _corrected, ...$metadata } = error.$metadata as typeof error.$metadata & {
          clockSkewCorrected?: boolean;
        };
        Object.assign(error, { $metadata });
      }
      throw error;
    }
  };
  client.middlewareStack.addRelativeTo(judge, {
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
    name: 'takeRefusals',
    override: true,
  });
}
