import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as notices from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { assert, constantFrom, property, string, tuple } from 'fast-check';

const { DynamoDBClient, GetItemCommand } = dynamodb;
const { PublishCommand, SNSClient } = notices;
const table = mockClient(DynamoDBClient);
const sns = mockClient(SNSClient);
const said = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
const context = { awsRequestId: 'r', functionName: 'desk', getRemainingTimeInMillis: () => 10_000 } as Context;
let desk: (event: unknown, run: Context) => Promise<any>;
const load = () => {
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-dynamodb', () => dynamodb);
    jest.doMock('@aws-sdk/client-sns', () => notices);
    desk = (require('../../../lambda/ordered-order-intake/desk') as { handler: typeof desk }).handler;
  });
};
beforeAll(() => {
  Object.assign(process.env, {
    EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:events.fifo',
    ORDERS_TABLE: 'the-orders',
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  load();
});
beforeEach(() => {
  table.reset();
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
});

const ask = async (method: string, more: object = {}) => {
  const event = { version: '2.0', rawPath: '/', requestContext: { requestId: 'r', http: { method } }, ...more };
  const { statusCode, body } = await desk(event, context);
  return [statusCode as number, JSON.parse(body as string)] as const;
};
const post = (event: unknown) => ask('POST', { body: JSON.stringify(event) });
const placed = {
  customer: 'ada',
  order: 'o-1',
  number: 1,
  happened: 'placed',
  lines: [{ sku: 'CAT-FOOD', quantity: 2 }],
};

test('says what happened, in the order of the customer and under an id of its own [messaging-topic-fifo]', async () => {
  expect(await post(placed)).toEqual([202, { customer: 'ada', order: 'o-1', number: 1 }]);
  expect(said()).toEqual([
    {
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:events.fifo',
      Message: expect.any(String),
      MessageGroupId: 'ada',
      MessageDeduplicationId: expect.stringMatching(/^ada\.o-1\.1\.[0-9a-f]{16}$/),
    },
  ]);
  expect(JSON.parse(said()[0].Message!)).toEqual(placed);
});

test('the same thing has the same id, whatever order its parts come in; what was put right has another', async () => {
  const { lines, ...others } = placed;
  await post(placed);
  await post({ lines, ...others });
  await post({ ...placed, lines: [{ sku: 'CAT-FOOD', quantity: 1 }] });
  const [first, again, right] = said().map(({ MessageDeduplicationId }) => MessageDeduplicationId);
  expect(again).toBe(first);
  expect(right).not.toBe(first);
});

test('no card number, address or token in a note gets past it, whatever stands around [messaging-sensitive-data]', async () => {
  const samples = ['4111 1111 1111 1111', 'ada@example.com', 'AKIAIOSFODNN7EXAMPLE'];
  const around = string({ minLength: 0, maxLength: 40 });
  const notes = tuple(around, constantFrom(...samples), around);
  const bodies: [string, string][] = [];
  assert(
    property(notes, ([before, sample, after]) => {
      bodies.push([`${before} ${sample} ${after}`, sample]);
    }),
    { numRuns: 60 },
  );
  for (const [note, sample] of bodies) {
    sns.resetHistory();
    expect((await post({ ...placed, note }))[0]).toBe(202);
    expect(said()[0].Message).not.toContain(sample);
  }
});

test('what is ordered arrives as it was said, though the number of its bar code could be that of a card', async () => {
  const lines = [{ sku: '5901234123457', quantity: 1 }];
  expect((await post({ ...placed, lines }))[0]).toBe(202);
  expect(JSON.parse(said()[0].Message!)).toEqual({ ...placed, lines });
});

test.each([
  ['a customer in capitals', { ...placed, customer: 'Ada' }, 'body.customer'],
  ['an order that begins with its second event', { ...placed, number: 2 }, 'body.number'],
  ['no lines', { ...placed, lines: [] }, 'body.lines'],
  ['a thousand pieces', { ...placed, lines: [{ sku: 'A', quantity: 1000 }] }, 'body.lines.0.quantity'],
  ['a field nobody knows', { ...placed, price: 1 }, 'body'],
  ['lines in a cancellation', { ...placed, number: 2, happened: 'cancelled' }, 'body'],
  ['nothing that happens', { ...placed, happened: 'lost' }, 'body.happened'],
])('%s is answered with what is wrong, and nothing is said', async (_, event, where) => {
  const [status, { faults }] = await post(event);
  expect([status, (faults as { where: string }[]).map((fault) => fault.where)]).toEqual([400, [where]]);
  expect(said()).toEqual([]);
});

test('what is no JSON is answered so', async () => {
  const [status, { detail }] = await ask('POST', { body: '{' });
  expect([status, detail]).toEqual([400, 'The body is not JSON.']);
});

test('a topic that is busy is answered with 503, so that the shop says it again', async () => {
  sns.on(PublishCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottledException' }));
  expect((await post(placed))[0]).toBe(503);
});

test('tells how an order stands, and that of one it does not know nothing was worked yet', async () => {
  const query = { queryStringParameters: { customer: 'ada', order: 'o-1' } };
  table.on(GetItemCommand).resolves({});
  expect(await ask('GET', query)).toEqual([
    404,
    expect.objectContaining({ detail: 'Nothing of ada/o-1 was worked yet.' }),
  ]);
  const item = { customer: 'ada', order: 'o-1', status: 'changed', number: 2, told: 'x', lines: '[]', note: 'n' };
  table.on(GetItemCommand).resolves({ Item: marshall(item) });
  expect(await ask('GET', query)).toEqual([
    200,
    { customer: 'ada', order: 'o-1', status: 'changed', number: 2, lines: [], note: 'n' },
  ]);
  expect((await ask('GET'))[0]).toBe(400);
  expect((await ask('DELETE'))[0]).toBe(405);
});

test('does not start without its variables, and names them', () => {
  delete process.env.EVENTS_TOPIC_ARN;
  expect(load).toThrow('environment variables missing: EVENTS_TOPIC_ARN');
});
