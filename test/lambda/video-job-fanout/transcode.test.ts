import fc from 'fast-check';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { FakeBuckets, s3Error } from '../../support/fake-bucket';
import { FakeIdempotencyTable } from '../../support/fake-idempotency-table';
import { announced, matroska, mp4, plainText, record, startWorker } from './worker';

const buckets = new FakeBuckets();
const table = new FakeIdempotencyTable();
const output: string[] = [];
const logs = () => output.map((line) => JSON.parse(line)).filter(({ level }) => level !== undefined);
const metrics = () => output.map((line) => JSON.parse(line)).filter(({ _aws }) => _aws !== undefined);

beforeEach(() => {
  buckets.reset();
  table.reset();
  output.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...[line]: unknown[]) => void output.push(String(line)));
});

const upload = (key = 'uploads/holiday.mp4', version = 'v1', content = mp4) =>
  buckets.upload('the-uploads', key, version, content);
const keysWritten = () => [...buckets.written.keys()];
const reads = () => buckets.client.commandCalls(GetObjectCommand).length;

describe('a job', () => {
  test('becomes a manifest that tells an encoder all it needs, at a key that follows from the upload', async () => {
    upload();
    const worker = startWorker('720p');
    expect(await worker({ Records: [record(announced('uploads/holiday.mp4'))] })).toEqual({ batchItemFailures: [] });
    expect(keysWritten()).toEqual(['the-renditions/holiday.mp4/v1/720p.json']);
    expect(JSON.parse(buckets.written.get('the-renditions/holiday.mp4/v1/720p.json')!)).toEqual({
      schema: 1,
      rendition: '720p',
      source: {
        bucket: 'the-uploads',
        key: 'uploads/holiday.mp4',
        version: 'v1',
        bytes: 20_971_520,
        etag: '"v1"',
        contentType: 'video/mp4',
        container: 'mp4',
      },
      target: { width: 1280, height: 720, videoCodec: 'h264', audioCodec: 'aac', audioKbps: 128 },
      ladder: [
        { videoKbps: 1800, maxKbps: 1926, bufferKbits: 2700 },
        { videoKbps: 2800, maxKbps: 2996, bufferKbits: 4200 },
      ],
      output: { bucket: 'the-renditions', key: 'holiday.mp4/v1/720p.mp4' },
    });
  });

  test.each([
    ['480p', 854, 480],
    ['1080p', 1920, 1080],
  ])('becomes %s when the environment says so', async (rendition, width, height) => {
    upload();
    await startWorker(rendition)({ Records: [record(announced('uploads/holiday.mp4'))] });
    const manifest = JSON.parse(buckets.written.get(`the-renditions/holiday.mp4/v1/${rendition}.json`)!);
    expect(manifest.target).toMatchObject({ width, height });
  });

  test('is understood raw and wrapped by SNS alike', async () => {
    upload();
    const wrapped = {
      Type: 'Notification',
      MessageId: '9e9c6fdb-5c0b-5b6c-8c7e-3d9bf5f0ac3a',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:uploads',
      Message: JSON.stringify(announced('uploads/holiday.mp4')),
    };
    expect(await startWorker('720p')({ Records: [record(wrapped)] })).toEqual({ batchItemFailures: [] });
    expect(keysWritten()).toEqual(['the-renditions/holiday.mp4/v1/720p.json']);
  });

  test('finds its video under a name with blanks, plus signs, umlauts and percent signs', async () => {
    const key = 'uploads/São João/day 1 + 2 (100%).MOV';
    upload(key);
    await startWorker('480p')({ Records: [record(announced(key))] });
    expect(keysWritten()).toEqual(['the-renditions/São João/day 1 + 2 (100%).MOV/v1/480p.json']);
  });

  test('reads twelve bytes of the very version that was announced, never the whole video', async () => {
    upload('uploads/film.mkv', 'v7', matroska);
    await startWorker('480p')({ Records: [record(announced('uploads/film.mkv', { version: 'v7' }))] });
    expect(buckets.client.commandCalls(GetObjectCommand)[0].args[0].input).toEqual({
      Bucket: 'the-uploads',
      Key: 'uploads/film.mkv',
      VersionId: 'v7',
      Range: 'bytes=0-11',
    });
  });

  test('is counted, with the size of its video, as a business metric by rendition', async () => {
    upload();
    await startWorker('720p')({ Records: [record(announced('uploads/holiday.mp4'))] });
    expect(metrics()).toEqual([
      expect.objectContaining({ rendition: '720p', RenditionsPlanned: 1, SourceBytes: 20_971_520 }),
    ]);
    expect(metrics()[0]._aws.CloudWatchMetrics[0].Namespace).toBe('Groundplan');
  });

  test('leaves one line in the log with the request, the video and the manifest', async () => {
    upload();
    await startWorker('720p')({ Records: [record(announced('uploads/holiday.mp4'))] });
    expect(logs()).toEqual([
      expect.objectContaining({
        message: 'rendition planned',
        rendition: '720p',
        key: 'uploads/holiday.mp4',
        version: 'v1',
        manifest: 'holiday.mp4/v1/720p.json',
        function_request_id: 'b2b6b0a5-3c0a-4f6c-9d1a-4d4d3c6d2b11',
      }),
    ]);
  });
});

describe('a message that no retry mends is reported as failed, with its reason in the log', () => {
  test.each<[string, unknown, string]>([
    ['is not JSON', '{"Records": [', 'not JSON'],
    ['is wrapped and not JSON inside', { Type: 'Notification', TopicArn: 'arn', Message: 'hello' }, 'not JSON'],
    [
      'has another shape',
      { detail: { bucket: 'the-uploads' } },
      'not an S3 event of a new object: Records: Invalid input',
    ],
    ['announces nothing', { Records: [] }, 'not an S3 event of a new object: Records: Invalid input'],
    [
      'is about a deletion',
      announced('uploads/holiday.mp4', { name: 'ObjectRemoved:Delete' }),
      'not an S3 event of a new object: Records.0.eventName: Invalid input',
    ],
    [
      'has a size that is none',
      announced('uploads/holiday.mp4', { size: -1 }),
      'not an S3 event of a new object: Records.0.s3.object.size: Invalid input',
    ],
    [
      'is about a bucket of somebody else',
      announced('uploads/holiday.mp4', { bucket: 'their-uploads' }),
      'the object is in their-uploads, not in the-uploads',
    ],
    [
      'is about another folder',
      announced('private/holiday.mp4'),
      'the key private/holiday.mp4 does not begin with uploads/',
    ],
    [
      'is about a file that is no video',
      announced('uploads/notes.txt'),
      'the key uploads/notes.txt does not end with .mp4, .mov, .mkv, .webm',
    ],
    ['is about an empty file', announced('uploads/empty.mp4', { size: 0 }), 'uploads/empty.mp4 is empty'],
  ])('when it %s [serverless-untrusted-input]', async (_, body, reason) => {
    const message = record(body, 2);
    expect(await startWorker('720p')({ Records: [message] })).toEqual({
      batchItemFailures: [{ itemIdentifier: message.messageId }],
    });
    expect(logs()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'message refused',
        messageId: message.messageId,
        receiveCount: 2,
        reason: expect.stringContaining(reason),
      }),
    ]);
    expect(reads()).toBe(0);
  });

  test('when its key is not URL-encoded', async () => {
    const event = announced('uploads/holiday.mp4');
    event.Records[0].s3.object.key = 'uploads/%E0%A4%A.mp4';
    expect((await startWorker('720p')({ Records: [record(event)] })).batchItemFailures).toHaveLength(1);
    expect(logs()[0].reason).toBe('the key uploads/%E0%A4%A.mp4 is not URL-encoded');
  });

  test('when the video is no video, whatever its name says', async () => {
    upload('uploads/broken.mp4', 'v1', plainText);
    expect(
      (await startWorker('720p')({ Records: [record(announced('uploads/broken.mp4'))] })).batchItemFailures,
    ).toHaveLength(1);
    expect(logs()[0]).toMatchObject({
      message: 'message refused',
      reason: "uploads/broken.mp4 is not a video: its first bytes are neither MP4's nor Matroska's",
    });
    expect(metrics()).toEqual([expect.objectContaining({ JobsFailed: 1 })]);
    expect(keysWritten()).toEqual([]);
  });

  test('when the video is gone meanwhile', async () => {
    const message = record(announced('uploads/gone.mp4', { version: 'v9' }));
    expect((await startWorker('720p')({ Records: [message] })).batchItemFailures).toHaveLength(1);
    expect(logs()[0]).toMatchObject({
      message: 'message refused',
      reason: 'uploads/gone.mp4 is gone in version v9',
    });
  });

  test('whatever JSON it is, and the video is never looked at [serverless-untrusted-input]', async () => {
    const worker = startWorker('720p');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), brokenEvents), async (body) => {
        const answer = await worker({ Records: [record(body)] });
        expect(answer.batchItemFailures).toHaveLength(1);
        expect(reads()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

/** A good event with one part of it replaced by something that does not belong there. */
const brokenEvents = fc
  .tuple(
    fc.constantFrom('eventSource', 'eventName', 'bucket', 'key', 'size', 'versionId'),
    fc.oneof(fc.constantFrom(null, true, '', -3, 1.5), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string())),
  )
  .map(([part, wrong]) => {
    const event: any = announced('uploads/holiday.mp4');
    const [first] = event.Records;
    if (part === 'bucket') first.s3.bucket.name = wrong;
    else if (part.startsWith('event')) first[part] = wrong;
    else first.s3.object[part] = wrong;
    return JSON.stringify(event);
  });

describe('coming twice', () => {
  test('the same event is worked once, and answered the same again [serverless-idempotency]', async () => {
    upload();
    const worker = startWorker('720p');
    const event = () => ({ Records: [record(announced('uploads/holiday.mp4'))] });
    expect(await worker(event())).toEqual({ batchItemFailures: [] });
    expect(await worker(event())).toEqual({ batchItemFailures: [] });
    expect(reads()).toBe(1);
    expect(buckets.client.commandCalls(PutObjectCommand)).toHaveLength(1);
  });

  test('the same event meets the same answer in another environment of the function [serverless-idempotency, serverless-stateless]', async () => {
    upload();
    for (const worker of [startWorker('720p'), startWorker('720p')]) {
      expect(await worker({ Records: [record(announced('uploads/holiday.mp4'))] })).toEqual({ batchItemFailures: [] });
    }
    expect(reads()).toBe(1);
  });

  test('at the same moment, one works and the other is to be tried again; then it changes nothing [serverless-idempotency]', async () => {
    upload();
    const worker = startWorker('720p');
    const [first, second] = [record(announced('uploads/holiday.mp4')), record(announced('uploads/holiday.mp4'))];
    const answer = await worker({ Records: [first, second] });
    expect(answer.batchItemFailures).toHaveLength(1);
    expect(await worker({ Records: [second] })).toEqual({ batchItemFailures: [] });
    expect(reads()).toBe(1);
    expect(keysWritten()).toHaveLength(1);
  });

  test('a job that failed is free to be worked again [serverless-idempotency]', async () => {
    const worker = startWorker('720p');
    const event = { Records: [record(announced('uploads/holiday.mp4'))] };
    expect((await worker(event)).batchItemFailures).toHaveLength(1);
    expect(table.items.size).toBe(0);
    upload();
    expect(await worker(event)).toEqual({ batchItemFailures: [] });
    expect(keysWritten()).toHaveLength(1);
  });

  test('another version of the video, and another rendition, are other jobs [serverless-idempotency]', async () => {
    upload();
    upload('uploads/holiday.mp4', 'v2');
    const worker = startWorker('720p');
    await worker({ Records: [record(announced('uploads/holiday.mp4'))] });
    await worker({ Records: [record(announced('uploads/holiday.mp4', { version: 'v2' }))] });
    await startWorker('480p')({ Records: [record(announced('uploads/holiday.mp4'))] });
    expect(keysWritten()).toEqual([
      'the-renditions/holiday.mp4/v1/720p.json',
      'the-renditions/holiday.mp4/v2/720p.json',
      'the-renditions/holiday.mp4/v1/480p.json',
    ]);
  });

  test('even when nobody remembers the first time, the manifest stays as it is', async () => {
    upload();
    const event = { Records: [record(announced('uploads/holiday.mp4'))] };
    await startWorker('720p')(event);
    buckets.written.set('the-renditions/holiday.mp4/v1/720p.json', 'as it is');
    table.items.clear();
    expect(await startWorker('720p')(event)).toEqual({ batchItemFailures: [] });
    expect([...buckets.written]).toEqual([['the-renditions/holiday.mp4/v1/720p.json', 'as it is']]);
  });

  test('work is remembered for as long as the environment says', async () => {
    upload();
    await startWorker('720p')({ Records: [record(announced('uploads/holiday.mp4'))] });
    const [item] = [...table.items.values()];
    const seconds = Number(item.expiration.N) - Date.now() / 1000;
    expect(Math.round(seconds / 60)).toBe(1_296_000 / 60);
  });
});

describe('of a batch', () => {
  test('only the item that failed comes back: throttled by S3, the second of three [serverless-partial-batch]', async () => {
    const keys = ['uploads/a.mp4', 'uploads/b.mp4', 'uploads/c.mp4'];
    for (const key of keys) upload(key);
    buckets.trouble = ({ Key }) => (Key === 'uploads/b.mp4' ? s3Error('SlowDown', 503) : undefined);
    const records = keys.map((key) => record(announced(key)));
    const worker = startWorker('720p');
    expect(await worker({ Records: records })).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1].messageId }],
    });
    expect(keysWritten()).toEqual(['the-renditions/a.mp4/v1/720p.json', 'the-renditions/c.mp4/v1/720p.json']);
    expect(logs().find(({ level }) => level === 'ERROR')).toMatchObject({
      message: 'message failed',
      messageId: records[1].messageId,
    });

    buckets.trouble = () => undefined;
    expect(await worker({ Records: [records[1]] })).toEqual({ batchItemFailures: [] });
    expect(keysWritten()).toHaveLength(3);
  });

  test('all are reported when all fail, and the function itself does not [serverless-partial-batch]', async () => {
    const records = [record('one'), record('two')];
    expect((await startWorker('720p')({ Records: records })).batchItemFailures).toEqual(
      records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    );
  });

  test('an item fails when its manifest cannot be written', async () => {
    upload();
    buckets.trouble = ({ Key }) => (Key.endsWith('.json') ? s3Error('AccessDenied', 403) : undefined);
    expect(
      (await startWorker('720p')({ Records: [record(announced('uploads/holiday.mp4'))] })).batchItemFailures,
    ).toHaveLength(1);
    expect(metrics()[0]).not.toHaveProperty('RenditionsPlanned');
  });

  test("S3's own test message is no job and no failure", async () => {
    const message = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2026-11-21T08:30:00.000Z',
      Bucket: 'the-uploads',
    };
    expect(await startWorker('720p')({ Records: [record(message)] })).toEqual({ batchItemFailures: [] });
    expect(reads()).toBe(0);
    expect(logs()).toEqual([]);
  });

  test('a second batch in the same environment is worked like the first [serverless-stateless]', async () => {
    const worker = startWorker('720p');
    for (const key of ['uploads/a.mp4', 'uploads/b.mp4']) {
      upload(key);
      const bad = record('bad');
      expect(await worker({ Records: [bad, record(announced(key))] })).toEqual({
        batchItemFailures: [{ itemIdentifier: bad.messageId }],
      });
    }
    expect(metrics().map(({ RenditionsPlanned, JobsFailed }) => [RenditionsPlanned, JobsFailed])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('a worker does not start', () => {
  test('without its variables, and names every one that is missing', () => {
    expect(() => startWorker('720p', { UPLOAD_BUCKET: undefined, RENDITION_BUCKET: '' })).toThrow(
      'environment variables missing: UPLOAD_BUCKET, RENDITION_BUCKET',
    );
    expect(() => startWorker('720p', { IDEMPOTENCY_TABLE: undefined })).toThrow(
      'environment variables missing: IDEMPOTENCY_TABLE',
    );
  });

  test('for a rendition that does not exist', () => {
    expect(() => startWorker('4320p')).toThrow('there is no rendition 4320p; there are 480p, 720p, 1080p');
  });
});
