import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BucketShelf } from '../../../lambda/application-evolution/bucket-shelf';
import { Catalogue } from '../../../lambda/application-evolution/catalogue';
import { DiskShelf } from '../../../lambda/application-evolution/disk-shelf';
import { s3Error } from '../../support/fake-bucket';

describe('a folder of a bucket', () => {
  const s3 = mockClient(S3Client);
  const shelf = new BucketShelf<{ text: string }>(new S3Client({}), 'the-bucket', 'documents/');
  beforeEach(() => s3.reset());

  test('keeps a thing under its id and gives it back', async () => {
    await shelf.put('note-1', { text: 'a' });
    expect(s3.commandCalls(PutObjectCommand)[0].args[0].input).toEqual({
      Bucket: 'the-bucket',
      Key: 'documents/note-1',
      Body: '{"text":"a"}',
      ContentType: 'application/json',
    });
    const Body = { transformToString: () => Promise.resolve('{"text":"a"}') } as never;
    s3.on(GetObjectCommand, { Bucket: 'the-bucket', Key: 'documents/note-1' }).resolves({ Body });
    expect(await shelf.get('note-1')).toEqual({ text: 'a' });
  });

  test('tells what is not there from what cannot be had', async () => {
    s3.on(GetObjectCommand).rejectsOnce(s3Error('NoSuchKey', 404)).rejectsOnce(s3Error('AccessDenied', 403));
    expect(await shelf.get('note-1')).toBeUndefined();
    await expect(shelf.get('note-1')).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
  });

  test('lists from where a page ended', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'documents/b' }, { Key: 'documents/c' }] });
    expect(await shelf.list('a')).toEqual(['b', 'c']);
    await shelf.list('');
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input.StartAfter)).toEqual([
      'documents/a',
      undefined,
    ]);
  });
});

describe('a folder of a disk', () => {
  test('leaves out what is half written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shelf-'));
    const shelf = new DiskShelf<number>(folder);
    await shelf.put('whole', 1);
    writeFileSync(join(folder, '.draft'), '{');
    expect([await shelf.list(''), readdirSync(folder).sort()]).toEqual([['whole'], ['.draft', 'whole.json']]);
  });

  test('does not take a disk that cannot be read for one without the thing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shelf-'));
    writeFileSync(join(folder, 'broken.json'), '{');
    await expect(new DiskShelf(folder).get('broken')).rejects.toThrow(SyntaxError);
  });
});

describe('a table of what there is', () => {
  const dynamodb = mockClient(DynamoDBClient);
  const catalogue = new Catalogue(new DynamoDBClient({}), 'the-table');

  test('holds ids and names, and no text', async () => {
    await catalogue.add({ id: 'note-0123456789ab', name: 'note', text: 'secret' });
    expect(dynamodb.commandCalls(PutItemCommand)[0].args[0].input).toEqual({
      TableName: 'the-table',
      Item: { shelf: { S: 'documents' }, id: { S: 'note-0123456789ab' }, name: { S: 'note' } },
    });
  });

  test('lists from where a page ended', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: [{ id: { S: 'b' } }] });
    expect(await catalogue.list('a')).toEqual(['b']);
    await catalogue.list('');
    const after = dynamodb
      .commandCalls(QueryCommand)
      .map(({ args }) => args[0].input.ExpressionAttributeValues![':after']);
    expect(after).toEqual([{ S: 'a' }, { S: ' ' }]);
  });
});
