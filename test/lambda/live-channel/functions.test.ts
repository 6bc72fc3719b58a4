import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { FakeTables } from '../../support/fake-tables';

const tables = new FakeTables({ connections: ['owner', 'connectionId'], tickets: ['ticket'] });
const context = { awsRequestId: 'r' } as Context;

type Handler = (event: unknown, context: Context) => Promise<any>;
function start(file: 'door' | 'authorise', environment: Readonly<Record<string, string>>): Handler {
  const before = process.env;
  process.env = { ...before, AWS_REGION: 'eu-west-1', ...environment };
  try {
    return (require(`../../../lambda/live-channel/${file}`) as { handler: Handler }).handler;
  } finally {
    process.env = before;
  }
}

let door: Handler;
let authorise: Handler;
beforeAll(() => {
  door = start('door', { CHANNEL_CONNECTIONS: 'connections' });
  authorise = start('authorise', { CHANNEL_TICKETS: 'tickets' });
});
beforeEach(() => {
  tables.reset();
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

/** What API Gateway sends for a route of a WebSocket; recorded. */
const message = (routeKey: string, owner?: string, body?: string) => ({
  requestContext: {
    routeKey,
    eventType: routeKey === '$connect' ? 'CONNECT' : routeKey === '$disconnect' ? 'DISCONNECT' : 'MESSAGE',
    extendedRequestId: 'TrYQbH1ZDoEEj2A=',
    requestTime: '28/Nov/2026:10:00:00 +0000',
    messageDirection: 'IN',
    stage: 'live',
    connectedAt: 1_795_860_000_000,
    requestTimeEpoch: 1_795_860_000_000,
    identity: { sourceIp: '203.0.113.7', userAgent: 'browser' },
    requestId: 'TrYQbH1ZDoEEj2A=',
    domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    connectionId: 'TrYQbccSjoECJMA=',
    apiId: 'a1b2c3d4e5',
    ...(owner !== undefined && { authorizer: { principalId: owner, integrationLatency: 12 } }),
  },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
});

describe('the door', () => {
  test('a client that connects is on the list until it disconnects, and coming twice changes nothing [serverless-websocket-api]', async () => {
    expect(await door(message('$connect', 'ada'), context)).toEqual({ statusCode: 200 });
    expect(await door(message('$connect', 'ada'), context)).toEqual({ statusCode: 200 });
    expect(tables.all('connections')).toEqual([
      { owner: 'ada', connectionId: 'TrYQbccSjoECJMA=', expiresAt: expect.any(Number) },
    ]);
    expect(await door(message('$disconnect', 'ada'), context)).toEqual({ statusCode: 200 });
    expect(await door(message('$disconnect', 'ada'), context)).toEqual({ statusCode: 200 });
    expect(tables.all('connections')).toEqual([]);
  });

  test('a client that only wants to stay is answered, and one that asks for something unknown is told [serverless-websocket-api]', async () => {
    const ping = await door(message('ping', 'ada', '{"action":"ping"}'), context);
    expect(JSON.parse(ping.body)).toEqual({ action: 'pong' });
    const unknown = await door(message('$default', 'ada', 'hello'), context);
    expect(unknown.statusCode).toBe(200);
    expect(JSON.parse(unknown.body)).toEqual({
      status: 404,
      body: {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'There is no such action.',
        requestId: 'TrYQbH1ZDoEEj2A=',
      },
    });
  });

  test('nobody whom API Gateway does not name is let in, and whatever comes has an answer [serverless-untrusted-input]', async () => {
    expect(await door(message('$connect'), context)).toEqual({ statusCode: 403 });
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        expect(await door(event, context)).toEqual({ statusCode: 400 });
      }),
    );
    expect(tables.all('connections')).toEqual([]);
  });

  test('fails at start when it is not told where the list is', () => {
    jest.isolateModules(() =>
      expect(() => start('door', {})).toThrow('environment variables missing: CHANNEL_CONNECTIONS'),
    );
  });
});

describe('the authoriser', () => {
  const methodArn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/live/$connect';
  const asked = (ticket?: string) => ({
    type: 'REQUEST',
    methodArn,
    queryStringParameters: ticket === undefined ? {} : { ticket },
  });
  const ticket = 'abcdefghijklmnopqrstuvwxyz012345';

  test('a good ticket lets its bearer connect once, as its owner, and nowhere else [serverless-websocket-api]', async () => {
    const { Tickets } = require('../../../lambda/shared/tickets') as typeof import('../../../lambda/shared/tickets');
    const { DynamoDBClient } = require('@aws-sdk/client-dynamodb') as typeof import('@aws-sdk/client-dynamodb');
    const made = await new Tickets(new DynamoDBClient({}), 'tickets').issue('ada', 30);
    expect(await authorise(asked(made), context)).toEqual({
      principalId: 'ada',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }],
      },
    });
    expect((await authorise(asked(made), context)).policyDocument.Statement[0].Effect).toBe('Deny');
  });

  test.each([
    ['an unknown one', asked(ticket)],
    ['none', asked()],
    ['no event at all', undefined],
    ['one of another form', asked(`${ticket}!`)],
    ['a request for another route', { ...asked(ticket), methodArn: methodArn.replace('$connect', 'list') }],
  ])('%s lets nobody in [serverless-websocket-api, serverless-untrusted-input]', async (_, event) => {
    const answer = await authorise(event, context);
    expect([answer.principalId, answer.policyDocument.Statement[0].Effect]).toEqual(['nobody', 'Deny']);
  });
});
