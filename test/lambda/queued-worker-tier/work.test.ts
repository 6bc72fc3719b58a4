import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { Payloads } from '../../../lambda/payload-store/payloads';
import { pointerText } from '../../../lambda/payload-store/pointer';
import { analysed } from '../../../lambda/queued-worker-tier/analysis';
import { workMessage } from '../../../lambda/queued-worker-tier/work';
import { announced } from '../video-job-fanout/worker';

const s3 = mockClient(S3Client);
const client = new S3Client({});
const place = { s3: client, uploadBucket: 'uploads', reportBucket: 'reports' };
const payloads = new Payloads({ s3: client, sqs: new SQSClient({}), bucket: 'bodies', threshold: 1000 });
const never = new AbortController().signal;

const message = (body: string, attributes: Record<string, string> = {}) => ({
  id: 'm',
  receipt: 'r',
  body,
  receives: 1,
  attributes,
  payload: () => payloads.payloadOf(body, attributes),
});
const upload = (key: string, bucket = 'uploads') => message(JSON.stringify(announced(key, { bucket })));
const reports = () =>
  s3.commandCalls(PutObjectCommand).map(({ args }) => {
    const { Key, Body, Bucket, IfNoneMatch } = args[0].input;
    return { Bucket, Key, IfNoneMatch, report: JSON.parse(Body as string) };
  });

beforeEach(() => {
  s3.reset();
  s3.on(PutObjectCommand).resolves({});
  s3.on(GetObjectCommand).callsFake(() => ({
    Body: Readable.from([Buffer.from('one two\nthr'), Buffer.from('ee\n')]),
  }));
});

describe('the analysis of a document', () => {
  test('counts bytes, lines and words, and takes its fingerprint', async () => {
    const text = 'one two\n\n three';
    expect(await analysed(Readable.from([Buffer.from(text)]))).toEqual({
      bytes: 15,
      lines: 3,
      words: 3,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
    expect(await analysed(Readable.from([]))).toMatchObject({ bytes: 0, lines: 0, words: 0 });
  });

  test('is the same however the document is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 20 }), async (text, size) => {
        const whole = Buffer.from(text);
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
          whole.subarray(i * size, (i + 1) * size),
        );
        expect(await analysed(Readable.from(pieces))).toEqual(await analysed(Readable.from([whole])));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a message', () => {
  test('of S3 holds only where the document is; the worker reads it there and writes a report [messaging-worker-tier]', async () => {
    const keys = await workMessage(upload('documents/notes/a b.txt'), place, never);
    expect(s3.commandCalls(GetObjectCommand)[0].args[0].input).toEqual({
      Bucket: 'uploads',
      Key: 'documents/notes/a b.txt',
    });
    const sha256 = createHash('sha256').update('one two\nthree\n').digest('hex');
    expect(reports()).toEqual([
      {
        Bucket: 'reports',
        Key: `notes/a b.txt/${sha256.slice(0, 16)}.json`,
        IfNoneMatch: '*',
        report: { schema: 1, document: 'notes/a b.txt', bytes: 14, lines: 2, words: 3, sha256 },
      },
    ]);
    expect(keys).toEqual([reports()[0].Key]);
  });

  test('that carries its document is worked from its body, wherever that lies [messaging-large-payload]', async () => {
    await workMessage(message('one two\n', { document: 'a.txt' }), place, never);
    expect(reports()[0].report).toMatchObject({ document: 'a.txt', words: 2 });
    s3.on(GetObjectCommand).callsFake(() => ({ ContentLength: 6, Body: Readable.from([Buffer.from('x y z\n')]) }));
    const pointer = pointerText({ bucket: 'bodies', key: 'payloads/6f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f' });
    await workMessage(message(pointer, { document: 'b.txt', ExtendedPayloadSize: '6' }), place, never);
    expect(reports()[1].report).toMatchObject({ document: 'b.txt', words: 3 });
  });

  test('that comes twice changes nothing the second time', async () => {
    s3.on(PutObjectCommand)
      .resolvesOnce({})
      .rejectsOnce(Object.assign(new Error('there already'), { name: 'PreconditionFailed' }));
    const one = await workMessage(upload('documents/a'), place, never);
    expect(await workMessage(upload('documents/a'), place, never)).toEqual(one);
  });

  test('whose body is gone is a copy of one that was worked; there is nothing left to do [messaging-large-payload]', async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'gone', $metadata: {} }));
    const pointer = pointerText({ bucket: 'bodies', key: 'payloads/6f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f' });
    const copy = message(pointer, { document: 'b.txt', ExtendedPayloadSize: '6' });
    expect(await workMessage(copy, place, never)).toEqual([]);
  });

  test('by which S3 only tries whether it may is no job', async () => {
    expect(await workMessage(message('{"Event": "s3:TestEvent"}'), place, never)).toEqual([]);
  });

  test.each([
    [message('hello'), 'neither a document that was sent nor an event of S3: not JSON'],
    [message('{"a": 1}'), 'not an S3 event of a new object: Records'],
    [upload('documents/a', 'others'), 'the document is in others, not in uploads'],
    [upload('secrets/a'), 'the key secrets/a does not begin with documents/'],
    [message('text', { document: '../a' }), '"../a" is no name of a document'],
  ])('is refused when it is no job: %#', async (refused, reason) => {
    await expect(workMessage(refused, place, never)).rejects.toMatchObject({
      name: 'Refused',
      message: expect.stringContaining(reason),
    });
    expect(reports()).toEqual([]);
  });

  test('is refused when its document is gone, and fails when S3 cannot say', async () => {
    s3.on(GetObjectCommand).rejectsOnce(new NoSuchKey({ message: 'gone', $metadata: {} }));
    await expect(workMessage(upload('documents/a'), place, never)).rejects.toMatchObject({
      name: 'Refused',
      message: 'documents/a is gone',
    });
    s3.on(GetObjectCommand).rejects(new Error('slow down'));
    await expect(workMessage(upload('documents/a'), place, never)).rejects.toThrow('slow down');
  });

  test('leaves no report when the worker was told to stop meanwhile', async () => {
    await expect(
      workMessage(upload('documents/a'), place, AbortSignal.abort(new Error('the machine goes'))),
    ).rejects.toThrow('the machine goes');
    expect(reports()).toEqual([]);
  });
});
