import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { largestPayload, PayloadGone, Payloads } from '../../../lambda/payload-store/payloads';
import { pointerIn, pointerText } from '../../../lambda/payload-store/pointer';
import { PayloadSource } from '../../../lambda/payload-store/source';
import { messageBytes } from '../../../lambda/shared/message-size';
import { QueueSource } from '../../../lambda/worker-tier/source';

const sqs = mockClient(SQSClient);
const s3 = mockClient(S3Client);
const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
const payloads = new Payloads({ s3: new S3Client({}), sqs: new SQSClient({}), bucket: 'bodies', threshold: 1000 });
const quick = { pause: () => Promise.resolve() };
/** What is in the bucket, by key. */
let stored: Map<string, string>;

const sent = () => sqs.commandCalls(SendMessageBatchCommand).flatMap(({ args }) => args[0].input.Entries!);
const message = (body: string) => ({ id: 'm', receipt: 'r', body, receives: 1, attributes: {} });
const pointer = { bucket: 'bodies', key: 'payloads/6f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f' };

beforeEach(() => {
  stored = new Map();
  sqs.reset();
  s3.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
  s3.on(PutObjectCommand).callsFake(async ({ Key, Body }: PutObjectCommandInput) => {
    const parts: unknown[] = [];
    for await (const part of Readable.from(Body as string)) parts.push(part);
    stored.set(Key!, parts.join(''));
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
    const body = stored.get(Key);
    if (body === undefined) throw new NoSuchKey({ message: 'no such key', $metadata: {} });
    return { ContentLength: Buffer.byteLength(body), Body: Readable.from([Buffer.from(body)]) };
  });
  s3.on(DeleteObjectCommand).callsFake(({ Key }: { Key: string }) => void stored.delete(Key));
});

describe('sending', () => {
  test('a message of exactly the threshold goes as it is, one byte more goes to the bucket [messaging-large-payload]', async () => {
    const attributes = { kind: 'job' };
    const room = 1000 - messageBytes({ body: '', attributes });
    const bodies = ['x'.repeat(room), 'x'.repeat(room + 1), 'ö'.repeat(room)];
    expect(
      await payloads.send(
        url,
        bodies.map((body) => ({ body, attributes })),
      ),
    ).toEqual([]);
    const [whole, over, umlauts] = sent();
    expect([whole.MessageBody, stored.size]).toEqual([bodies[0], 2]);
    expect(over.MessageAttributes).toEqual({
      kind: { DataType: 'String', StringValue: 'job' },
      ExtendedPayloadSize: { DataType: 'Number', StringValue: `${room + 1}` },
    });
    const { key } = pointerIn(over.MessageBody!, 'bodies')!;
    expect([key, stored.get(key)]).toEqual([expect.stringMatching(/^payloads\/[0-9a-f-]{36}$/), bodies[1]]);
    expect(umlauts.MessageAttributes!.ExtendedPayloadSize.StringValue).toBe(`${2 * room}`);
  });

  test('a message says where its body is in the words of the libraries of AWS [messaging-large-payload]', () => {
    expect(pointerText({ bucket: 'b', key: 'k' })).toBe(
      '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]',
    );
  });

  test('a stream is stored as it comes, up to 2 GiB, and a byte more is refused before anything is stored [messaging-large-payload]', async () => {
    const open = () => Promise.resolve(Readable.from(['a', 'b']));
    await payloads.send(url, [{ body: { bytes: largestPayload, open } }]);
    expect([...stored.values()]).toEqual(['ab']);
    expect(s3.commandCalls(PutObjectCommand)[0].args[0].input.ContentLength).toBe(2_147_483_648);
    await expect(payloads.send(url, [{ body: 'a' }, { body: { bytes: largestPayload + 1, open } }])).rejects.toThrow(
      'messages cannot be sent:\n  message 1 has a body of 2147483649 bytes; the most is 2147483648',
    );
    expect([stored.size, sent().length]).toEqual([1, 1]);
  });

  test('a body whose message the queue refused is removed again [messaging-large-payload]', async () => {
    const failed = { Id: '1', SenderFault: true, Code: 'InvalidMessageContents', Message: 'no' };
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failed] });
    const bodies = ['x', 'y', 'z'].map((letter) => ({ body: letter.repeat(2000) }));
    expect(await payloads.send(url, bodies, quick)).toHaveLength(1);
    expect([...stored.values()].map(([letter]) => letter)).toEqual(['x', 'z']);
  });

  test('a body whose message may have been taken stays, for it would be missing [messaging-large-payload]', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('socket hang up'));
    expect(await payloads.send(url, [{ body: 'x'.repeat(2000) }], quick)).toHaveLength(1);
    expect(stored.size).toBe(1);
  });

  test('nothing stays when the messages cannot be sent at all, or not all of them can be stored', async () => {
    const large = { body: 'x'.repeat(2000) };
    await expect(payloads.send(url, [large, { body: '' }])).rejects.toThrow('message 1 is empty');
    expect(stored.size).toBe(0);
    let puts = 0;
    const full = new Payloads({ s3: new S3Client({}), sqs: new SQSClient({}), bucket: 'bodies', threshold: 1000 });
    s3.on(PutObjectCommand).callsFake(({ Key }: PutObjectCommandInput) => {
      if ((puts += 1) > 1) throw new Error('slow down');
      stored.set(Key!, 'x');
      return {};
    });
    await expect(full.send(url, [large, large])).rejects.toThrow('slow down');
    expect([stored.size, sent().length]).toEqual([0, 0]);
  });
});

describe('receiving', () => {
  const attributes = { ExtendedPayloadSize: '5' };

  test('loads a body from where it is, and only when it is wanted [messaging-large-payload]', async () => {
    stored.set(pointer.key, 'large');
    const payload = payloads.payloadOf(pointerText(pointer), attributes);
    expect([payload.bytes, s3.calls().length]).toEqual([5, 0]);
    expect(await payload.text()).toBe('large');
    expect(await payloads.payloadOf('small', {}).text()).toBe('small');
    expect(payloads.payloadOf('größe', {}).bytes).toBe(7);
  });

  test.each([
    [pointerText({ ...pointer, bucket: 'others' }), 'the message points to the bucket others, not to bodies'],
    [pointerText({ ...pointer, key: 'results/secret' }), 'the message points to results/secret, where no body is kept'],
    [
      pointerText({ ...pointer, key: 'payloads/../results/secret' }),
      'the message points to payloads/../results/secret, where no body is kept',
    ],
    [
      '["software.amazon.payloadoffloading.PayloadS3Pointer",{}]',
      'the message points to a body, but does not say where',
    ],
    ['["software.amazon.payloadoffloading.PayloadS3Pointer", nonsense', 'does not say where'],
  ])('refuses a pointer that was tampered with: %s [messaging-large-payload]', (body, reason) => {
    expect(() => payloads.payloadOf(body, attributes)).toThrow(reason);
    expect(s3.calls()).toEqual([]);
  });

  test('refuses a body of another size than the message says, and a message that says none [messaging-large-payload]', async () => {
    stored.set(pointer.key, 'longer');
    const body = pointerText(pointer);
    await expect(payloads.payloadOf(body, attributes).text()).rejects.toThrow(
      'the body of the message has 6 bytes, where it says 5',
    );
    expect(() => payloads.payloadOf(body, {})).toThrow('the message says that its body has undefined bytes');
    expect(() => payloads.payloadOf(body, { ExtendedPayloadSize: '-1' })).toThrow('-1 bytes');
  });

  test('refuses to make one text of what does not fit into memory', async () => {
    const huge = payloads.payloadOf(pointerText(pointer), { ExtendedPayloadSize: '1000000000' });
    await expect(huge.text()).rejects.toThrow('a body of 1000000000 bytes is too large for one text');
  });

  test('a body that is gone was worked by another worker, which deleted both [messaging-large-payload]', async () => {
    await expect(payloads.payloadOf(pointerText(pointer), attributes).text()).rejects.toThrow(PayloadGone);
  });
});

describe('deleting', () => {
  const orphans: string[] = [];
  const source = new QueueSource(new SQSClient({}), url, 60);
  const through = new PayloadSource(source, payloads, ({ id }, { message: why }) => orphans.push(`${id}: ${why}`));
  const loaded = (id: string, body: string) => ({
    ...message(body),
    id,
    receipt: id,
    payload: () => payloads.payloadOf(body, {}),
  });

  beforeEach(() => {
    orphans.length = 0;
    stored.set(pointer.key, 'large');
  });

  test('removes the message, and then its body [messaging-large-payload]', async () => {
    const order: string[] = [];
    jest.spyOn(source, 'remove').mockImplementation(() => {
      order.push(`message, body ${stored.has(pointer.key) ? 'there' : 'gone'}`);
      return Promise.resolve([]);
    });
    expect(await through.remove([loaded('a', pointerText(pointer)), loaded('b', 'small')])).toEqual([]);
    expect([order, stored.size]).toEqual([['message, body there'], 0]);
  });

  test('keeps the body of a message that is still there, as it will come again [messaging-large-payload]', async () => {
    const kept = loaded('a', pointerText(pointer));
    jest.spyOn(source, 'remove').mockResolvedValue([kept]);
    expect(await through.remove([kept])).toEqual([kept]);
    expect(stored.size).toBe(1);
  });

  test('is done when the message is gone: a body that a crash or an error leaves expires [messaging-large-payload]', async () => {
    jest.spyOn(source, 'remove').mockResolvedValue([]);
    s3.on(DeleteObjectCommand).rejects(new Error('slow down'));
    expect(await through.remove([loaded('a', pointerText(pointer))])).toEqual([]);
    expect(orphans).toEqual(['a: slow down']);
  });

  test('hands messages through with a way to their bodies', async () => {
    jest.spyOn(source, 'receive').mockResolvedValue([message('small')]);
    const hidden = jest.spyOn(source, 'hide').mockResolvedValue();
    const [one] = await through.receive(1, new AbortController().signal);
    expect(await one.payload().text()).toBe('small');
    await through.hide([one], 7);
    expect(hidden).toHaveBeenCalledWith([one], 7);
  });
});
