import { GatewayResponse, ResponseType, type IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Lazy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** An answer that API Gateway gives without asking the back end. */
interface GatewayProblem {
  readonly type: ResponseType;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfter?: number;
}

const problem = (
  type: ResponseType,
  status: number,
  title: string,
  detail: string,
  retryAfter?: number,
): GatewayProblem => ({ type, status, title, detail, ...(retryAfter !== undefined && { retryAfter }) });

const unavailable = 'The service cannot answer at the moment.';

const problems: readonly GatewayProblem[] = [
  problem(ResponseType.BAD_REQUEST_BODY, 400, 'Bad Request', 'The body does not have the form this method takes.'),
  problem(
    ResponseType.BAD_REQUEST_PARAMETERS,
    400,
    'Bad Request',
    'A query parameter or header that this method needs is missing.',
  ),
  problem(ResponseType.UNAUTHORIZED, 401, 'Unauthorized', 'The request carries no token that this method takes.'),
  problem(ResponseType.ACCESS_DENIED, 403, 'Forbidden', 'The caller may not do this.'),
  problem(ResponseType.INVALID_API_KEY, 403, 'Forbidden', 'The request carries no API key that this method takes.'),
  problem(ResponseType.EXPIRED_TOKEN, 403, 'Forbidden', 'The credentials of the request have expired.'),
  problem(ResponseType.INVALID_SIGNATURE, 403, 'Forbidden', 'The signature of the request is not valid.'),
  problem(ResponseType.WAF_FILTERED, 403, 'Forbidden', 'The request was filtered.'),
  problem(ResponseType.RESOURCE_NOT_FOUND, 404, 'Not Found', 'There is no such resource.'),
  problem(ResponseType.REQUEST_TOO_LARGE, 413, 'Content Too Large', 'The request is too large.'),
  problem(
    ResponseType.UNSUPPORTED_MEDIA_TYPE,
    415,
    'Unsupported Media Type',
    'The body is of a type that this method does not take.',
  ),
  problem(ResponseType.THROTTLED, 429, 'Too Many Requests', 'Too many calls at a time; try again in a moment.', 1),
  problem(ResponseType.QUOTA_EXCEEDED, 429, 'Too Many Requests', 'The quota of this client is used up.', 3600),
  problem(ResponseType.API_CONFIGURATION_ERROR, 500, 'Internal Server Error', unavailable),
  problem(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 500, 'Internal Server Error', unavailable),
  problem(ResponseType.AUTHORIZER_FAILURE, 500, 'Internal Server Error', unavailable),
  problem(ResponseType.INTEGRATION_FAILURE, 503, 'Service Unavailable', unavailable, 1),
  problem(ResponseType.INTEGRATION_TIMEOUT, 504, 'Gateway Timeout', 'The service did not answer in time.'),
];

/** The rest: API Gateway knows the status, which a template cannot ask for. */
const defaults: readonly { readonly type: ResponseType; readonly title: string; readonly detail: string }[] = [
  { type: ResponseType.DEFAULT_4XX, title: 'Request refused', detail: 'The request cannot be answered as it is.' },
  { type: ResponseType.DEFAULT_5XX, title: 'Service unavailable', detail: unavailable },
];

export interface ApiProblemsProps {
  readonly api: IRestApi;
  /** Headers every problem carries besides, such as those that let a browser read it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether some method wants signed requests, told when the template is made. */
  readonly signed: () => boolean;
}

/**
 * Makes every answer that API Gateway gives by itself a problem document (RFC 9457) with a stable text and the request's id:
 * nothing of what API Gateway would say about keys, models and back ends gets out.
 *
 * @claims serverless-api-errors
 */
export function answerWithProblems(problemsOf: Construct, { api, headers, signed }: ApiProblemsProps): void {
  const answer = (
    type: ResponseType,
    body: Readonly<Record<string, unknown>>,
    { status, retryAfter }: { status?: string; retryAfter?: number } = {},
  ): void => {
    new GatewayResponse(problemsOf, pascal(type.responseType), {
      restApi: api,
      type,
      ...(status !== undefined && { statusCode: status }),
      responseHeaders: {
        // The template's own key must stay application/json: API Gateway chooses a template by it.
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        ...(retryAfter !== undefined && { 'Retry-After': `'${retryAfter}'` }),
        ...headers,
      },
      templates: {
        'application/json': JSON.stringify({ type: 'about:blank', ...body, requestId: '$context.requestId' }),
      },
    });
  };
  for (const { type, status, title, detail, retryAfter } of problems) {
    answer(
      type,
      { title, status, detail },
      { status: String(status), ...(retryAfter !== undefined && { retryAfter }) },
    );
  }
  for (const { type, title, detail } of defaults) answer(type, { title, detail });

  // API Gateway says the same of a path it does not know and of a request that is not signed. Where nothing is signed it can
  // only be the path.
  const missing = {
    false: { title: 'Not Found', status: 404, detail: 'There is no such resource.' },
    true: missingWhenSigned,
  };
  const now = () => missing[`${signed()}`];
  new GatewayResponse(problemsOf, 'MissingAuthenticationToken', {
    restApi: api,
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: Lazy.string({ produce: () => String(now().status) }),
    responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'", ...headers },
    templates: {
      'application/json': Lazy.string({
        produce: () => JSON.stringify({ type: 'about:blank', ...now(), requestId: '$context.requestId' }),
      }),
    },
  });
}

const missingWhenSigned = {
  title: 'Forbidden',
  status: 403,
  detail: 'The request is not signed, or there is no such resource.',
};

/** `BAD_REQUEST_BODY` -> `BadRequestBody` */
const pascal = (type: string): string =>
  type
    .toLowerCase()
    .split('_')
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join('');
