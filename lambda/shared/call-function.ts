import { InvokeCommand, LambdaClient, type InvokeCommandOutput } from '@aws-sdk/client-lambda';

/** The most Lambda takes, and gives back, when the caller waits: 6 MB. */
const largestEvent = 6 * 1024 * 1024;

/** The function ran and failed. Whether it can be run again, its caller has to know. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';

  constructor(
    readonly callee: string,
    /** What the function threw, such as `TypeError`, or how it ended, such as `Runtime.ExitError`. */
    readonly errorType: string,
    /** What it said. */
    readonly reason: string,
  ) {
    super(`${callee} failed with ${errorType}: ${reason}`);
  }
}

export interface CallOptions {
  /**
   * How often Lambda is asked at most.
   * @default 4
   */
  readonly attempts?: number;
  /**
   * Whether the work may be begun twice, so that a call without an answer is sent again: the function may still be running.
   * @default false
   */
  readonly repeatable?: boolean;
  /** @default - waits */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * A client for functions that somebody waits for. It waits longer than the function may take, and does not ask again by itself: the
 * usual one would give up first and run the function a second time.
 *
 * @param calleeSeconds the timeout of the function
 */
export const callingClient = (calleeSeconds: number, config: { readonly endpoint?: string } = {}): LambdaClient =>
  new LambdaClient({
    ...config,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: (calleeSeconds + 1) * 1000,
      throwOnRequestTimeout: true,
    },
  });

/**
 * Runs a function and waits for its answer. What did not begin, because the function is throttled or Lambda has trouble, is asked
 * again a few times, after a pause that doubles and is left to chance, so that callers do not come back all at once. What is the
 * caller's fault, and what failed in the function, is not.
 *
 * @param client of `callingClient`
 * @param callee ARN or name, of an alias where there is one
 * @returns what the function returned
 * @throws FunctionFailed, or what Lambda said last
 *
 * @claims serverless-sync-invoke
 */
export async function callFunction(
  client: LambdaClient,
  callee: string,
  event: object,
  { attempts = 4, repeatable = false, pause = wait, random = Math.random }: CallOptions = {},
): Promise<unknown> {
  const payload = Buffer.from(JSON.stringify(event));
  if (payload.length > largestEvent)
    throw new Error(`the event holds ${payload.length} bytes; put its content into a bucket and send its address`);
  for (let attempt = 1; ; attempt++) {
    try {
      return answerOf(callee, await client.send(new InvokeCommand({ FunctionName: callee, Payload: payload })));
    } catch (error) {
      if (attempt >= attempts || !(notBegun(error) || (repeatable && unanswered(error)))) throw error;
      await pause(random() * Math.min(longestPause, firstPause * 2 ** (attempt - 1)));
    }
  }
}

const firstPause = 100;
const longestPause = 2000;

function answerOf(callee: string, { FunctionError, Payload }: InvokeCommandOutput): unknown {
  const text = Payload ? Buffer.from(Payload).toString('utf8') : '';
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (FunctionError === undefined) return answer;
  const { errorType, errorMessage } = (answer ?? {}) as { errorType?: string; errorMessage?: string };
  throw new FunctionFailed(callee, errorType ?? FunctionError, errorMessage ?? text);
}

/** Lambda said that it did not run the function, and may if asked again. */
function notBegun(error: unknown): boolean {
  const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 429 || status >= 500 || code === 'ECONNREFUSED' || name === 'EC2ThrottledException';
}

/** Nothing came back: whether the function ran, nobody knows. */
function unanswered(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT';
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
