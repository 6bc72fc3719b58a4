import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { aClick, context } from './clicks';
import { handler } from '../../../lambda/clickstream-analytics/collect';

const kinesis = mockClient(KinesisClient);
const calls = () => kinesis.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input);
const now = '2026-11-28T10:16:00.000Z';

beforeEach(() => {
  kinesis.reset();
  kinesis.on(PutRecordsCommand).resolves({});
  jest.useFakeTimers({ now: Date.parse(now), doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick'] });
});
afterEach(() => jest.useRealTimers());

const post = async (body: unknown) => {
  const answer = await handler(
    {
      resource: '/clicks',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      requestContext: { requestId: 'request' },
    },
    context,
  );
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};

describe('the collector', () => {
  test('puts clicks into the stream under their visitor, so that those of one visitor keep their order [messaging-stream-producer]', async () => {
    const clicks = [aClick(), aClick({ id: 'click-0002', visitor: 'v2' })];
    expect(await post({ clicks })).toEqual({ status: 202, body: { taken: 2 } });
    expect(
      calls()[0].Records!.map(({ Data, PartitionKey }) => [JSON.parse(Buffer.from(Data!).toString()), PartitionKey]),
    ).toEqual([
      [clicks[0], 'v1'],
      [clicks[1], 'v2'],
    ]);
  });

  test('asks for all again when some were not taken, as their ids make them one', async () => {
    kinesis.on(PutRecordsCommand).resolves({ Records: [{ ErrorCode: 'ProvisionedThroughputExceededException' }] });
    expect(await post({ clicks: [aClick()] })).toMatchObject({ status: 503 });
    expect(calls()).toHaveLength(3);
  });

  test.each([
    ['no JSON', 'clicks', 'The body is not JSON.'],
    ['no clicks', { clicks: [] }, 'The body does not have the form this method takes.'],
    ['more than a hundred', { clicks: Array.from({ length: 101 }, () => aClick()) }, 'The body does not have the form'],
    ['a bad one among good ones', { clicks: [aClick(), { page: 1 }] }, 'The body does not have the form'],
    [
      'a click of last week',
      { clicks: [aClick({ at: '2026-11-20T10:00:00Z' })] },
      'These are no clicks of the last day.',
    ],
    ['a click to come', { clicks: [aClick({ at: '2026-11-28T10:30:00Z' })] }, 'These are no clicks of the last day.'],
  ])('answers 400 to %s, and puts none [serverless-untrusted-input]', async (_, body, detail) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
    expect(calls()).toEqual([]);
  });
});
