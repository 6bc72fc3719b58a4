import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { readLines, readObject, readRange } from '../../../tools/objects/read';
import { changeClass, stateOf } from '../../../tools/objects/state';
import { bytes, upload } from '../../../tools/objects/upload';
import { versionsOf } from '../../../tools/objects/versions';
import { S3Server } from '../../support/s3-server';

const here = { bucket: 'b', key: 'a' };
let server: S3Server;
let s3: S3Client;
beforeEach(async () => {
  server = new S3Server();
  s3 = await server.start();
});
afterEach(() => server.stop());

// A hundred cuts over HTTP take their time on a busy machine.
jest.setTimeout(60_000);

describe('a range', () => {
  test('is all that is asked for and all that comes [storage-range-read]', async () => {
    server.put('a', '0123456789');
    const { content, size } = await readRange(s3, here, 2, 5);
    expect([Buffer.from(content).toString(), size]).toEqual(['234', 10]);
    expect(server.seen.map(({ headers }) => headers.range)).toEqual(['bytes=2-4']);
  });

  test.each([
    [5, 5],
    [-1, 5],
    [0, 1.5],
  ])('fails when it is %d to %d', async (from, to) => {
    await expect(readRange(s3, here, from, to)).rejects.toThrow(
      `the bytes are ${from} to ${to}; give whole numbers, the second above the first`,
    );
  });

  test('of lines gives each line once, whole, however it is cut [storage-range-read]', async () => {
    const line = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\n\r]/g, ' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (lines, step) => {
          server.versions = [];
          const { body } = server.put('a', lines.map((text) => `${text}\n`).join(''));
          const found: string[] = [];
          for (let from = 0; from < body.length; from += step)
            found.push(...(await readLines(s3, here, from, from + step)));
          expect(found).toEqual(lines);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('of lines reads on to the end of the last one, even without a newline', async () => {
    server.put('a', `first\n${'x'.repeat(70_000)}`);
    expect(await readLines(s3, here, 0, 8)).toEqual(['first', 'x'.repeat(70_000)]);
    expect(await readLines(s3, here, 8, 20)).toEqual([]);
  });
});

describe('an archived object', () => {
  test('cannot be read before it is restored, and the message says so [storage-class-deep-archive]', async () => {
    for (const storageClass of ['DEEP_ARCHIVE', 'GLACIER']) {
      server.put('a', 'x', { storageClass });
      await expect(readObject(s3, here)).rejects.toThrow(
        's3://b/a lies in an archive; restore it first: groundplan objects restore',
      );
    }
  });
});

describe('a bucket whose readers pay', () => {
  test('answers only those who say that they do, and are somebody [storage-requester-pays-client]', async () => {
    server.put('a', 'x');
    server.payer = 'Requester';
    const paying = { ...here, requesterPays: true };
    await expect(readObject(s3, here)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await readObject(s3, paying)).content.length).toBe(1);
    expect(await stateOf(s3, paying)).toMatchObject({ ContentLength: 1 });
    expect(await versionsOf(s3, paying)).toHaveLength(1);
    expect(server.seen.map(({ headers }) => headers['x-amz-request-payer'])).toEqual([
      undefined,
      'requester',
      'requester',
      'requester',
    ]);
    const anonymous = server.client({ signer: { sign: (request: unknown) => Promise.resolve(request) } });
    await expect(readObject(anonymous, paying)).rejects.toThrow('Anonymous users cannot pay');
  });
});

describe('a key that the caller brings', () => {
  const callerKey = Buffer.alloc(32, 7);
  const other = Buffer.alloc(32, 8);

  test('comes with every write and read, and another or none is refused [storage-sse-c]', async () => {
    const locked = { ...here, callerKey };
    await upload(s3, locked, bytes(Buffer.from('secret')));
    expect(Buffer.from((await readObject(s3, locked)).content).toString()).toBe('secret');
    for (const { headers } of server.seen)
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        'x-amz-server-side-encryption-customer-key': callerKey.toString('base64'),
        'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(callerKey).digest('base64'),
      });
    await expect(readObject(s3, here)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(readObject(s3, { ...here, callerKey: other })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('comes with every part too [storage-sse-c]', async () => {
    const large = { size: 100_000_000, read: () => Promise.resolve(Buffer.from('x')) };
    await upload(s3, { ...here, callerKey }, large);
    const parts = server.requests('PUT', 'partNumber');
    expect(parts).toHaveLength(20);
    for (const { headers } of parts) expect(headers['x-amz-server-side-encryption-customer-algorithm']).toBe('AES256');
  });

  test('is told twice where an object is copied onto itself, to read it and to write it [storage-sse-c]', async () => {
    await upload(s3, { ...here, callerKey }, bytes(Buffer.from('x')));
    await changeClass(s3, { ...here, callerKey }, 'GLACIER_IR', true);
    const { headers } = server.seen.at(-1)!;
    const key = callerKey.toString('base64');
    expect(headers['x-amz-server-side-encryption-customer-key']).toBe(key);
    expect(headers['x-amz-copy-source-server-side-encryption-customer-key']).toBe(key);
  });

  test('fails when it is not 32 bytes, or would go over plain HTTP [storage-sse-c]', async () => {
    await expect(readObject(s3, { ...here, callerKey: Buffer.alloc(16) })).rejects.toThrow(
      'the key has 16 bytes; give 32, as openssl rand -out key 32 makes them',
    );
    const plain = server.client({ endpoint: 'http://s3.example.com' });
    await expect(readObject(plain, { ...here, callerKey })).rejects.toThrow(
      'the key would go to s3.example.com over plain HTTP; use an endpoint that begins with https://',
    );
    expect(server.seen).toEqual([]);
  });
});
