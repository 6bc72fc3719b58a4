import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as documents from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Context } from 'aws-lambda';
import { balancerHandler } from '../../../lambda/shared/balancer';
import { Refused, workBatch } from '../../../lambda/shared/batch';
import { restHandler, type RestRequest } from '../../../lambda/shared/rest';
import { socketHandler } from '../../../lambda/shared/socket';
import { urlHandler } from '../../../lambda/shared/url';
import { context as usual, freshHandler } from '../../support/fresh-handler';
import { Output } from '../../support/output';
import { picture } from '../../support/pictures';
import { balancerEvent, httpEvent, restEvent, socketEvent, urlEvent } from '../../support/request-events';
import {
  busEvent,
  deviceEvent,
  kinesisEvent,
  s3Event,
  scheduleEvent,
  snsEvent,
  sqsEvent,
  tableEvent,
} from '../../support/told-events';
import { FakeFiles } from '../file-intake/fake-files';
import { start as fileIntake } from '../file-intake/start';

/** All that Lambda says of a run. */
const context = {
  ...usual,
  callbackWaitsForEmptyEventLoop: true,
  logGroupName: '/aws/lambda/function',
  logStreamName: '2026/11/28/[7]0123456789abcdef',
  getRemainingTimeInMillis: () => 60_000,
} as Context;
const files = new FakeFiles();
const tables = mockClient(dynamodb.DynamoDBClient);
const items = mockClient(documents.DynamoDBDocumentClient);
const output = new Output();
const tools = { logger: new Logger(), metrics: new Metrics({ namespace: 'Groundplan', serviceName: 'contract' }) };

beforeEach(() => {
  files.reset();
  tables.reset();
  items.reset();
  tables.onAnyCommand().resolves({});
  items.onAnyCommand().resolves({});
  output.listen();
});
afterEach(() => jest.restoreAllMocks());

/** A function whose tables are the test's. */
const started = (file: string, environment: Readonly<Record<string, string>>) =>
  freshHandler(file, {
    environment: { ...environment, POWERTOOLS_SERVICE_NAME: 'contract' },
    modules: { '@aws-sdk/client-dynamodb': dynamodb, '@aws-sdk/lib-dynamodb': documents },
  });

describe('who waits for an answer: a whole event as the service sends it becomes the request it is, and the value that is returned the answer', () => {
  const asked = { orderId: 'o-1', dry: 'yes', items: 2, client: 'ada' };
  const routes = {
    'PUT /orders/{orderId}': async ({ path, query, json, client }: RestRequest) =>
      Promise.resolve({ status: 200, body: { ...path, ...query, ...(json() as object), client } }),
  };

  test.each([
    ['a REST API', restEvent],
    ['an HTTP API', httpEvent],
  ])('%s [serverless-handler-contract]', async (_, event) => {
    const { statusCode, body } = await restHandler(routes, tools)(event, context);
    expect([statusCode, JSON.parse(body)]).toEqual([200, asked]);
  });

  test('a WebSocket API [serverless-handler-contract]', async () => {
    const handler = socketHandler(routes, { write: 'PUT /orders/{orderId}' }, tools);
    const { statusCode, body } = await handler(socketEvent, context);
    expect([statusCode, JSON.parse(body)]).toEqual([200, { id: 'q-1', status: 200, body: asked }]);
  });

  test('a load balancer [serverless-handler-contract]', async () => {
    const answer = balancerHandler({
      answer: ({ method, path, query, headers, body }) =>
        Promise.resolve({ status: 200, body: [method, path, query.dry, headers['content-type'], body].join(' ') }),
      failed: (error) => {
        throw error;
      },
    });
    expect(await answer(balancerEvent)).toMatchObject({
      statusCode: 200,
      body: 'PUT /orders/o-1 yes application/json {"items":2}',
    });
  });

  test('the address of a function [serverless-handler-contract]', async () => {
    const handler = urlHandler((body) => Promise.resolve({ status: 200, body }), tools.logger);
    const { statusCode, body } = await handler(urlEvent, context);
    expect([statusCode, JSON.parse(body!)]).toEqual([
      200,
      {
        method: 'PUT',
        path: '/orders/o-1',
        query: { dry: 'yes' },
        body: '{"items":2}',
        caller: 'arn:aws:iam::111122223333:user/ada',
        requestId: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
      },
    ]);
  });
});

describe('who tells what happened: a whole event as the service sends it is worked, and its kind of answer given', () => {
  test('S3 [serverless-handler-contract]', async () => {
    files.put('incoming/day 1/cat.jpg', await picture('image/jpeg', 40, 20));
    expect(await fileIntake('resize')(s3Event, context)).toEqual([
      { key: 'incoming/day 1/cat.jpg', state: 'resized', written: 2 },
    ]);
  });

  test('SQS [serverless-handler-contract]', async () => {
    const worked: string[] = [];
    const answer = await workBatch(sqsEvent, context, tools.logger, async ({ body }) => {
      if (body === 'no order') throw new Refused('this is no order');
      await Promise.resolve(worked.push(body));
    });
    expect(worked).toEqual(['{"order":"o-1"}']);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-2' }] });
  });

  test('SNS [serverless-handler-contract]', async () => {
    const hear = started('newsletter-and-receipts/hear', { MAILS_TABLE: 'mails', SUBSCRIBERS_TABLE: 'subscribers' });
    await hear(snsEvent, context);
    const [{ input }] = tables.commandCalls(dynamodb.UpdateItemCommand).map(({ args }) => args[0]);
    expect(input).toMatchObject({ TableName: 'mails', Key: { id: { S: 'order-7' } } });
  });

  test('Kinesis [serverless-handler-contract]', async () => {
    const count = started('clickstream-analytics/minutes', { MINUTES_TABLE: 'minutes' });
    expect(await count(kinesisEvent, context)).toEqual({ batchItemFailures: [] });
    const [{ input }] = tables.commandCalls(dynamodb.UpdateItemCommand).map(({ args }) => args[0]);
    expect(input.Key).toEqual({ id: { S: '/shop' }, at: { S: '2026-11-28T10:15' } });
  });

  test('a stream of DynamoDB [serverless-handler-contract]', async () => {
    const count = started('full-stack-web-app/count', { COUNTS_TABLE: 'counts' });
    expect(await count(tableEvent, context)).toEqual({ batchItemFailures: [] });
    const [{ input }] = items.commandCalls(documents.TransactWriteCommand).map(({ args }) => args[0]);
    expect(input.TransactItems![1].Update).toMatchObject({
      Key: { owner: 'ada', entry: 'total' },
      ExpressionAttributeValues: { ':open': 1, ':done': 0 },
    });
  });

  test('EventBridge [serverless-handler-contract]', async () => {
    await started('event-hub/tell', { FEED_TABLE: 'feed' })(busEvent, context);
    const [{ input }] = tables.commandCalls(dynamodb.PutItemCommand).map(({ args }) => args[0]);
    expect(input.Item).toMatchObject({ at: { S: '2026-11-28T10:15:30Z sunday' }, text: { S: 'Closed on Sunday' } });
  });

  test('Scheduler [serverless-handler-contract]', async () => {
    expect(await fileIntake('sweep')(scheduleEvent, context)).toEqual({ looked: 0, missed: 0 });
  });

  test('IoT [serverless-handler-contract]', async () => {
    const shot = (await picture('image/jpeg', 20, 10)).toString('base64');
    expect(await fileIntake('take-picture')(deviceEvent(shot), context)).toEqual({
      key: 'incoming/devices/gate-7/2026-11-28_101530.jpg',
      written: true,
    });
  });
});

test('the context says which run of which function this is, and its log says so too [serverless-handler-contract]', async () => {
  await fileIntake('sweep')(scheduleEvent, context);
  expect(output.logs.find(({ message }) => message === 'swept')).toMatchObject({
    function_request_id: context.awsRequestId,
    function_name: context.functionName,
    function_memory_size: context.memoryLimitInMB,
    function_arn: context.invokedFunctionArn,
  });
});
