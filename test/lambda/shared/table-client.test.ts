import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutItemCommand, TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableClient } from '../../../lambda/shared/table-client';

/** Answers each request with the next of these errors, and with success when there is none. */
let refusals: string[];
let asked: number;
let server: Server;
let client: DynamoDBClient;

const set = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
} as const;

beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      asked += 1;
      const refusal = refusals.shift();
      response.writeHead(refusal === undefined ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(refusal === undefined ? {} : { __type: `x#${refusal}`, message: 'no' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, set, { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
  client = tableClient();
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
});
afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const table = { TableName: 'orders' };
const writes: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['ConditionalCheckFailedException', () => client.send(new PutItemCommand({ ...table, Item: { id: { S: 'o-1' } } }))],
  [
    'TransactionCanceledException',
    () =>
      client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...table, Item: { id: { S: 'o-1' } } } }] }),
      ),
  ],
];

describe('with a clock that is an hour wrong', () => {
  test.each(writes)('%s is an answer, and nobody asks again', async (name, write) => {
    refusals = [name, name, name];
    await expect(write()).rejects.toMatchObject({ name });
    expect(asked).toBe(1);
  });

  test('what is refused for its time is sent again', async () => {
    refusals = ['RequestTimeTooSkewed'];
    await writes[0][1]();
    expect(asked).toBe(2);
  });
});
