import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { corsHeaders, type CorsRules } from './cors';
import { Deadline } from './deadline';
import { failureMetric } from './environment';
import { Problem, problemOf, type Fault } from './problem';

/** A request as API Gateway's REST proxy passes it on, looked at and cleaned. */
export interface RestRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who calls, as API Gateway knows: the id of a key, an identity, a subject; never the key itself. */
  readonly client: string;
  /** The id by which a pool of identities knows who calls; only where they signed with credentials of such a pool. */
  readonly identityId?: string;
  /** The id under which API Gateway recorded the call. */
  readonly requestId: string;
  /**
   * The body as JSON.
   *
   * @throws Problem 415 when it is not said to be JSON, 400 when it is not JSON
   */
  readonly json: () => unknown;
  /**
   * The body as a form: what was filled in, by the names of the fields.
   *
   * @throws Problem 415 when it is not said to be a form, 400 when a field stands in it twice
   */
  readonly form: () => Readonly<Record<string, string>>;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`, one each. */
  readonly cookies?: readonly string[];
  /** Anything JSON can hold, or a page. */
  readonly body: unknown;
}

/** A body that is a page, and no JSON. */
export class Html {
  constructor(readonly text: string) {}
}

/** What answers each method of each path, by the name API Gateway gives it: `GET /orders/{orderId}`. */
export type Routes = Readonly<Record<string, (request: RestRequest, context: Context) => Promise<RestAnswer>>>;

export interface RestOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /**
   * Which pages of other origins may read the answers.
   * @default - none
   */
  readonly cors?: CorsRules;
}

const texts = z.nullish(z.record(z.string(), z.nullish(z.string())));
/** What is needed of a proxy event. Everything in it comes from outside, or from another service. */
const proxyEvent = z.object({
  resource: z.string(),
  httpMethod: z.string(),
  pathParameters: texts,
  queryStringParameters: texts,
  headers: texts,
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
  requestContext: z.object({
    requestId: z.string(),
    authorizer: z.nullish(
      z.object({ principalId: z.nullish(z.string()), claims: z.nullish(z.object({ sub: z.nullish(z.string()) })) }),
    ),
    identity: z.nullish(
      z.object({
        apiKeyId: z.nullish(z.string()),
        userArn: z.nullish(z.string()),
        cognitoIdentityId: z.nullish(z.string()),
      }),
    ),
  }),
});

/**
 * A handler for API Gateway's REST proxy. Whatever comes in and whatever goes wrong, it returns an answer API Gateway can
 * pass on: what `routes` return, or a problem document in which nothing internal stands; 503 when the time is nearly over.
 *
 * API Gateway has matched the path already, so this only looks the route up by its name.
 *
 * @claims serverless-api-errors, serverless-handler-contract, serverless-untrusted-input, serverless-stateless, serverless-lifecycle
 */
export function restHandler(
  routes: Routes,
  { logger, metrics, cors }: RestOptions,
): (event: unknown, context: Context) => Promise<APIGatewayProxyResult> {
  return async (event, context) => {
    logger.addContext(context);
    metrics.captureColdStartMetric();
    const known = proxyEvent.safeParse(event);
    const requestId = known.success ? known.data.requestContext.requestId : context.awsRequestId;
    const origin = known.success ? lower(known.data.headers).origin : undefined;
    const allowed = cors ? corsHeaders(origin, cors) : {};
    const deadline = new Deadline(context);
    try {
      if (!known.success) throw new Problem(400, { detail: 'This is not a request of an API.' });
      const answer = await deadline.within(() => answerOf(routes, known.data, context));
      const told = proxyResult(answer.status, 'application/json', answer.body, { ...answer.headers, ...allowed });
      return answer.cookies ? { ...told, multiValueHeaders: { 'Set-Cookie': [...answer.cookies] } } : told;
    } catch (error) {
      const problem = problemOf(error);
      const level = problem.status >= 500 ? 'error' : 'info';
      logger[level]('refused', {
        status: problem.status,
        apiRequestId: requestId,
        ...(problem === error ? { reason: problem.message } : { error: asError(error) }),
      });
      if (problem.status === 500) count(metrics, context);
      const { retryAfter } = problem.options;
      return proxyResult(problem.status, 'application/problem+json', problem.document(requestId), {
        ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
        ...allowed,
      });
    } finally {
      deadline.met();
      metrics.publishStoredMetrics();
      logger.resetKeys();
    }
  };
}

/** The function itself does not fail when it answers 500, so Lambda counts nothing; a release is watched by this instead. */
function count(metrics: Metrics, { functionName, functionVersion }: Context): void {
  const failure = metrics.singleMetric();
  failure.addDimension(failureMetric.functionDimension, functionName);
  failure.addDimension(failureMetric.versionDimension, functionVersion);
  failure.addMetric(failureMetric.name, MetricUnit.Count, 1);
}

/** Reads untrusted data, or says in one problem everything that is wrong with it. */
export function parsed<Schema extends z.core.$ZodType>(
  schema: Schema,
  data: unknown,
  where: 'body' | 'query' | 'header',
): z.core.output<Schema> {
  const result = z.safeParse(schema, data);
  if (result.success) return result.data;
  const faults: Fault[] = result.error.issues
    .slice(0, mostFaults)
    .map(({ path, message }) => ({ where: [where, ...path].join('.'), what: message }));
  throw new Problem(400, { detail: `The ${where} does not have the form this method takes.`, faults });
}

/** A caller who sends rubbish by the thousand gets no book back. */
const mostFaults = 20;

async function answerOf(routes: Routes, event: z.output<typeof proxyEvent>, context: Context): Promise<RestAnswer> {
  const name = `${event.httpMethod} ${event.resource}`;
  if (!Object.hasOwn(routes, name)) throw new Problem(404, { detail: 'There is no such resource.' });
  const headers = lower(event.headers);
  const { authorizer, identity, requestId } = event.requestContext;
  return routes[name](
    {
      path: present(event.pathParameters),
      query: present(event.queryStringParameters),
      headers,
      client:
        authorizer?.claims?.sub ??
        authorizer?.principalId ??
        // All people of a pool of identities act under one role, whose ARN tells none of them.
        identity?.cognitoIdentityId ??
        identity?.userArn ??
        identity?.apiKeyId ??
        'anybody',
      ...(typeof identity?.cognitoIdentityId === 'string' && { identityId: identity.cognitoIdentityId }),
      requestId,
      json: () => jsonOf(event, headers['content-type']),
      form: () => formOf(event, headers['content-type']),
    },
    context,
  );
}

function jsonOf(event: z.output<typeof proxyEvent>, type = ''): unknown {
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(415, { detail: 'Send the body as application/json.' });
  }
  try {
    return JSON.parse(textOf(event));
  } catch {
    throw new Problem(400, { detail: 'The body is not JSON.' });
  }
}

function formOf(event: z.output<typeof proxyEvent>, type = ''): Record<string, string> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new Problem(415, { detail: 'Send the body as application/x-www-form-urlencoded.' });
  }
  const fields = [...new URLSearchParams(textOf(event))];
  const twice = fields.find(([name], i) => fields.findIndex(([other]) => other === name) < i);
  if (twice) throw new Problem(400, { detail: `The form has the field ${twice[0].slice(0, 100)} twice.` });
  return Object.fromEntries(fields);
}

const textOf = ({ body, isBase64Encoded }: z.output<typeof proxyEvent>): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');

function proxyResult(
  statusCode: number,
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      'Content-Type': body instanceof Html ? 'text/html; charset=utf-8' : type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body: body instanceof Html ? body.text : (JSON.stringify(body) ?? ''),
    isBase64Encoded: false,
  };
}

type Texts = z.output<typeof texts>;
const present = (values: Texts): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
const lower = (values: Texts): Record<string, string> =>
  Object.fromEntries(Object.entries(present(values)).map(([name, value]) => [name.toLowerCase(), value]));
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
