import * as s3 from '@aws-sdk/client-s3';
import * as sqs from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';

type Module = typeof import('../../../lambda/queued-worker-tier/submit');
const queue = mockClient(sqs.SQSClient);
const bucket = mockClient(s3.S3Client);
const context = { awsRequestId: 'id', functionName: 'submit' } as Context;
const environment = { QUEUE_URL: 'https://sqs/jobs', PAYLOAD_BUCKET: 'bodies', PAYLOAD_THRESHOLD_BYTES: '1048576' };

function started(given: Record<string, string> = environment): Module['handler'] {
  const before = process.env;
  process.env = { ...before, POWERTOOLS_DEV: 'true', ...given };
  try {
    let module!: Module;
    jest.isolateModules(() => {
      jest.doMock('@aws-sdk/client-s3', () => s3);
      jest.doMock('@aws-sdk/client-sqs', () => sqs);
      module = jest.requireActual<Module>('../../../lambda/queued-worker-tier/submit');
    });
    return module.handler;
  } finally {
    process.env = before;
  }
}

beforeEach(() => {
  jest.spyOn(console, 'info').mockImplementation();
  queue.reset();
  bucket.reset();
  queue.on(sqs.SendMessageBatchCommand).resolves({});
  bucket.on(s3.PutObjectCommand).resolves({});
  bucket.on(s3.DeleteObjectCommand).resolves({});
});
const sent = () => queue.commandCalls(sqs.SendMessageBatchCommand).flatMap(({ args }) => args[0].input.Entries!);

describe('the desk', () => {
  test('puts a document into the queue under its name, and answers at once [messaging-worker-tier]', async () => {
    expect(await started()({ document: 'notes/a.txt', text: 'größe' }, context)).toEqual({
      document: 'notes/a.txt',
      bytes: 7,
    });
    expect(sent()).toMatchObject([
      { MessageBody: 'größe', MessageAttributes: { document: { DataType: 'String', StringValue: 'notes/a.txt' } } },
    ]);
    expect(bucket.calls()).toEqual([]);
  });

  test('takes one of 5 MB, whose body goes to the bucket and whose message stays small [messaging-large-payload]', async () => {
    const text = 'x'.repeat(5_000_000);
    expect(await started()({ document: 'large.txt', text }, context)).toEqual({
      document: 'large.txt',
      bytes: 5_000_000,
    });
    expect(bucket.commandCalls(s3.PutObjectCommand)[0].args[0].input).toMatchObject({
      Bucket: 'bodies',
      ContentLength: 5_000_000,
    });
    expect(sent()[0].MessageBody!.length).toBeLessThan(200);
  });

  test.each([
    [{}, 'document: Invalid input'],
    [{ document: '../a', text: 'x' }, 'document: use up to 200 letters'],
    [{ document: 'a', text: '' }, 'text: it is empty'],
    [{ document: 'a', text: 'x', more: 1 }, 'event: Invalid input'],
  ])('fails when it is no document: %j', async (event, reason) => {
    await expect(started()(event, context)).rejects.toThrow(/^not a document .*; send \{"document": "notes\/a.txt"/);
    await expect(started()(event, context)).rejects.toThrow(reason);
    expect(sent()).toEqual([]);
  });

  test('fails when the queue does not take it, and leaves no body behind', async () => {
    const failed = { Id: '0', SenderFault: true, Code: 'InvalidMessageContents', Message: 'a character' };
    queue.on(sqs.SendMessageBatchCommand).resolves({ Failed: [failed] });
    const large = { document: 'a', text: 'x'.repeat(2_000_000) };
    await expect(started()(large, context)).rejects.toThrow('a was not taken: InvalidMessageContents: a character');
    expect(bucket.commandCalls(s3.DeleteObjectCommand)).toHaveLength(1);
  });

  test('fails at start when it is not told where', () => {
    expect(() => started({ QUEUE_URL: '', PAYLOAD_BUCKET: '', PAYLOAD_THRESHOLD_BYTES: '1' })).toThrow(
      'environment variables missing: QUEUE_URL',
    );
  });
});
