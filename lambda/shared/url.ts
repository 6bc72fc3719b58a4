import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { Deadline } from './deadline';
import { Problem, problemOf } from './problem';

/** A request at the address of a function, as Lambda passes it on, looked at and cleaned. */
export interface UrlRequest {
  readonly method: string;
  /** As it was written, such as `/files/day%201.jpg`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** As text; empty where there is none. */
  readonly body: string;
  /** ARN of the identity that signed; nothing at an address anybody may call. */
  readonly caller?: string;
  readonly requestId: string;
}

export interface UrlAnswer {
  readonly status: number;
  /** Anything JSON can hold. */
  readonly body: unknown;
}

const urlEvent = z.object({
  version: z.literal('2.0'),
  rawPath: z.string(),
  queryStringParameters: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string() }),
    authorizer: z.optional(z.object({ iam: z.optional(z.object({ userArn: z.string() })) })),
  }),
});

/**
 * A handler behind a function's own address. Whatever comes in and whatever goes wrong, it returns an answer Lambda can pass on: what
 * `answer` returns, or a problem document in which nothing internal stands; 503 when the time is nearly over.
 *
 * @claims serverless-function-url
 */
export function urlHandler(
  answer: (request: UrlRequest) => Promise<UrlAnswer>,
  logger: Logger,
): (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event, context) => {
    logger.addContext(context);
    const deadline = new Deadline(context);
    try {
      const request = requestIn(event);
      const { status, body } = await deadline.within(() => answer(request));
      return result(status, 'application/json', body);
    } catch (error) {
      const problem = problemOf(error);
      logger[problem.status >= 500 ? 'error' : 'info']('refused', {
        status: problem.status,
        ...(problem === error ? { reason: problem.message } : { error: error as Error }),
      });
      const { retryAfter } = problem.options;
      return result(
        problem.status,
        'application/problem+json',
        problem.document(context.awsRequestId),
        retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
      );
    } finally {
      deadline.met();
      logger.resetKeys();
    }
  };
}

function requestIn(event: unknown): UrlRequest {
  const known = urlEvent.safeParse(event);
  if (!known.success) throw new Problem(400, { detail: 'This is not a request to the address of a function.' });
  const { rawPath, queryStringParameters = {}, body = '', isBase64Encoded, requestContext } = known.data;
  const caller = requestContext.authorizer?.iam?.userArn;
  return {
    method: requestContext.http.method,
    path: rawPath,
    query: queryStringParameters,
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString() : body,
    ...(caller !== undefined && { caller }),
    requestId: requestContext.requestId,
  };
}

const result = (
  statusCode: number,
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', ...headers },
  body: JSON.stringify(body),
});
