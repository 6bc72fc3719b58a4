import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** The most Lambda takes for a run that nobody waits for. */
const largestEvent = 1_048_576;

/**
 * Has another function work an event later: Lambda queues it, answers at once, tries again by itself, and hands what fails to
 * the function's failure destination. The other function is never waited for.
 *
 * @param callee ARN of an alias, whose settings for asynchronous runs then hold
 * @throws when Lambda does not say that it has the event
 *
 * @claims serverless-async-invoke, serverless-no-direct-chaining
 */
export async function handOver(client: LambdaClient, callee: string, event: object): Promise<void> {
  const payload = Buffer.from(JSON.stringify(event));
  if (payload.length > largestEvent) {
    throw new Error(`the event holds ${payload.length} bytes; put its content into a bucket and send its address`);
  }
  const { StatusCode } = await client.send(
    new InvokeCommand({ FunctionName: callee, InvocationType: 'Event', Payload: payload }),
  );
  if (StatusCode !== 202) throw new Error(`Lambda answered ${StatusCode} to an event for ${callee}, not 202`);
}
