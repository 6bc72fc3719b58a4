import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { recogniseOwnClaims } from '../../../lambda/shared/own-claim';

/** A table that takes an item once, and whose first answer never arrives. */
let items: Map<string, unknown>;
let server: Server;
let client: DynamoDBClient;
let loses: number;

beforeEach(async () => {
  items = new Map();
  loses = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const part of request) text += part;
    const { Item } = JSON.parse(text);
    const old = items.get(Item.id.S);
    if (!old) items.set(Item.id.S, Item);
    if (loses-- > 0) return void request.socket.destroy();
    response.writeHead(old ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(old ? { __type: 'x#ConditionalCheckFailedException', message: 'no', Item: old } : {}));
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  recogniseOwnClaims(client, 'claims');
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const claim = (table = 'claims', id = 'work') =>
  client.send(
    new PutItemCommand({
      TableName: table,
      Item: { id: { S: id } },
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );

test('a claim whose answer was lost, sent again, is still made [serverless-idempotency]', async () => {
  loses = 1;
  await expect(claim()).resolves.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect(items.size).toBe(1);
});

test('lost answers of claims never wear out the patience of a client', async () => {
  for (let times = 0; times < 40; times++) {
    loses = 1;
    await expect(claim('claims', `work ${times}`)).resolves.toBeDefined();
  }
});

test('a clock that is wrong makes nobody ask twice for what somebody else has', async () => {
  await claim();
  const ahead = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  await expect(claim()).rejects.toMatchObject({ $metadata: { attempts: 1 } });
  ahead.mockRestore();
});

test("somebody else's claim is somebody else's, however often it is asked [serverless-idempotency]", async () => {
  await claim();
  await expect(claim()).rejects.toThrow('no');
  loses = 1;
  await expect(claim()).rejects.toThrow('no');
});

test('what is put into another table stays as it is', async () => {
  await claim('orders');
  expect([...items.values()]).toEqual([{ id: { S: 'work' } }]);
});
