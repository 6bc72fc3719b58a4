import { Validations } from 'aws-cdk-lib';
import { Function, type IAlias, type IFunction } from 'aws-cdk-lib/aws-lambda';

const answered = new WeakSet<Function>();

/**
 * Answers the finding of a function that has no dead-letter queue because whoever calls it waits.
 *
 * @param callee the function or its alias
 */
export function calledAndWaitedFor(callee: IFunction | IAlias, caller = 'API Gateway'): void {
  const behind: unknown = 'version' in callee ? callee.version.lambda : callee;
  if (!(behind instanceof Function) || behind.deadLetterQueue || answered.has(behind)) return;
  answered.add(behind);
  Validations.of(behind).acknowledge({
    id: 'Serverless::Serverless-LambdaDLQ',
    reason: `${caller} calls this function and waits, so a failure is answered to the caller; Lambda sends only events nobody waits for to a dead-letter queue.`,
  });
}
