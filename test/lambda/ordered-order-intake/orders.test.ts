import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { fingerprint, type OrderEvent } from '../../../lambda/ordered-order-intake/order-event';
import { Orders } from '../../../lambda/ordered-order-intake/orders';

const client = mockClient(DynamoDBClient);
const orders = new Orders(new DynamoDBClient({}), 'the-orders');
const lines = [{ sku: 'CAT-FOOD', quantity: 2 }];
const placed: OrderEvent = { customer: 'ada', order: 'o-1', number: 1, happened: 'placed', lines };
const changed: OrderEvent = { ...placed, number: 3, happened: 'changed', note: 'ring twice' };
const cancelled: OrderEvent = { customer: 'ada', order: 'o-1', number: 4, happened: 'cancelled' };
const apply = (event: OrderEvent) => orders.apply(event, JSON.stringify(event));
/** The table holds this, so that the condition does not hold. */
const holds = (item: object | undefined) =>
  client.on(UpdateItemCommand).rejects(
    new ConditionalCheckFailedException({
      message: 'The conditional request failed',
      $metadata: {},
      ...(item && { Item: marshall(item) }),
    }),
  );
const written = () => client.commandCalls(UpdateItemCommand)[0].args[0].input;

beforeEach(() => {
  client.reset();
  client.on(UpdateItemCommand).resolves({});
});

test('the first is written where nothing is, whatever follows only upon the one before it, and nothing upon a cancellation', async () => {
  await expect(apply(placed)).resolves.toBe('now');
  expect(written()).toEqual({
    TableName: 'the-orders',
    Key: { customer: { S: 'ada' }, order: { S: 'o-1' } },
    UpdateExpression: 'SET #status = :status, #number = :number, told = :told, #lines = :lines',
    ConditionExpression: 'attribute_not_exists(#number)',
    ExpressionAttributeNames: { '#status': 'status', '#number': 'number', '#lines': 'lines' },
    ExpressionAttributeValues: {
      ':status': { S: 'placed' },
      ':number': { N: '1' },
      ':told': { S: fingerprint(JSON.stringify(placed)) },
      ':lines': { S: JSON.stringify(lines) },
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

  client.resetHistory();
  await expect(apply(changed)).resolves.toBe('now');
  expect(written()).toMatchObject({
    UpdateExpression: expect.stringMatching(/#lines = :lines, note = :note$/),
    ConditionExpression: '#number = :before AND #status <> :cancelled',
    ExpressionAttributeValues: {
      ':before': { N: '2' },
      ':cancelled': { S: 'cancelled' },
      ':note': { S: 'ring twice' },
    },
  });

  client.resetHistory();
  await apply(cancelled);
  expect(written().UpdateExpression).toBe('SET #status = :status, #number = :number, told = :told');
});

describe('what could not be written', () => {
  const told = fingerprint(JSON.stringify(changed));

  test.each([
    ['it was written already', { status: 'changed', number: 3, told }],
    ['more happened since', { status: 'changed', number: 5, told: 'x' }],
  ])('was worked before, where %s', async (_, item) => {
    holds(item);
    await expect(apply(changed)).resolves.toBe('before');
  });

  test.each([
    [
      'Refused',
      'another thing has its number',
      { status: 'changed', number: 3, told: 'another' },
      'number 3 of ada/o-1 was something else before; say it under the next number',
    ],
    [
      'Refused',
      'the order was cancelled',
      { status: 'cancelled', number: 2, told: 'x' },
      'number 3 of ada/o-1 came after the order was cancelled',
    ],
    [
      'OutOfTurn',
      'one is missing before it',
      { status: 'placed', number: 1, told: 'x' },
      'number 3 of ada/o-1 came, and 1 was worked last; what is missing lies among the dead letters',
    ],
    [
      'OutOfTurn',
      'nothing is there',
      undefined,
      'number 3 of ada/o-1 came, and nothing of it was worked yet; what is missing lies among the dead letters',
    ],
  ])('is %s where %s [messaging-queue-fifo]', async (name, _, item, message) => {
    holds(item);
    await expect(apply(changed)).rejects.toMatchObject({ name, message });
  });

  test('fails as it failed, where it is nothing about the order', async () => {
    client.on(UpdateItemCommand).rejects(new Error('busy'));
    await expect(apply(changed)).rejects.toThrow('busy');
  });
});
