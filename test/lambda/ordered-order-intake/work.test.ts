import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { freshHandler } from '../../support/fresh-handler';
import { Output } from '../../support/output';

const { DynamoDBClient, ProvisionedThroughputExceededException, UpdateItemCommand } = dynamodb;
const table = mockClient(DynamoDBClient);
const output = new Output();
const work: (event: SQSEvent) => Promise<SQSBatchResponse> = freshHandler('ordered-order-intake/work', {
  environment: { ORDERS_TABLE: 'the-orders', MOST_PIECES: '100' },
  modules: { '@aws-sdk/client-dynamodb': dynamodb },
});
beforeEach(() => {
  table.reset();
  table.on(UpdateItemCommand).resolves({});
  output.listen();
});

/** Messages as a FIFO queue hands them to Lambda; recorded, with the bodies put in. */
const received = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, i) => ({
    messageId: `m-${i}`,
    receiptHandle: 'AQEB',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1764320400000',
      SequenceNumber: `1889${i}`,
      MessageGroupId: 'ada',
      SenderId: 'AIDAISMY7JYY5F7RTT6AO',
      MessageDeduplicationId: `d-${i}`,
      ApproximateFirstReceiveTimestamp: '1764320400005',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:intake.fifo',
    awsRegion: 'eu-west-1',
  })),
});
const placed = (quantity: number) =>
  JSON.stringify({ customer: 'ada', order: 'o-1', number: 1, happened: 'placed', lines: [{ sku: 'A', quantity }] });
const failed = async (...bodies: string[]) =>
  (await work(received(...bodies))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

test('writes down what happened', async () => {
  expect(await failed(placed(100))).toEqual([]);
  expect(table.commandCalls(UpdateItemCommand)).toHaveLength(1);
});

test.each([
  ['too many pieces', placed(101), '101 pieces are more than the 100 that are taken without a person'],
  ['what is not JSON', '{', 'this is not JSON'],
  [
    'what is no event',
    '{"happened":"placed"}',
    /^this is nothing that happens to an order: customer: .*; order: .*; number: .*; lines: /,
  ],
])('%s is refused, with the reason in the log, and nothing is written', async (_, body, reason) => {
  expect(await failed(body)).toEqual(['m-0']);
  const [line] = output.logs.filter(({ message }) => message === 'message refused');
  expect(line.reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  expect(table.commandCalls(UpdateItemCommand)).toEqual([]);
});

test('what comes behind a failure in its group is handed back unworked [messaging-queue-fifo]', async () => {
  table
    .on(UpdateItemCommand)
    .rejectsOnce(new ProvisionedThroughputExceededException({ message: 'busy', $metadata: {} }));
  expect(await failed(placed(1), placed(2))).toEqual(['m-0', 'm-1']);
  expect(table.commandCalls(UpdateItemCommand)).toHaveLength(1);
});
