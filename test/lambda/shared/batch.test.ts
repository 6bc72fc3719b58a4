import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSRecord } from 'aws-lambda';
import { Refused, workBatch } from '../../../lambda/shared/batch';

const context = { getRemainingTimeInMillis: () => 1000 } as Context;
const record = (body: string, { group, queue = 'jobs' }: { group?: string; queue?: string } = {}): SQSRecord => ({
  messageId: body,
  receiptHandle: body,
  body,
  attributes: {
    ApproximateReceiveCount: '2',
    SentTimestamp: '0',
    SenderId: 'sender',
    ApproximateFirstReceiveTimestamp: '0',
    ...(group && { MessageGroupId: group }),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-west-1:111122223333:${queue}`,
  awsRegion: 'eu-west-1',
});
const logger = new Logger();
const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
const failing =
  (...bad: string[]) =>
  ({ body }: SQSRecord) =>
    bad.includes(body) ? Promise.reject(new Refused(`${body} is bad`)) : Promise.resolve();
const failed = (answer: Awaited<ReturnType<typeof workBatch>>) =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

beforeEach(() => errors.mockClear());

describe('workBatch', () => {
  test('reports the second of three, and the others are done [serverless-partial-batch]', async () => {
    const done: string[] = [];
    const answer = await workBatch(
      { Records: ['a', 'b', 'c'].map((body) => record(body)) },
      context,
      logger,
      async (one) => {
        await failing('b')(one);
        done.push(one.body);
      },
    );
    expect(failed(answer)).toEqual(['b']);
    expect(done).toEqual(['a', 'c']);
  });

  test('of a FIFO queue, stops a group at its first failure and works the other groups to their end [serverless-partial-batch]', async () => {
    const worked: string[] = [];
    const orders = [
      ['x1', 'x'],
      ['y1', 'y'],
      ['x2', 'x'],
      ['y2', 'y'],
      ['x3', 'x'],
    ].map(([body, group]) => record(body, { group: group, queue: 'orders.fifo' }));
    const answer = await workBatch({ Records: orders }, context, logger, async (one) => {
      worked.push(one.body);
      await failing('x2')(one);
    });
    expect(failed(answer)).toEqual(['x2', 'x3']);
    expect(worked).toEqual(['x1', 'y1', 'x2', 'y2']);
  });

  test('logs the reason of each failure, and tells input that is refused from trouble that may pass', async () => {
    await workBatch({ Records: [record('a'), record('b')] }, context, logger, ({ body }) =>
      Promise.reject(body === 'a' ? new Refused('a is bad') : new Error('throttled')),
    );
    expect(errors.mock.calls.map(([message, extra]) => [message, extra])).toEqual([
      ['message refused', expect.objectContaining({ messageId: 'a', receiveCount: 2, reason: 'a is bad' })],
      ['message failed', expect.objectContaining({ messageId: 'b', receiveCount: 2, reason: 'throttled' })],
    ]);
  });

  test('reports all of a batch in which all fail, without failing itself, and nothing of an empty one [serverless-partial-batch]', async () => {
    const all = await workBatch({ Records: [record('a'), record('b')] }, context, logger, failing('a', 'b'));
    expect(failed(all)).toEqual(['a', 'b']);
    expect(await workBatch({ Records: [] }, context, logger, failing())).toEqual({ batchItemFailures: [] });
  });

  test('a message that never ends fails alone, with its reason, and is told to stop; the others of its batch are done [serverless-partial-batch]', async () => {
    const stopped: string[] = [];
    const answer = await workBatch(
      { Records: ['a', 'b', 'c'].map((body) => record(body)) },
      { getRemainingTimeInMillis: () => 100 } as Context,
      logger,
      ({ body }, signal) => {
        if (body !== 'b') return Promise.resolve();
        signal.addEventListener('abort', () => stopped.push(body));
        return new Promise(() => undefined);
      },
    );
    expect(failed(answer)).toEqual(['b']);
    expect(stopped).toEqual(['b']);
    expect(errors.mock.calls).toEqual([
      [
        'message failed',
        expect.objectContaining({ messageId: 'b', reason: expect.stringContaining('out of time: the run would have') }),
      ],
    ]);
  });

  test('of a FIFO queue, nothing is begun any more when the time is over [serverless-partial-batch]', async () => {
    const worked: string[] = [];
    const answer = await workBatch(
      { Records: ['x', 'y', 'z'].map((group) => record(group, { group, queue: 'orders.fifo' })) },
      { getRemainingTimeInMillis: () => 100 } as Context,
      logger,
      ({ body }) => {
        worked.push(body);
        return body === 'y' ? new Promise(() => undefined) : Promise.resolve();
      },
    );
    expect(worked).toEqual(['x', 'y']);
    expect(failed(answer)).toEqual(['y', 'z']);
  });

  test('leaves no timer behind, so that a run that is over is over', async () => {
    const timers = jest.spyOn(global, 'setTimeout');
    const cleared = jest.spyOn(global, 'clearTimeout');
    await workBatch({ Records: [record('a')] }, context, logger, failing());
    const set = timers.mock.results.map(({ value }) => value);
    expect(set).toHaveLength(2);
    for (const timer of set) expect(cleared.mock.calls.map(([one]) => one)).toContain(timer);
  });
});
