import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { pickupIn } from '../../../lambda/api-facade/pickup';
import { batchOf } from '../../support/sqs-batch';

const dynamodb = mockClient(DynamoDBClient);
const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 10_000 } as Context;
const pickup = { place: 'Rue du Lac 4', date: '2026-12-01', parcels: 3 };

let handler: (event: SQSEvent, run: Context) => Promise<{ batchItemFailures: readonly { itemIdentifier: string }[] }>;
beforeAll(() => {
  process.env.PICKUP_TABLE = 'pickups';
  ({ handler } = require('../../../lambda/api-facade/book-pickup'));
});
beforeEach(() => {
  dynamodb.reset();
  jest.spyOn(console, 'error').mockImplementation();
});

const batch = (...bodies: readonly string[]) => batchOf('pickups', bodies);
const written = () => dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input);

test('a message becomes a pickup under its own id, which the caller has been told', async () => {
  expect(await handler(batch(JSON.stringify(pickup)), context)).toEqual({ batchItemFailures: [] });
  expect(written()).toEqual([
    {
      TableName: 'pickups',
      ConditionExpression: 'attribute_not_exists(id)',
      Item: {
        id: { S: 'm-0' },
        place: { S: 'Rue du Lac 4' },
        date: { S: '2026-12-01' },
        parcels: { N: '3' },
        status: { S: 'booked' },
      },
    },
  ]);
});

test('the same message again changes nothing and is done', async () => {
  dynamodb
    .on(PutItemCommand)
    .rejects(new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} }));
  expect(await handler(batch(JSON.stringify(pickup)), context)).toEqual({ batchItemFailures: [] });
});

test('what is no pickup, and what the table turns away, comes back alone', async () => {
  dynamodb.on(PutItemCommand).callsFake(({ Item }) => {
    if (Item.place.S === 'busy') throw new Error('ThrottlingException');
    return {};
  });
  const bodies = ['no JSON', pickup, { ...pickup, place: 'busy' }, { ...pickup, parcels: 0 }];
  const answer = await handler(
    batch(...bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body)))),
    context,
  );
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['m-0', 'm-2', 'm-3']);
});

test('no text but a pickup gets past', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constant('{"place":"","date":"x","parcels":51}')), (body) => {
      expect(() => pickupIn(body)).toThrow('no pickup');
    }),
  );
  expect(pickupIn(JSON.stringify(pickup))).toEqual(pickup);
});
