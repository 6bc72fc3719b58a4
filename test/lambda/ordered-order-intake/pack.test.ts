import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { freshHandler } from '../../support/fresh-handler';
import { Output } from '../../support/output';

const { ConditionalCheckFailedException, DynamoDBClient, ProvisionedThroughputExceededException, UpdateItemCommand } =
  dynamodb;
const table = mockClient(DynamoDBClient);
const output = new Output();
const pack: (event: SQSEvent) => Promise<SQSBatchResponse> = freshHandler('ordered-order-intake/pack', {
  environment: { PARCELS_TABLE: 'the-parcels' },
  modules: { '@aws-sdk/client-dynamodb': dynamodb },
});
beforeEach(() => {
  table.reset();
  table.on(UpdateItemCommand).resolves({});
  output.listen();
});

/** What a pipe sends to a FIFO queue, as Lambda hands it on; recorded, with the body put in. */
const told = (body: string): SQSEvent => ({
  Records: [
    {
      messageId: 'm-0',
      receiptHandle: 'AQEB',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1764320400000',
        SequenceNumber: '18897',
        MessageGroupId: 'ada',
        SenderId: 'AROAIENUXAMPLE:4d5b1b6e',
        MessageDeduplicationId: 'c81e728d9d4c2f636f067f89cc14862c',
        ApproximateFirstReceiveTimestamp: '1764320400005',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:parcels.fifo',
      awsRegion: 'eu-west-1',
    },
  ],
});
const change = (more: object = {}) =>
  JSON.stringify({ customer: 'ada', order: 'o-1', number: '2', status: 'changed', ...more });
const failures = async (body: string) => (await pack(told(body))).batchItemFailures.length;

test.each([
  ['placed', 'pack'],
  ['changed', 'repack'],
  ['cancelled', 'put back'],
])('an order that is %s: %s, unless a later change was taken already', async (status, todo) => {
  expect(await failures(change({ status }))).toBe(0);
  expect(table.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)).toEqual([
    {
      TableName: 'the-parcels',
      Key: { customer: { S: 'ada' }, order: { S: 'o-1' } },
      UpdateExpression: 'SET #number = :number, todo = :todo',
      ConditionExpression: 'attribute_not_exists(#number) OR #number < :number',
      ExpressionAttributeNames: { '#number': 'number' },
      ExpressionAttributeValues: { ':number': { N: '2' }, ':todo': { S: todo } },
    },
  ]);
});

test('what was taken already is done; what the table does not take now comes back', async () => {
  table
    .on(UpdateItemCommand)
    .rejectsOnce(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }))
    .rejects(new ProvisionedThroughputExceededException({ message: 'busy', $metadata: {} }));
  expect(await failures(change())).toBe(0);
  expect(output.logs.map(({ message }) => message)).toContain('taken before');
  expect(await failures(change())).toBe(1);
});

test.each([
  ['what is not JSON', '{', 'this is not JSON'],
  ['a number that is none', change({ number: '0' }), /^this does not say how an order stands: number: give a whole/],
  ['a status nobody knows', change({ status: 'shipped' }), /^this does not say how an order stands: status: /],
  ['more than packing needs to know', change({ note: 'ring' }), /^this does not say how an order stands: message: /],
])('%s is refused, with the reason in the log, and nothing is written', async (_, body, reason) => {
  expect(await failures(body)).toBe(1);
  const [line] = output.logs.filter(({ message }) => message === 'message refused');
  expect(line.reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  expect(table.commandCalls(UpdateItemCommand)).toEqual([]);
});
