import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { context } from './clicks';
import { handler } from '../../../lambda/clickstream-analytics/report';

const dynamodb = mockClient(DynamoDBClient);
const get = async (path: string, query: Record<string, string> = {}) => {
  const answer = await handler(
    { resource: path, httpMethod: 'GET', queryStringParameters: query, requestContext: { requestId: 'request' } },
    context,
  );
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};
const found = (...Items: object[]) => dynamodb.on(QueryCommand).resolves({ Items: Items as never });
const n = (value: number) => ({ N: String(value) });

beforeEach(() => dynamodb.reset());

describe('reports', () => {
  test('the board is the last window, of all shards together, the first ten pages', async () => {
    const pages = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`/p${i}`, n(12 - i)]));
    found(
      { id: { S: 'board' }, at: { S: '2026-11-28T10:16:00Z#b' }, late: n(1), pages: { M: { '/p1': n(5) } } },
      { id: { S: 'board' }, at: { S: '2026-11-28T10:16:00Z#a' }, late: n(2), pages: { M: pages } },
      { id: { S: 'board' }, at: { S: '2026-11-28T10:15:00Z#a' }, late: n(9), pages: { M: { '/old': n(99) } } },
    );
    const { status, body } = await get('/board');
    expect([status, body.end, body.late, body.leaders.length]).toEqual([200, '2026-11-28T10:16:00Z', 3, 10]);
    expect(body.leaders.slice(0, 3)).toEqual([
      { page: '/p1', clicks: 16 },
      { page: '/p0', clicks: 12 },
      { page: '/p2', clicks: 10 },
    ]);
  });

  test('before the first window the board is empty', async () => {
    found();
    expect(await get('/board')).toEqual({ status: 200, body: { late: 0, leaders: [] } });
  });

  test('minutes of a page, the newest first, each as many as its set holds', async () => {
    found(
      { at: { S: '2026-11-28T10:16' }, clicks: { SS: ['a', 'b'] } },
      { at: { S: '2026-11-28T10:15' }, clicks: { SS: ['c'] } },
    );
    const { body } = await get('/minutes', { page: '/shop' });
    expect(body).toEqual({ page: '/shop', minutes: { '2026-11-28T10:16': 2, '2026-11-28T10:15': 1 } });
    expect(dynamodb.commandCalls(QueryCommand)[0].args[0].input).toMatchObject({
      TableName: 'minutes',
      ExpressionAttributeValues: { ':id': { S: '/shop' } },
    });
  });

  test('an hour by where visitors came from', async () => {
    found({ at: { S: 'news.example.com' }, clicks: n(3) }, { at: { S: 'directly' }, clicks: n(4) });
    const { body } = await get('/hours', { hour: '2026-11-28T10' });
    expect(body).toEqual({ hour: '2026-11-28T10', from: { 'news.example.com': 3, directly: 4 } });
  });

  test.each([
    ['/minutes', {}],
    ['/minutes', { page: 'shop' }],
    ['/hours', { hour: 'position' }],
    ['/board', { window: '1' }],
  ])('%s with %j is answered with 400, and asks no table [serverless-untrusted-input]', async (path, query) => {
    expect(await get(path, query as Record<string, string>)).toMatchObject({ status: 400 });
    expect(dynamodb.calls()).toHaveLength(0);
  });
});
