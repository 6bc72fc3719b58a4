import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { request } from '../../support/rest-call';

const { GetItemCommand, PutItemCommand, QueryCommand } = dynamodb;
const client = mockClient(dynamodb.DynamoDBClient);
const context = { awsRequestId: 'r-1', functionName: 'board', getRemainingTimeInMillis: () => 10_000 } as Context;
const now = 1_790_000_000_000;

let handler: (event: unknown, run: Context) => Promise<{ statusCode: number; body: string }>;
beforeAll(() => {
  Object.assign(process.env, { NOTES_TABLE: 'notes', KEPT_TABLE: 'kept', AWS_REGION: 'us-east-1' });
  ({ handler } = require('../../../lambda/two-region-front-door/board'));
});
beforeEach(() => {
  client.reset();
  client.on(GetItemCommand).resolves({});
  client.on(QueryCommand).resolves({ Items: [{ text: { S: 'hello' }, at: { S: 'then' }, by: { S: 'eu-west-1' } }] });
  jest.spyOn(Date, 'now').mockReturnValue(now);
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});
afterEach(() => void jest.restoreAllMocks());

const notes = [{ text: 'hello', at: 'then', by: 'eu-west-1' }];
const ask = async (route: string): Promise<[number, any]> => {
  const { statusCode, body } = await handler(request(route), context);
  return [statusCode, JSON.parse(body)];
};
const keptAs = (answer: string, expires = now / 1000 + 5) =>
  client.on(GetItemCommand).resolves({ Item: { answer: { S: answer }, expires: { N: String(expires) } } });

test('the board shows the last notes of both Regions, the newest first, and is kept for ten seconds', async () => {
  expect(await ask('GET /board')).toEqual([200, { region: 'us-east-1', kept: false, notes }]);
  expect(client.commandCalls(QueryCommand)[0].args[0].input).toMatchObject({
    TableName: 'notes',
    ScanIndexForward: false,
    Limit: 10,
  });
  expect(client.commandCalls(PutItemCommand)[0].args[0].input).toEqual({
    TableName: 'kept',
    Item: { name: { S: 'board' }, answer: { S: JSON.stringify(notes) }, expires: { N: '1790000010' } },
  });
});

test('what is kept is shown, and nobody is asked for notes', async () => {
  keptAs(JSON.stringify([]));
  expect(await ask('GET /board')).toEqual([200, { region: 'us-east-1', kept: true, notes: [] }]);
  expect(client.commandCalls(QueryCommand)).toEqual([]);
});

test.each([
  ['has expired', () => keptAs('[]', now / 1000)],
  ['is not what it should be', () => keptAs('{"old":1}')],
  ['is no JSON', () => keptAs('{')],
  ['cannot be read', () => client.on(GetItemCommand).rejects(new Error('throttled'))],
  ['cannot be written', () => client.on(PutItemCommand).rejects(new Error('throttled'))],
])('a kept answer that %s is made again', async (_, given) => {
  given();
  expect(await ask('GET /board')).toEqual([200, { region: 'us-east-1', kept: false, notes }]);
});

test('without notes there is no board, and the answer tells nothing of the inside', async () => {
  client.on(QueryCommand).rejects(new Error('table notes is gone'));
  const [status, body] = await ask('GET /board');
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('notes');
});

test('a Region is healthy while it can read notes, and says 503 when it cannot [edge-health-endpoint]', async () => {
  expect(await ask('GET /health')).toEqual([200, { status: 'healthy', dependencies: { notes: 'ok' } }]);
  client.on(QueryCommand).rejects(new Error('throttled'));
  expect(await ask('GET /health')).toEqual([503, { status: 'unhealthy', dependencies: { notes: 'failed' } }]);
});
