import { Validations } from 'aws-cdk-lib';
import { Function, type IAlias } from 'aws-cdk-lib/aws-lambda';

const answered = new WeakSet<Function>();

/** Answers the finding of a function that has no dead-letter queue because an API calls it and waits. */
export function calledAndWaitedFor({ version }: IAlias): void {
  const behind: unknown = version.lambda;
  if (!(behind instanceof Function) || behind.deadLetterQueue || answered.has(behind)) return;
  answered.add(behind);
  Validations.of(behind).acknowledge({
    id: 'Serverless::Serverless-LambdaDLQ',
    reason:
      'API Gateway calls this function and waits, so a failure is answered to the caller; Lambda sends only events nobody waits for to a dead-letter queue.',
  });
}
