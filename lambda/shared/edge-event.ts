import * as z from 'zod/mini';

/** Headers as Lambda@Edge has them: by their names in lower case, each with all its values. */
export type EdgeHeaders = Record<string, { key?: string; value: string }[]>;

/** The bucket that a request goes to. */
export interface EdgeBucket {
  domainName: string;
  region?: string;
  readonly customHeaders: EdgeHeaders;
}

/** A request on its way through CloudFront, to be changed and handed on. */
export interface EdgeRequest {
  uri: string;
  readonly method: string;
  readonly headers: EdgeHeaders;
  readonly origin?: { readonly s3?: EdgeBucket };
}

/** An answer on its way through CloudFront, or one that a function makes. */
export interface EdgeResponse {
  readonly status: string;
  readonly statusDescription?: string;
  readonly headers: EdgeHeaders;
  readonly body?: string;
}

const headers = z.record(z.string(), z.array(z.looseObject({ key: z.optional(z.string()), value: z.string() })));
const request = z.looseObject({
  uri: z.string().check(z.startsWith('/')),
  method: z.string(),
  headers,
  origin: z.optional(
    z.looseObject({ s3: z.optional(z.looseObject({ domainName: z.string(), customHeaders: headers })) }),
  ),
});
const response = z.looseObject({ status: z.string(), headers });
const eventOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({ Records: z.tuple([z.object({ cf: z.object(shape) })]) });
const requestEvent = eventOf({ request });
const responseEvent = eventOf({ request, response });

/**
 * The request of an event of Lambda@Edge, whole: what is handed back lacks nothing that CloudFront put into it.
 *
 * @throws when it is no such event
 */
export const edgeRequest = (event: unknown): EdgeRequest => requestEvent.parse(event).Records[0].cf.request;

/** The request and the answer of an event of a response hook. */
export const edgeExchange = (event: unknown): { request: EdgeRequest; response: EdgeResponse } =>
  responseEvent.parse(event).Records[0].cf;

/** The last value of a header, by its name in any spelling. */
export const headerOf = (of: EdgeHeaders, name: string): string | undefined => of[name.toLowerCase()]?.at(-1)?.value;

/** The value of a cookie. */
export function cookieOf({ headers: { cookie = [] } }: EdgeRequest, name: string): string | undefined {
  const pairs = cookie.flatMap(({ value }) => value.split(';')).map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * What a function is told by the custom headers of its origin, which no viewer can set.
 *
 * @throws when the header is missing, with its name
 */
export function originSetting({ origin }: EdgeRequest, name: string): string {
  const value = headerOf(origin?.s3?.customHeaders ?? {}, name);
  if (value === undefined)
    throw new Error(`the origin has no header ${name}, by which this function is told its settings`);
  return value;
}

/** `/countries/offer.txt` in `de`: `/countries/de/offer.txt`. */
export const insideFolder = (uri: string, folder: string, part: string): string =>
  `/${folder}/${part}/${uri.replace(new RegExp(`^/${folder}/`), '')}`;
