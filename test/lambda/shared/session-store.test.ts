import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { SessionTableStore } from '../../../lambda/shared/session-store';

const documents = mockClient(DynamoDBDocumentClient);
const store = new SessionTableStore(new DynamoDBClient({}), 'Sessions');
const kept = { session: 'hash', values: { a: '1' }, version: 1, expiresAt: 1_800_000_000 };
const changed = (item?: object) =>
  new ConditionalCheckFailedException({ message: 'no', $metadata: {}, ...(item && { Item: item as never }) });
const stored = {
  session: { S: 'hash' },
  values: { M: { a: { S: '1' } } },
  version: { N: '1' },
  expiresAt: { N: '1800000000' },
};

beforeEach(() => documents.reset());

describe('SessionTableStore', () => {
  test('reads what was written a moment ago', async () => {
    documents.on(GetCommand).resolves({ Item: kept });
    expect(await store.get('hash')).toEqual(kept);
    expect(documents.commandCalls(GetCommand)[0].args[0].input).toEqual({
      TableName: 'Sessions',
      Key: { session: 'hash' },
      ConsistentRead: true,
    });
  });

  test('writes the first version where nothing is, and every other over the one before [compute-external-sessions]', async () => {
    documents.on(PutCommand).resolves({});
    expect(await store.put(kept)).toBe(true);
    expect(await store.put({ ...kept, version: 7 })).toBe(true);
    expect(documents.commandCalls(PutCommand).map(({ args }) => args[0].input)).toMatchObject([
      { Item: kept, ConditionExpression: 'attribute_not_exists(#session)' },
      { ConditionExpression: '#version = :version', ExpressionAttributeValues: { ':version': 6 } },
    ]);
  });

  test('says so when another wrote first, and passes on what else goes wrong [compute-external-sessions]', async () => {
    documents.on(PutCommand).rejects(changed({ ...stored, values: { M: {} } }));
    expect(await store.put(kept)).toBe(false);
    documents.on(PutCommand).rejects(new Error('throttled'));
    await expect(store.put(kept)).rejects.toThrow('throttled');
  });

  test('knows its own write again when the answer to it was lost', async () => {
    documents.on(PutCommand).rejects(changed(stored));
    expect(await store.put(kept)).toBe(true);
    documents.on(PutCommand).rejects(changed({ ...stored, successor: { S: 'mine' } }));
    expect(await store.put({ ...kept, successor: 'mine' })).toBe(true);
    expect(await store.put({ ...kept, successor: 'of another' })).toBe(false);
  });

  test('removes whatever there is [compute-external-sessions]', async () => {
    documents.on(DeleteCommand).resolves({});
    await store.remove('hash');
    expect(documents.commandCalls(DeleteCommand)[0].args[0].input).toEqual({
      TableName: 'Sessions',
      Key: { session: 'hash' },
    });
  });
});
