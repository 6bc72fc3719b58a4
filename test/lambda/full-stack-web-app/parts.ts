import type { Context } from 'aws-lambda';
import type { Image } from '../../../lambda/full-stack-web-app/change';
import { FakeTables } from '../../support/fake-tables';

// Logs and metrics go to the console, which tests keep quiet.
process.env.POWERTOOLS_DEV = 'true';

export const tables = new FakeTables({
  tasks: ['owner', 'taskId'],
  counts: ['owner', 'entry'],
  connections: ['owner', 'connectionId'],
  tickets: ['ticket'],
});

export const environmentOf = {
  TASKS_TABLE: 'tasks',
  COUNTS_TABLE: 'counts',
  CHANNEL_CONNECTIONS: 'connections',
  CHANNEL_TICKETS: 'tickets',
  CHANNEL_TICKET_SECONDS: '30',
  CHANNEL_URL: 'wss://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/live',
  ALLOWED_ORIGINS: 'https://d111111abcdef8.cloudfront.net',
  POWERTOOLS_SERVICE_NAME: 'full-stack-web-app',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
} as const;

export const context = {
  awsRequestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
  functionName: 'tasks',
  functionVersion: '7',
  getRemainingTimeInMillis: () => 10_000,
} as Context;

type Handler = (event: unknown, context: Context) => Promise<any>;
type File = 'tasks' | 'messages' | 'tickets' | 'publish' | 'count';

/** Loads a function beside the test's clients. */
export function start(file: File, environment: Readonly<Record<string, string>> = environmentOf): Handler {
  const before = process.env;
  process.env = {
    ...before,
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    ...environment,
  };
  try {
    return (require(`../../../lambda/full-stack-web-app/${file}`) as { handler: Handler }).handler;
  } finally {
    process.env = before;
  }
}

interface Question {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const sub = '6b1c0f0e-aaaa-4bbb-8ccc-0123456789ab';
const claims = (client: string) => ({ sub: client, 'cognito:username': client, iss: 'https://pool', aud: 'client' });
const proxied = (route: string, { path, query, body }: Question) => {
  const [httpMethod, resource] = route.split(' ');
  return {
    resource,
    path: resource.replace(/\{(\w+)\}/g, (_, name: string) => path?.[name] ?? ''),
    httpMethod,
    queryStringParameters: query ?? null,
    pathParameters: path ?? null,
    stageVariables: null,
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  };
};

/** What a REST API sends, whose authoriser is a user pool; recorded. */
export const rest = (route: string, question: Question = {}, client: string = sub): object => ({
  ...proxied(route, question),
  headers: { 'Content-Type': 'application/json', Authorization: 'eyJ' },
  requestContext: {
    resourcePath: route.split(' ')[1],
    requestId: '6e0c1f1e-7a2b-4c55-8f0e-0d2c5b1f9a10',
    stage: 'live',
    authorizer: { claims: claims(client) },
    identity: { sourceIp: '203.0.113.7', userAgent: 'browser', apiKeyId: null, userArn: null },
  },
});

/** What an HTTP API sends in payload format 1.0, whose authoriser looks at tokens of the same pool; recorded. */
export const http = (route: string, question: Question = {}, client: string = sub): object => ({
  version: '1.0',
  ...proxied(route, question),
  headers: { 'content-type': 'application/json', authorization: 'Bearer eyJ' },
  requestContext: {
    resourceId: route,
    resourcePath: route.split(' ')[1],
    requestId: 'JKJaXmPLvHcESHA=',
    stage: '$default',
    authorizer: { claims: claims(client), scopes: null },
    identity: { sourceIp: '203.0.113.7', userAgent: 'browser', accessKey: null, accountId: null, userArn: null },
  },
});

/** What a WebSocket API sends of a message; recorded. */
export const message = (
  routeKey: string,
  { path, query, body }: Question = {},
  client: string = sub,
  more: object = {},
): object => ({
  requestContext: {
    routeKey,
    eventType: 'MESSAGE',
    messageId: 'TrYQbccSjoECJMA=',
    stage: 'live',
    requestId: 'TrYQbH1ZDoEEj2A=',
    connectionId: 'TrYQbccSjoECJMA=',
    apiId: 'f6g7h8i9j0',
    authorizer: { principalId: client, integrationLatency: 12 },
    identity: { sourceIp: '203.0.113.7' },
  },
  body: JSON.stringify({
    action: routeKey,
    ...(path && { path }),
    ...(query && { query }),
    ...(body !== undefined && { body }),
    ...more,
  }),
  isBase64Encoded: false,
});

/** A record of the table's stream; recorded. */
export const record = (
  eventID: string,
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE',
  images: { before?: Partial<Image>; after?: Partial<Image> },
): object => ({
  eventID,
  eventName,
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-west-1',
  eventSourceARN: 'arn:aws:dynamodb:eu-west-1:111122223333:table/tasks/stream/2026-11-28T00:00:00.000',
  dynamodb: {
    SequenceNumber: eventID.padStart(21, '0'),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    ...(images.before && { OldImage: stored(images.before) }),
    ...(images.after && { NewImage: stored(images.after) }),
  },
});

const stored = ({ owner = sub, taskId = 'task-0001', text = 'milk', done = false, version = 1 }: Partial<Image>) => ({
  owner: { S: owner },
  taskId: { S: taskId },
  text: { S: text },
  done: { BOOL: done },
  version: { N: String(version) },
  updatedAt: { S: '2026-11-28T10:00:00.000Z' },
});
export { sub };
