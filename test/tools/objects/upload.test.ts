import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { planParts } from '../../../tools/objects/plan-parts';
import { bytes, file, upload, type Source } from '../../../tools/objects/upload';
import { changeClass } from '../../../tools/objects/state';
import { S3Server, type SeenRequest } from '../../support/s3-server';

const here = { bucket: 'b', key: 'a' };
/** Large enough for twenty parts; what is sent of each is where it begins, so that nobody waits for 100 MB. */
const large: Source = { size: 100_000_000, read: (from) => Promise.resolve(Buffer.from(`${from} `)) };
let server: S3Server;
let s3: S3Client;
beforeEach(async () => {
  server = new S3Server();
  s3 = await server.start();
});
afterEach(() => server.stop());

const partNumber = ({ query }: SeenRequest) => Number(query.get('partNumber'));

describe('an object below 100 MB', () => {
  test('is sent as one piece, and after a broken line from its first byte [storage-single-put]', async () => {
    let broken = 0;
    server.mishap = () => (broken++ === 0 ? 'drop' : undefined);
    expect(await upload(s3, here, bytes(Buffer.from('hello')))).toEqual({ parts: 1, version: expect.any(String) });
    expect(server.seen.map(({ method, query, body }) => [method, query.has('uploadId'), body.toString()])).toEqual([
      ['PUT', false, 'hello'],
      ['PUT', false, 'hello'],
    ]);
    expect(server.versions.map(({ body }) => body.toString())).toEqual(['hello']);
  });

  test('is read from a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'groundplan-')), 'file');
    writeFileSync(path, 'from a file');
    const source = await file(path);
    await upload(s3, here, source);
    expect(Buffer.from(await source.read(5, 11)).toString()).toBe('a file');
    await source.close!();
    expect(server.versions[0].body.toString()).toBe('from a file');
  });
});

describe('an object from 100 MB on', () => {
  test('is sent in parts, of which only the failed one is sent again [storage-multipart-plan]', async () => {
    let failures = 0;
    server.mishap = (request) => (partNumber(request) === 3 && failures++ < 2 ? 'busy' : undefined);
    const done: number[] = [];
    const uploaded = await upload(s3, here, large, { onPart: ({ number }) => done.push(number) });
    expect(uploaded.parts).toBe(20);
    const sent = server.requests('PUT', 'partNumber').map(partNumber);
    expect(sent.filter((number) => number === 3)).toHaveLength(3);
    expect(sent).toHaveLength(22);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const begins = planParts(large.size).map(({ from }) => `${from} `);
    expect(server.versions[0].body.toString()).toBe(begins.join(''));
  });

  test('leaves no parts behind when one fails for good [storage-multipart-plan]', async () => {
    server.mishap = (request) => (partNumber(request) === 3 ? 'busy' : undefined);
    await expect(upload(s3, here, large)).rejects.toThrow(
      's3://b/a was not uploaded, and its parts are gone: Please reduce your request rate.',
    );
    expect(server.requests('DELETE', 'uploadId')).toHaveLength(1);
    expect([...server.uploads]).toEqual([]);
    expect(server.versions).toEqual([]);
    // The others are not begun any more, and nothing arrives after the abort.
    expect(new Set(server.requests('PUT', 'partNumber').map(partNumber)).size).toBeLessThan(20);
    expect(server.seen.at(-1)!.method).toBe('DELETE');
  });

  test('says why it failed, and how to end it, when it cannot be ended either [storage-multipart-plan]', async () => {
    server.mishap = (request) =>
      partNumber(request) === 3 || (request.method === 'DELETE' && request.query.has('uploadId')) ? 'busy' : undefined;
    const busy = 'Please reduce your request rate.';
    const failed = upload(s3, here, large).catch((error: unknown) => (error as Error).message);
    const message = await failed;
    const [id] = server.uploads.keys();
    expect(message).toBe(
      `s3://b/a was not uploaded, and its parts may still be there and billed (${busy}); take them away by aws s3api abort-multipart-upload --bucket b --key 'a' --upload-id ${id}: ${busy}`,
    );
  });
});

describe('the class of an object', () => {
  test('is chosen with the upload, and not said when it is Standard [storage-class-per-object]', async () => {
    await upload(s3, here, bytes(Buffer.from('x')), { storageClass: 'GLACIER_IR' });
    await upload(s3, here, bytes(Buffer.from('x')));
    expect(server.seen.map(({ headers }) => headers['x-amz-storage-class'])).toEqual(['GLACIER_IR', undefined]);
    await upload(s3, here, large, { storageClass: 'STANDARD_IA' });
    expect(server.versions.map(({ storageClass }) => storageClass)).toEqual(['STANDARD_IA', 'STANDARD', 'GLACIER_IR']);
  });

  test('fails when there is none of that name, before anything is sent [storage-class-per-object]', async () => {
    await expect(upload(s3, here, bytes(Buffer.from('x')), { storageClass: 'COLD' })).rejects.toThrow(
      'the class is COLD; give one of STANDARD, STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE',
    );
    await expect(changeClass(s3, here, 'COLD', true)).rejects.toThrow('the class is COLD; give one of STANDARD,');
    expect(server.seen).toEqual([]);
  });

  test('is changed by a copy onto itself, if nobody wrote meanwhile [storage-class-per-object]', async () => {
    server.put('folder/a b', 'content', { storageClass: 'STANDARD_IA' });
    const there = { bucket: 'b', key: 'folder/a b' };
    expect(await changeClass(s3, there, 'STANDARD', false)).toEqual({
      from: 'STANDARD_IA',
      to: 'STANDARD',
      done: false,
    });
    expect(server.requests('PUT')).toEqual([]);
    expect(await changeClass(s3, there, 'STANDARD', true)).toEqual({ from: 'STANDARD_IA', to: 'STANDARD', done: true });
    expect(server.versions.map(({ storageClass, body }) => [storageClass, body.toString()])).toEqual([
      ['STANDARD', 'content'],
      ['STANDARD_IA', 'content'],
    ]);
    await expect(changeClass(s3, there, 'STANDARD', true)).rejects.toThrow('s3://b/folder/a b is in STANDARD already');
    server.mishap = ({ method }) => {
      if (method === 'PUT') server.versions[0] = { ...server.versions[0], body: Buffer.from('newer') };
      return undefined;
    };
    await expect(changeClass(s3, there, 'GLACIER_IR', true)).rejects.toThrow('preconditions');
  });

  test('fails to change when the object lies in an archive, until it is restored [storage-class-per-object]', async () => {
    const archived = server.put('a', 'x', { storageClass: 'GLACIER' });
    await expect(changeClass(s3, here, 'STANDARD', true)).rejects.toThrow(
      's3://b/a lies in an archive; restore it first: groundplan objects restore',
    );
    archived.restore = 'ongoing-request="false", expiry-date="Fri, 04 Dec 2026 00:00:00 GMT"';
    expect(await changeClass(s3, here, 'STANDARD', true)).toMatchObject({ done: true });
  });
});

describe('an upload that retains', () => {
  const now = new Date('2026-11-28T00:00:00Z');
  const until = (date: string) => ({ retain: { mode: 'GOVERNANCE' as const, until: new Date(date) } });

  test('says for how long, in which mode, and sends a checksum [storage-object-lock-default]', async () => {
    await upload(s3, here, bytes(Buffer.from('x')), until('2030-01-01T00:00:00Z'), now);
    expect(server.seen[0].headers).toMatchObject({
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': '2030-01-01T00:00:00Z',
      'x-amz-checksum-crc32': expect.any(String),
    });
  });

  test('fails when the date is over, before anything is sent [storage-object-lock-default]', async () => {
    await expect(upload(s3, here, bytes(Buffer.from('x')), until('2026-11-28T00:00:00Z'), now)).rejects.toThrow(
      'it would be retained until 2026-11-28T00:00:00.000Z, which is over; give a date to come',
    );
    expect(server.seen).toEqual([]);
  });
});
