import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { idempotencyEnvironment } from './environment';
import { recogniseOwnClaims } from './own-claim';
import { variables } from './variables';

export interface OnceOptions {
  readonly client: DynamoDBClient;
  /** What the work is called in the table; the same after every release, or work is done again. */
  readonly name: string;
  /** JMESPath of what makes two inputs the same piece of work, such as `[bucket, key, version]`. */
  readonly key: string;
  /**
   * JMESPath of what must be the same whenever the key is: with something else the work is refused with an
   * `IdempotencyValidationError`. For keys that somebody else chooses.
   * @default - whatever comes under a known key is the same
   */
  readonly same?: string;
}

/** Work that is done once per key; what it returned is returned again to whoever asks again. */
export interface OnceOnly<Input, Output> {
  (input: Input): Promise<Output>;
  /** Tells how much time this run has left, so that a crashed run's claim on a key ends with its timeout. */
  starting(context: Context): void;
}

/**
 * Makes work happen once per key, however often and from however many environments it is asked for.
 *
 * While one run works, another with the same key fails and is to be retried. A run that fails gives its key back. The
 * answer must be plain JSON. Needs the variables of `IdempotencyStore`.
 *
 * @claims serverless-idempotency
 */
export function once<Input extends object, Output>(
  work: (input: Input) => Promise<Output>,
  { client, name, key, same }: OnceOptions,
): OnceOnly<Input, Output> {
  const { table, expirySeconds } = variables(idempotencyEnvironment);
  const config = new IdempotencyConfig({
    eventKeyJmesPath: key,
    throwOnNoIdempotencyKey: true,
    expiresAfterSeconds: Number(expirySeconds),
    ...(same !== undefined && { payloadValidationJmesPath: same }),
  });
  recogniseOwnClaims(client, table);
  const run = makeIdempotent(work, {
    config,
    keyPrefix: name,
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: table, awsSdkV3Client: client }),
  });
  return Object.assign((input: Input) => run(input), {
    starting: (context: Context) => config.registerLambdaContext(context),
  });
}
