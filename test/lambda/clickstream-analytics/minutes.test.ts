import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { aClick, context, recordOf } from './clicks';
import { handler } from '../../../lambda/clickstream-analytics/minutes';

const dynamodb = mockClient(DynamoDBClient);
/** The sets of the table, as ADD makes them. */
const sets = new Map<string, Set<string>>();

beforeEach(() => {
  dynamodb.reset();
  sets.clear();
  dynamodb.on(UpdateItemCommand).callsFake(async ({ Key, ExpressionAttributeValues, UpdateExpression }) => {
    expect(UpdateExpression).toBe('ADD clicks :ids SET expiresAt = :expiry');
    const name = `${Key.id.S} ${Key.at.S}`;
    sets.set(name, new Set([...(sets.get(name) ?? []), ...ExpressionAttributeValues[':ids'].SS]));
  });
});

const counts = () => Object.fromEntries([...sets].map(([name, { size }]) => [name, size]));
const run = (...data: unknown[]) => handler({ Records: data.map((each) => recordOf(each)) }, context);

describe('the minute counter', () => {
  test('counts clicks by page and minute, with one write for each [serverless-stream-processing]', async () => {
    const clicks = [
      aClick({ id: 'click-0001' }),
      aClick({ id: 'click-0002', page: '/shop?from=mail' }),
      aClick({ id: 'click-0003', page: '/help' }),
      aClick({ id: 'click-0004', at: '2026-11-28T10:16:00Z' }),
    ];
    expect(await run(...clicks)).toEqual({ batchItemFailures: [] });
    expect(counts()).toEqual({
      '/shop 2026-11-28T10:15': 2,
      '/help 2026-11-28T10:15': 1,
      '/shop 2026-11-28T10:16': 1,
    });
    expect(dynamodb.commandCalls(UpdateItemCommand)).toHaveLength(3);
  });

  test('the same batch again, and the same click in two records, change nothing [serverless-stream-processing]', async () => {
    const clicks = [aClick({ id: 'click-0001' }), aClick({ id: 'click-0002' }), aClick({ id: 'click-0001' })];
    await run(...clicks);
    await run(...clicks);
    expect(counts()).toEqual({ '/shop 2026-11-28T10:15': 2 });
  });

  test('stops at a record that is no click, and counts what stands before it [serverless-stream-processing, serverless-partial-batch]', async () => {
    const records = [aClick({ id: 'click-0001' }), 'poison', aClick({ id: 'click-0002' })].map((each) =>
      recordOf(each),
    );
    expect(await handler({ Records: records }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1].kinesis.sequenceNumber }],
    });
    expect(counts()).toEqual({ '/shop 2026-11-28T10:15': 1 });
  });

  test('fails as a whole when the table cannot be written, so that all comes again', async () => {
    dynamodb.on(UpdateItemCommand).rejects(new Error('down'));
    await expect(run(aClick())).rejects.toThrow('down');
  });

  test('items go after thirty days, and ids in them are short whatever pages send', async () => {
    await run(aClick({ id: 'x'.repeat(64) }));
    const { ExpressionAttributeValues: values } = dynamodb.commandCalls(UpdateItemCommand)[0].args[0].input;
    expect(Number(values![':expiry'].N) - Date.now() / 1000).toBeGreaterThan(29 * 86_400);
    expect(values![':ids'].SS![0]).toHaveLength(12);
  });
});
