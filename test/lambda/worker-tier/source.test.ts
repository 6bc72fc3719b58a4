import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { QueueSource, type Received } from '../../../lambda/worker-tier/source';

const sqs = mockClient(SQSClient);
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
const source = new QueueSource(new SQSClient({ region: 'eu-west-1' }), queueUrl, 60);
const never = new AbortController().signal;
const messages = (many: number): Received[] =>
  Array.from({ length: many }, (_, i) => ({
    id: `id-${i}`,
    receipt: `receipt-${i}`,
    body: 'x',
    receives: 1,
    attributes: {},
  }));

beforeEach(() => sqs.reset());

describe('a queue as a source of work', () => {
  test('is asked with long polls, for the count of receives and all attributes [messaging-worker-loop, messaging-queue-polling]', async () => {
    sqs.on(ReceiveMessageCommand).resolves({
      Messages: [
        {
          MessageId: 'm',
          ReceiptHandle: 'r',
          Body: 'body',
          Attributes: { ApproximateReceiveCount: '2' },
          MessageAttributes: { size: { DataType: 'Number', StringValue: '7' } },
        },
      ],
    });
    expect(await source.receive(10, never)).toEqual([
      { id: 'm', receipt: 'r', body: 'body', receives: 2, attributes: { size: '7' } },
    ]);
    expect(sqs.commandCalls(ReceiveMessageCommand)[0].args[0].input).toEqual({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      VisibilityTimeout: 60,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      MessageAttributeNames: ['All'],
    });
  });

  test('gives nothing when it is left while it waits, and says what else went wrong', async () => {
    sqs.on(ReceiveMessageCommand).resolvesOnce({}).rejects(new Error('aborted'));
    expect(await source.receive(10, never)).toEqual([]);
    expect(await source.receive(10, AbortSignal.abort())).toEqual([]);
    await expect(source.receive(10, never)).rejects.toThrow('aborted');
  });

  test('names what it did not delete; a receipt that has expired is no reason to ask again [messaging-worker-loop]', async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({
      Failed: [
        { Id: '0', Code: 'InternalError', SenderFault: false },
        { Id: '1', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
      ],
    });
    expect(await source.remove(messages(3))).toEqual([messages(1)[0]]);
  });

  test('hides and deletes by tens', async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({});
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
    await source.remove(messages(21));
    await source.hide(messages(12), 5);
    await source.hide([], 5);
    expect(sqs.commandCalls(DeleteMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length)).toEqual([
      10, 10, 1,
    ]);
    const hidden = sqs.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args }) => args[0].input.Entries!);
    expect(hidden.map(({ length }) => length)).toEqual([10, 2]);
    expect(hidden[1][1]).toEqual({ Id: '1', ReceiptHandle: 'receipt-11', VisibilityTimeout: 5 });
  });

  test('fails when it does not hide messages for a reason of its own', async () => {
    sqs
      .on(ChangeMessageVisibilityBatchCommand)
      .resolvesOnce({ Failed: [{ Id: '0', Code: 'MessageNotInflight', SenderFault: true }] })
      .resolves({ Failed: [{ Id: '0', Code: 'InternalError', Message: 'try later', SenderFault: false }] });
    await expect(source.hide(messages(1), 5)).resolves.toBeUndefined();
    await expect(source.hide(messages(1), 5)).rejects.toThrow('the queue did not hide 1 messages: try later');
  });
});
