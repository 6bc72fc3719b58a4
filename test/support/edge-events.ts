import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', 'lambda', 'personalised-edge', 'events');

/** An event in the form that CloudFront's documentation records, anew each time. */
export const edgeEvent = (name: string): any => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

export interface OriginAsked {
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the origin tells the function. */
  readonly settings?: Readonly<Record<string, string>>;
}

const asEdge = (headers: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));

/** A request that the cache does not answer. */
export function originRequest({ uri = '/', headers = {}, settings = {} }: OriginAsked): any {
  const event = edgeEvent('origin-request');
  const { request } = event.Records[0].cf;
  request.uri = uri;
  Object.assign(request.headers, asEdge(headers));
  Object.assign(request.origin.s3.customHeaders, asEdge(settings));
  return event;
}
