import type { ALBResult } from 'aws-lambda';
import * as z from 'zod/mini';

/** A request as a load balancer passes it on, looked at and cleaned. */
export interface BalancerRequest {
  readonly method: string;
  readonly path: string;
  /** By name in small letters, every value that came. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The bytes as the client sent them. */
  readonly body: Buffer;
}

export interface BalancerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, bytes in Base64, which the balancer undoes. */
  readonly body: string | Buffer;
}

export interface BalancerOptions {
  /** What answers; what it throws becomes a 500 that tells nothing. */
  readonly answer: (request: BalancerRequest) => Promise<BalancerAnswer>;
  /** Told of what was thrown. */
  readonly failed: (error: unknown) => void;
  /**
   * Whether the target group hands over lists.
   * @default false
   */
  readonly multiValueHeaders?: boolean;
}

const single = z.nullish(z.record(z.string(), z.string()));
const lists = z.nullish(z.record(z.string(), z.array(z.string())));
const balancerEvent = z.object({
  requestContext: z.object({ elb: z.object({ targetGroupArn: z.string() }) }),
  httpMethod: z.string(),
  path: z.string(),
  headers: single,
  multiValueHeaders: lists,
  queryStringParameters: single,
  multiValueQueryStringParameters: lists,
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});

/** What a balancer takes of a function, as JSON with its headers; more becomes a 502. */
const mostBytes = 1024 * 1024;

/**
 * A handler for the target group of a load balancer. Probes of the balancer's health check are answered without asking
 * `answer`; whatever else comes in or goes wrong, it returns what the balancer can pass on. The balancer would make a 502, which tells
 * nobody why, of an error, of an answer without a status that HTTP knows, with a header that breaks its line, or above 1 MB: those become a
 * 500 here, and `failed` is told.
 *
 * @claims serverless-alb-target, compute-alb-lambda
 */
export function balancerHandler(options: BalancerOptions): (event: unknown) => Promise<ALBResult> {
  return async (event) => {
    const { answer, failed, multiValueHeaders = false } = options;
    const known = balancerEvent.safeParse(event);
    if (!known.success) return result({ status: 400, body: 'This is not a request of a load balancer.' }, false);
    const request = requestOf(known.data);
    if (request.headers['user-agent']?.some((agent) => agent.startsWith('ELB-HealthChecker/')))
      return result({ status: 200, body: 'well' }, multiValueHeaders);
    try {
      return passable(result(await answer(request), multiValueHeaders));
    } catch (error) {
      failed(error);
      return result({ status: 500, body: 'Internal Server Error' }, multiValueHeaders);
    }
  };
}

function requestOf(event: z.infer<typeof balancerEvent>): BalancerRequest {
  const headers = event.multiValueHeaders ?? listed(event.headers);
  return {
    method: event.httpMethod,
    path: event.path,
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values])),
    query: event.multiValueQueryStringParameters ?? listed(event.queryStringParameters),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const listed = (values: Record<string, string> | null | undefined): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, [value]]));

function result({ status, headers, body }: BalancerAnswer, inLists: boolean): ALBResult {
  const isText = typeof body === 'string';
  const all = { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/octet-stream', ...headers };
  return {
    statusCode: status,
    ...(inLists ? { multiValueHeaders: listed(all) } : { headers: all }),
    body: isText ? body : body.toString('base64'),
    isBase64Encoded: !isText,
  };
}

/** @throws when a balancer would not pass it on */
function passable(result: ALBResult): ALBResult {
  const { statusCode, headers = {}, multiValueHeaders = {} } = result;
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599)
    throw new Error(`the answer has the status ${statusCode}; give a whole number from 200 to 599`);
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders }))
    if (/[\r\n\0]/.test(`${name}${String(value)}`))
      throw new Error(`the answer has the header ${JSON.stringify(name)}, which breaks its line; leave line ends out`);
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > mostBytes)
    throw new Error(
      `the answer has ${bytes} bytes, and a balancer takes ${mostBytes} of a function; send the client to a file in a bucket instead`,
    );
  return result;
}
