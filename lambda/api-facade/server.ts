import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';

type Handler = (event: unknown, context: Context) => Promise<APIGatewayProxyResult>;

/** What API Gateway lets through, and more than a parcel ever is. */
const mostBytes = 64 * 1024;
/** How long an answer may take; API Gateway waits longer. */
const milliseconds = 10_000;

/**
 * A web server that hands requests to a handler of API Gateway's REST proxy. In front of the path stands the stage, as a private
 * integration sends it. `GET /health` answers by itself.
 */
export function serve(handler: Handler): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/health') {
      response.writeHead(200).end('ok');
      return;
    }
    bodyOf(request).then(
      async (body) => {
        const answer = await handler(eventOf(request, pathname, body), contextFrom(Date.now()));
        response.writeHead(answer.statusCode, { ...(answer.headers as Record<string, string>) }).end(answer.body);
      },
      () => response.writeHead(413).end(),
    );
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** `/live/parcels/P1` is the resource `/parcels/{parcelId}`. */
function eventOf({ method = 'GET', headers }: IncomingMessage, path: string, body: string): unknown {
  const [, parcelId] = /^\/[\w-]+\/parcels(?:\/([^/]+))?$/.exec(path) ?? [];
  const known = /^\/[\w-]+\/parcels(\/[^/]+)?$/.test(path);
  const resource = parcelId === undefined ? '/parcels' : '/parcels/{parcelId}';
  return {
    resource: known ? resource : path,
    httpMethod: method,
    pathParameters: parcelId === undefined ? null : { parcelId: decoded(parcelId) },
    queryStringParameters: null,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body,
    requestContext: { requestId: String(headers['x-amzn-apigateway-request-id'] ?? randomUUID()) },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What handlers look at of a run, for a request that may take ten seconds. */
const contextFrom = (began: number): Context =>
  ({
    awsRequestId: randomUUID(),
    functionName: 'container',
    functionVersion: '1',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'container',
    getRemainingTimeInMillis: () => milliseconds - (Date.now() - began),
  }) as Context;
