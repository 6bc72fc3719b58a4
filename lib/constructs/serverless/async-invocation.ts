import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Alias, EventInvokeConfig, type IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AppFunction } from './app-function';
import type { AsyncDestination } from './async-destination';

export interface AsyncInvocationProps {
  readonly function: AppFunction;
  /**
   * What callers call. The settings belong to what is called: those of the function itself hold for its newest code only, so
   * that leaving this out is refused for a function that has an alias.
   * @default - the newest code of the function
   */
  readonly alias?: IAlias;
  /** Where an event goes whose attempts all failed, with the reason. */
  readonly onFailure: AsyncDestination;
  /**
   * Where a record of each success goes.
   * @default - nowhere
   */
  readonly onSuccess?: AsyncDestination;
  /**
   * Attempts after the first, 0 to 2.
   * @default 2
   */
  readonly retryAttempts?: number;
  /**
   * How long an event is kept while there is no success, 1 minute to 6 hours.
   * @default Duration.hours(6)
   */
  readonly maxEventAge?: Duration;
  /**
   * Why failures go to the function's dead-letter queue and to `onFailure`, when it has both.
   * @default - having both is refused
   */
  readonly alsoDeadLettered?: string;
}

/**
 * How a function is run by callers who do not wait: Lambda queues the event and answers 202 at once, tries again when a run
 * fails, and in the end sends event and reason to a destination.
 *
 * @claims serverless-async-invoke, serverless-async-qualifier, serverless-destinations, serverless-async-dead-letter
 */
export class AsyncInvocation extends Construct {
  constructor(scope: Construct, id: string, props: AsyncInvocationProps) {
    super(scope, id);
    const { function: called, alias, onFailure, onSuccess, retryAttempts = 2, maxEventAge = Duration.hours(6) } = props;
    refuse(this, [
      ...onFailure.faults('failure').map((fault) => `onFailure ${fault}`),
      ...(onSuccess?.faults('success') ?? []).map((fault) => `onSuccess ${fault}`),
      !alias &&
        hasAlias(called) &&
        `alias is missing, but ${called.node.path} has one; settings of the function itself hold for its newest code only, so give the alias`,
      called.deadLetterQueue &&
        !props.alsoDeadLettered &&
        `onFailure is given, and ${called.node.path} has a dead-letter queue, so that each failure is kept twice; leave the queue out, or say in alsoDeadLettered why both are needed`,
    ]);

    const config = new EventInvokeConfig(this, 'Config', {
      function: called.function,
      ...(alias && { qualifier: alias.aliasName }),
      onFailure: onFailure.destination,
      ...(onSuccess && { onSuccess: onSuccess.destination }),
      retryAttempts,
      maxEventAge,
    });
    // The CDK writes the alias's name as text, so that CloudFormation would not wait for the alias.
    if (alias) config.node.addDependency(alias);
    if (called.deadLetterQueue) return;
    Validations.of(called.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'What fails here for good goes to a failure destination, which keeps the error besides the event; a dead-letter queue would keep the event alone a second time.',
    });
  }
}

const hasAlias = (called: AppFunction): boolean =>
  Stack.of(called)
    .node.findAll()
    .some((other) => other instanceof Alias && other.lambda === called.function);
