import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { keepAlive } from './keep-alive';
import { restHandler, type RestOptions, type Routes } from './rest';

export interface ServeOptions extends RestOptions {
  /**
   * Whether the stage of an API stands in front of each path, as a private integration sends it.
   * @default true
   */
  readonly behindStage?: boolean;
}

/** What API Gateway lets through, and more than any body here ever is. */
const mostBytes = 64 * 1024;
/** How long an answer may take; API Gateway waits longer. */
const milliseconds = 10_000;

/**
 * A web server that answers the routes of a REST API, as functions behind API Gateway's proxy do: the same contract, in a program
 * that listens. `GET /health` answers by itself.
 */
export function serve(routes: Routes, { behindStage = true, ...options }: ServeOptions): Server {
  const handler = restHandler(routes, options);
  const known = Object.keys(routes).map((name) => resourceOf(name.split(' ')[1], behindStage ? '/[\\w-]+' : ''));
  return createServer((request, response) => {
    const address = addressOf(request.url);
    if (!address) {
      response.writeHead(400).end();
      return;
    }
    const { pathname, searchParams } = address;
    if (request.method === 'GET' && pathname === '/health') {
      response.writeHead(200).end('ok');
      return;
    }
    bodyOf(request).then(
      async (body) => {
        const event = eventOf(request, { ...placeOf(pathname, known), query: Object.fromEntries(searchParams), body });
        const answer = await handler(event, contextFrom(Date.now()));
        const headers = { ...answer.headers, ...answer.multiValueHeaders } as Record<string, string | string[]>;
        response.writeHead(answer.statusCode, headers).end(answer.body);
      },
      () => response.writeHead(413).end(),
    );
  });
}

/**
 * Listens on the port of `PORT` until the machine or the container goes, which asks first and waits half a minute: nobody new is taken in then,
 * and who has begun is answered.
 *
 * @claims compute-deregistration-delay
 */
export function listen(server: Server, logger: Logger): void {
  server.keepAliveTimeout = keepAlive;
  server.listen(Number(process.env.PORT ?? 8080), () => logger.info('server ready', { address: server.address() }));
  process.once('SIGTERM', () => {
    server.close();
    server.closeIdleConnections();
    // Those that are busy now go as soon as they have their answer.
    server.keepAliveTimeout = 1;
  });
}

/**
 * What a request asks for; nothing where no address can be made of it. A path that begins with two slashes is a path all the same, and not the
 * name of a host: read as one, `//` is no address, and what nobody catches ends the program.
 */
const addressOf = (target = '/'): URL | null =>
  URL.parse(target.startsWith('/') ? `http://localhost${target}` : target);

/** A path of a contract, and what tells its parameters in the path of a request. */
interface Resource {
  readonly name: string;
  readonly pattern: RegExp;
}

const resourceOf = (name: string, before: string): Resource => ({
  name,
  pattern: new RegExp(`^${before}${name.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
});

interface Place {
  readonly resource: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `/live/parcels/P1` is the resource `/parcels/{parcelId}`; what is none is a path nobody knows. */
function placeOf(path: string, known: readonly Resource[]): Place {
  for (const { name, pattern } of known) {
    const found = pattern.exec(path);
    if (!found) continue;
    const given = Object.entries(found.groups ?? {}).map(([key, value]) => [key, decoded(value)]);
    return { resource: name, parameters: Object.fromEntries(given) as Record<string, string> };
  }
  return { resource: path, parameters: {} };
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

interface Asked extends Place {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

const eventOf = (
  { method = 'GET', headers }: IncomingMessage,
  { resource, parameters, query, body }: Asked,
): unknown => ({
  resource,
  httpMethod: method,
  pathParameters: parameters,
  queryStringParameters: query,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  body,
  requestContext: { requestId: String(headers['x-amzn-apigateway-request-id'] ?? randomUUID()) },
});

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
    functionName: 'server',
    functionVersion: '1',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'server',
    getRemainingTimeInMillis: () => milliseconds - (Date.now() - began),
  }) as Context;
