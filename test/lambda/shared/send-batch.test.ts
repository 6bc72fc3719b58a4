import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { largestMessage, messageBytes } from '../../../lambda/shared/message-size';
import { batches, sendBatch, type QueueMessage } from '../../../lambda/shared/send-batch';

const sqs = mockClient(SQSClient);
const client = new SQSClient({});
const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
const pauses: number[] = [];
const pause = (attempt: number) => Promise.resolve(void pauses.push(attempt));
const calls = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  sqs.reset();
  pauses.length = 0;
  sqs.on(SendMessageBatchCommand).resolves({});
});

describe('the size of a message', () => {
  test('is its body and, of each attribute, name, type and value, in bytes [messaging-queue-message-size, messaging-topic-message-size]', () => {
    expect(messageBytes({ body: 'größe' })).toBe(7);
    expect(messageBytes({ body: 'a', attributes: { kind: 'order' } })).toBe(1 + 4 + 'String'.length + 5);
  });
});

describe('batches', () => {
  test('are full at exactly 1 MiB, and at exactly ten messages [messaging-queue-message-size]', () => {
    const sized = (...sizes: number[]) =>
      batches(sizes.map((size) => ({ body: 'x'.repeat(size) }))).map(({ length }) => length);
    expect(sized(524_288, 524_288)).toEqual([2]);
    expect(sized(524_288, 524_289)).toEqual([1, 1]);
    expect(sized(...Array<number>(21).fill(1))).toEqual([10, 10, 1]);
  });

  test('hold at most ten messages and 1 MiB, in order, and nothing is lost [messaging-queue-message-size]', () => {
    const message = fc
      .record({ size: fc.oneof(fc.nat(200_000), fc.nat(40)) })
      .map(({ size }) => ({ body: 'x'.repeat(size + 1) }));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        const made = batches(messages);
        expect(made.flat()).toEqual(messages);
        for (const batch of made) {
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.reduce((sum, one) => sum + messageBytes(one), 0)).toBeLessThanOrEqual(largestMessage);
        }
        for (let i = 1; i < made.length; i++) {
          const together = [...made[i - 1], made[i][0]];
          const full =
            together.length > 10 || together.reduce((sum, one) => sum + messageBytes(one), 0) > largestMessage;
          expect(full).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('sendBatch', () => {
  test('sends 25 messages in three calls', async () => {
    const messages = Array.from({ length: 25 }, (_, i) => ({ body: `job ${i}`, attributes: { kind: 'job' } }));
    expect(await sendBatch(client, url, messages)).toEqual([]);
    expect(calls().map(({ Entries }) => Entries!.length)).toEqual([10, 10, 5]);
    expect(calls()[0]).toMatchObject({
      QueueUrl: url,
      Entries: expect.arrayContaining([
        { Id: '3', MessageBody: 'job 3', MessageAttributes: { kind: { DataType: 'String', StringValue: 'job' } } },
      ]),
    });
  });

  test('offers again only what the queue failed to take, and gives up after three times', async () => {
    const failed = [{ Id: '1', SenderFault: false, Code: 'InternalError', Message: 'try again' }];
    sqs.reset();
    sqs.on(SendMessageBatchCommand).resolvesOnce({ Failed: failed }).resolvesOnce({});
    expect(await sendBatch(client, url, [{ body: 'a' }, { body: 'b' }], { pause })).toEqual([]);
    expect(calls().map(({ Entries }) => Entries!.map(({ MessageBody }) => MessageBody))).toEqual([['a', 'b'], ['b']]);
    expect(pauses).toEqual([1]);

    sqs.reset();
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ ...failed[0], Id: '0' }] });
    expect(await sendBatch(client, url, [{ body: 'a' }], { pause })).toEqual([
      { item: { body: 'a' }, reason: 'InternalError: try again' },
    ]);
    expect(calls()).toHaveLength(3);
  });

  test('tells which messages it could not send when the queue cannot be reached, and sends the others', async () => {
    const messages = Array.from({ length: 15 }, (_, i) => ({ body: `m${i}` }));
    const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    sqs.reset();
    sqs.on(SendMessageBatchCommand).rejectsOnce(down).resolvesOnce({}).rejects(down);
    expect(await sendBatch(client, url, messages, { pause })).toEqual(
      messages.slice(10).map((item) => ({ item, reason: 'Error: connect ECONNREFUSED', doubtful: true })),
    );
    expect(calls()).toHaveLength(5);
  });

  test('says of which messages an answer may have been lost: the queue may have those [messaging-large-payload]', async () => {
    const failed = { Id: '0', SenderFault: false, Code: 'InternalError', Message: 'try again' };
    const doubt = async () => (await sendBatch(client, url, [{ body: 'a' }], { pause, attempts: 2 }))[0].doubtful;
    const lost = new Error('socket hang up');
    const throttled = (attempts: number) =>
      Object.assign(new Error('slow down'), { $fault: 'client', $metadata: { attempts } });

    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failed], $metadata: { attempts: 1 } });
    expect(await doubt()).toBeUndefined();
    sqs.on(SendMessageBatchCommand).rejects(throttled(1));
    expect(await doubt()).toBeUndefined();
    // Of the first of the SDK's own tries nobody knows what came.
    sqs.on(SendMessageBatchCommand).rejects(throttled(2));
    expect(await doubt()).toBe(true);
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failed], $metadata: { attempts: 2 } });
    expect(await doubt()).toBe(true);
    sqs.reset();
    sqs
      .on(SendMessageBatchCommand)
      .rejectsOnce(lost)
      .resolves({ Failed: [{ ...failed, SenderFault: true }] });
    expect(await doubt()).toBe(true);
  });

  test('gives numbers among the attributes the type Number', async () => {
    await sendBatch(client, url, [{ body: 'a', attributes: { size: 7 } }]);
    expect(calls()[0].Entries![0].MessageAttributes).toEqual({ size: { DataType: 'Number', StringValue: '7' } });
    expect(messageBytes({ body: 'a', attributes: { size: 7 } })).toBe(1 + 4 + 'Number'.length + 1);
  });

  test("does not offer again what is the sender's fault", async () => {
    sqs.reset();
    sqs.on(SendMessageBatchCommand).resolves({
      Failed: [{ Id: '0', SenderFault: true, Code: 'InvalidMessageContents', Message: 'a character is not allowed' }],
    });
    expect(await sendBatch(client, url, [{ body: 'a' }, { body: 'b' }], { pause })).toEqual([
      { item: { body: 'a' }, reason: 'InvalidMessageContents: a character is not allowed' },
    ]);
    expect(calls()).toHaveLength(1);
  });

  test('gives messages of a FIFO queue their group and their id [messaging-queue-fifo]', async () => {
    await sendBatch(client, `${url}.fifo`, [{ body: 'a', groupId: 'customer-7', deduplicationId: 'order-1' }]);
    expect(calls()[0].Entries).toEqual([
      { Id: '0', MessageBody: 'a', MessageGroupId: 'customer-7', MessageDeduplicationId: 'order-1' },
    ]);
  });

  test('delays single messages of a standard queue [messaging-queue-delay]', async () => {
    await sendBatch(client, url, [{ body: 'a', delaySeconds: 900 }]);
    expect(calls()[0].Entries![0].DelaySeconds).toBe(900);
  });

  test.each<[string, string, QueueMessage, string]>([
    [
      'a FIFO message has no group [messaging-queue-fifo]',
      `${url}.fifo`,
      { body: 'a' },
      'has no groupId; a FIFO queue keeps order within a group',
    ],
    [
      'a FIFO message is delayed by itself [messaging-queue-fifo, messaging-queue-delay]',
      `${url}.fifo`,
      { body: 'a', groupId: 'x', delaySeconds: 5 },
      'has delaySeconds; a FIFO queue delays all its messages alike, or none',
    ],
    [
      'a standard message has a deduplication id [messaging-queue-fifo]',
      url,
      { body: 'a', deduplicationId: 'x' },
      'has a deduplicationId; a standard queue looks for no duplicates',
    ],
    [
      'a delay is above 900 seconds [messaging-queue-delay]',
      url,
      { body: 'a', delaySeconds: 901 },
      'has delaySeconds 901; give 0 to 900',
    ],
    ['a message is empty [messaging-queue-message-size]', url, { body: '' }, 'is empty; give it a body'],
    [
      'a message is above 1 MiB [messaging-queue-message-size]',
      url,
      { body: 'x'.repeat(1_048_577) },
      'holds 1048577 bytes; put the content into a bucket and send its address',
    ],
  ])('fails when %s, before anything is sent', async (_, queueUrl, message, fault) => {
    const good = { body: 'good', ...(queueUrl.endsWith('.fifo') && { groupId: 'x' }) };
    await expect(sendBatch(client, queueUrl, [good, message])).rejects.toThrow(
      `messages cannot be sent:\n  message 1 ${fault}`,
    );
    expect(calls()).toEqual([]);
  });
});
