import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Ledger, settleSeconds } from '../../../lambda/newsletter-and-receipts/ledger';

const dynamodb = mockClient(DynamoDBClient);
const now = 1_800_000_000_000;
const ledger = new Ledger(new DynamoDBClient({}), 'mails', () => now);
const denied = (item?: Record<string, { S: string }>) =>
  new ConditionalCheckFailedException({ message: 'no', $metadata: {}, ...(item && { Item: item }) });

beforeEach(() => dynamodb.reset());

test('whoever claims a mail first sends it; a claim nobody was heard of since is free after a minute [messaging-email-send]', async () => {
  dynamodb.on(UpdateItemCommand).resolves({});
  await expect(ledger.claim('order-7')).resolves.toEqual({ is: 'mine', by: expect.any(String) });
  expect(dynamodb.commandCalls(UpdateItemCommand)[0].args[0].input).toMatchObject({
    TableName: 'mails',
    Key: { id: { S: 'order-7' } },
    ConditionExpression: 'attribute_not_exists(id) OR #state = :free OR (#state = :sending AND #at < :settled)',
    ExpressionAttributeValues: { ':settled': { N: String(now - settleSeconds * 1000) } },
  });
});

test('a mail somebody claimed a moment ago is unclear, one that was sent is done [messaging-email-send]', async () => {
  dynamodb.on(UpdateItemCommand).rejects(denied({ state: { S: 'sending' }, claimedBy: { S: 'other' } }));
  await expect(ledger.claim('order-7')).resolves.toEqual({ is: 'unclear' });
  for (const state of ['sent', 'skipped']) {
    dynamodb.reset();
    dynamodb.on(UpdateItemCommand).rejects(denied({ state: { S: state }, claimedBy: { S: 'other' } }));
    await expect(ledger.claim('order-7')).resolves.toEqual({ is: 'done' });
  }
});

test('a claim whose answer was lost on the way is known again', async () => {
  dynamodb.on(UpdateItemCommand).callsFake(({ ExpressionAttributeValues: values }) => {
    throw denied({ state: { S: 'sending' }, claimedBy: values[':new_claimedBy'] });
  });
  await expect(ledger.claim('order-7')).resolves.toMatchObject({ is: 'mine' });
});

test('word of a mail that is settled already, or of none, changes nothing', async () => {
  dynamodb.on(UpdateItemCommand).rejects(denied());
  await expect(ledger.settle('order-7', 'sent')).resolves.toBeUndefined();
  await expect(ledger.release('order-7', 'me')).resolves.toBeUndefined();
});

test('a table that cannot be reached is an error', async () => {
  dynamodb.on(UpdateItemCommand).rejects(new Error('down'));
  await expect(ledger.claim('order-7')).rejects.toThrow('down');
  await expect(ledger.settle('order-7', 'sent')).rejects.toThrow('down');
});
