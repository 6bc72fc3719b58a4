import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { longestNote } from '../../../lambda/two-region-front-door/environment';
import { textIn } from '../../../lambda/two-region-front-door/note';
import { batchOf } from '../../support/sqs-batch';

const dynamodb = mockClient(DynamoDBClient);
const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 10_000 } as Context;

let handler: (event: SQSEvent, run: Context) => Promise<{ batchItemFailures: readonly { itemIdentifier: string }[] }>;
beforeAll(() => {
  Object.assign(process.env, { NOTES_TABLE: 'notes', AWS_REGION: 'eu-west-1' });
  ({ handler } = require('../../../lambda/two-region-front-door/keep'));
});
beforeEach(() => {
  dynamodb.reset();
  jest.spyOn(console, 'error').mockImplementation();
});

const batch = (...bodies: readonly string[]) => batchOf('notes', bodies);

test('a message becomes a note of this Region, named by its time and its id', async () => {
  expect(await handler(batch('{"text":"hello"}'), context)).toEqual({ batchItemFailures: [] });
  expect(dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input)).toEqual([
    {
      TableName: 'notes',
      ConditionExpression: 'attribute_not_exists(id)',
      Item: {
        board: { S: 'notes' },
        id: { S: '2026-09-21T14:13:20.000Z m-0' },
        text: { S: 'hello' },
        at: { S: '2026-09-21T14:13:20.000Z' },
        by: { S: 'eu-west-1' },
      },
    },
  ]);
});

test('the same message again changes nothing and is done', async () => {
  dynamodb.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'there', $metadata: {} }));
  expect(await handler(batch('{"text":"hello"}'), context)).toEqual({ batchItemFailures: [] });
});

test('what cannot be written, and what is no note, comes back alone', async () => {
  dynamodb.on(PutItemCommand).resolvesOnce({}).rejects(new Error('throttled'));
  const { batchItemFailures } = await handler(batch('{"text":"a"}', '{"text":""}', '{"text":"b"}'), context);
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }]);
});

test('a text of any kind is read as it was written, up to its longest', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: longestNote }), (text) => {
      expect(textIn(JSON.stringify({ text }))).toBe(text);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['no object', '"text"'],
  ['no text', '{}'],
  ['an empty text', '{"text":""}'],
  ['a text that is too long', JSON.stringify({ text: 'x'.repeat(longestNote + 1) })],
  ['more than a text', '{"text":"a","by":"me"}'],
])('%s is refused, and the log says why', (_, body) => {
  expect(() => textIn(body)).toThrow(/^no note: /);
});
