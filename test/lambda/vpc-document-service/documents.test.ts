import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import type { BalancerRequest } from '../../../lambda/shared/balancer';
import { Problem } from '../../../lambda/shared/problem';
import { SharedFolder } from '../../../lambda/shared/shared-folder';
import { DocumentIndex } from '../../../lambda/vpc-document-service/document-index';
import { keep, look, type Shelves } from '../../../lambda/vpc-document-service/documents';
import { maximumBytes } from '../../../lambda/vpc-document-service/environment';

const now = new Date('2026-01-02T03:04:05Z');
const table = mockClient(DynamoDBDocumentClient);
let root: string;
/** Each has a view of its own of the same folder, as functions have. */
const shelves = (): Shelves => ({
  folder: new SharedFolder(root),
  index: new DocumentIndex(new DynamoDBClient({ region: 'eu-west-1' }), 'index'),
});
const request = (also: Partial<BalancerRequest> = {}): BalancerRequest => ({
  method: 'PUT',
  path: '/documents/plan.txt',
  headers: { 'content-type': ['text/plain'] },
  query: {},
  body: Buffer.from('hello'),
  ...also,
});

/** What the table holds, by name. */
let kept: Map<string, Record<string, unknown>>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'documents-'));
  kept = new Map();
  table.reset();
  table.on(PutCommand).callsFake(({ Item }: { Item: Record<string, unknown> }) => {
    const before = kept.get(Item.name as string);
    kept.set(Item.name as string, Item);
    return { ...(before && { Attributes: before }) };
  });
  table.on(GetCommand).callsFake(({ Key }: { Key: { name: string } }) => ({ Item: kept.get(Key.name) }));
});
afterEach(() => rm(root, { recursive: true }));

describe('documents', () => {
  test('what one function keeps another gives back, byte for byte [serverless-efs]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
        const body = Buffer.from(bytes);
        await keep(request({ body }), shelves(), now);
        const answer = await look(request({ method: 'GET' }), shelves());
        expect(answer.body).toEqual(body);
      }),
      { numRuns: 30 },
    );
  });

  test('a new one is 201, a new version of it 200, and both tell what was kept', async () => {
    const first = await keep(request(), shelves(), now);
    const second = await keep(request({ body: Buffer.from('other') }), shelves(), now);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(JSON.parse(first.body as string)).toEqual({
      name: 'plan.txt',
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      bytes: 5,
      type: 'text/plain',
      keptAt: '2026-01-02T03:04:05.000Z',
    });
    // The old version stays a file of its own, so that whoever reads it meanwhile reads it to its end.
    expect(await readdir(root)).toHaveLength(2);
  });

  test('the same request twice leaves one file and one name', async () => {
    await keep(request(), shelves(), now);
    await keep(request(), shelves(), now);
    expect([await readdir(root), kept.size]).toEqual([[expect.any(String)], 1]);
  });

  test('a name is written only once its bytes are there', async () => {
    const order: string[] = [];
    table.on(PutCommand).callsFake(async ({ Item }: { Item: { sha256: string } }) => {
      order.push(`name, file of ${(await stat(join(root, Item.sha256))).size} bytes`);
      return {};
    });
    await keep(request(), shelves(), now);
    expect(order).toEqual(['name, file of 5 bytes']);
  });

  test('is given as a file, with a tag that spares sending it again', async () => {
    await keep(request({ headers: { 'content-type': ['text/html; charset=utf-8'] } }), shelves(), now);
    const { headers } = await look(request({ method: 'GET' }), shelves());
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    });
    const again = await look(request({ headers: { 'if-none-match': [headers!.etag] } }), shelves());
    expect(again).toEqual({ status: 304, headers: { etag: headers!.etag }, body: '' });
  });

  test.each<[string, Partial<BalancerRequest>, number, string]>([
    ['a folder', { path: '/documents/a/b' }, 400, 'name one document, such as /documents/plan.txt'],
    ['a name that leads out', { path: '/documents/..%2fsecret' }, 400, 'name one document'],
    ['a hidden name', { path: '/documents/.hidden' }, 400, 'name one document'],
    ['nothing', { body: Buffer.alloc(0) }, 400, 'it is empty'],
    [
      'no media type',
      { headers: { 'content-type': ['<b>'] } },
      400,
      'it is "<b>"; give a media type, such as text/plain',
    ],
    ['too much', { body: Buffer.alloc(maximumBytes + 1) }, 413, '700001 bytes; 700000 are kept at most'],
  ])('%s is refused, and nothing is kept', async (_, also, status, words) => {
    const failure = await keep(request(also), shelves(), now).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect((failure as Problem).status).toBe(status);
    expect(JSON.stringify((failure as Problem).document('id'))).toContain(JSON.stringify(words).slice(1, -1));
    expect([await readdir(root), table.calls()]).toEqual([[], []]);
  });

  test('the largest that is kept can be given back within the megabyte that a balancer takes', async () => {
    await keep(request({ body: Buffer.alloc(maximumBytes, 255) }), shelves(), now);
    const { body } = await look(request({ method: 'GET' }), shelves());
    expect((body as Buffer).toString('base64').length).toBeLessThan(1_000_000 - 10_000);
  });

  test('what there is none of is 404, and a name without its file is a fault of ours', async () => {
    await expect(look(request(), shelves())).rejects.toMatchObject({
      status: 404,
      message: 'There is no document plan.txt.',
    });
    kept.set('plan.txt', { name: 'plan.txt', sha256: 'gone', bytes: 1, type: 'text/plain', keptAt: '' });
    await expect(look(request(), shelves())).rejects.toThrow('the index has plan.txt, but there is no file gone');
  });

  test('are listed by name, page by page', async () => {
    const plan = { name: 'plan.txt', sha256: 'a', bytes: 1, type: 'text/plain', keptAt: 'now' };
    table
      .on(QueryCommand)
      .resolves({ Items: [{ shelf: 'documents', ...plan }], LastEvaluatedKey: { name: 'plan.txt' } });
    const answer = await look(request({ path: '/documents', query: { limit: ['1'], after: ['a.txt'] } }), shelves());
    expect(JSON.parse(answer.body as string)).toEqual({ documents: [plan], next: 'plan.txt' });
    expect(table.commandCalls(QueryCommand)[0].args[0].input).toMatchObject({
      Limit: 1,
      ExclusiveStartKey: { shelf: 'documents', name: 'a.txt' },
    });
    const wrong: Record<string, string[]>[] = [
      { limit: ['0'] },
      { limit: ['101'] },
      { limit: ['x'] },
      { after: ['..'] },
    ];
    for (const query of wrong)
      await expect(look(request({ path: '/documents', query }), shelves())).rejects.toMatchObject({ status: 400 });
  });
});
