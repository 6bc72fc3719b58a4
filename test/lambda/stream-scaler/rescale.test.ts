import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  LimitExceededException,
  ResourceInUseException,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import type { Wish } from '../../../lambda/stream-scaler/environment';
import { nextCount, rescale } from '../../../lambda/stream-scaler/rescale';

const kinesis = mockClient(KinesisClient);
const client = new KinesisClient({});
const waiting = { looks: 8, milliseconds: 0 };
const changes = () => kinesis.commandCalls(UpdateShardCountCommand).map(({ args }) => args[0].input);

/** A stream that is being changed for so many looks after each change. */
function streamOf(shards: number, looksOfChange = 1): void {
  let count = shards;
  let busy = 0;
  kinesis.reset();
  kinesis.on(DescribeStreamSummaryCommand).callsFake(() => ({
    StreamDescriptionSummary: { StreamStatus: busy-- > 0 ? 'UPDATING' : 'ACTIVE', OpenShardCount: count },
  }));
  kinesis.on(UpdateShardCountCommand).callsFake(async ({ TargetShardCount }: { TargetShardCount: number }) => {
    if (TargetShardCount > 2 * count || TargetShardCount < count / 2) throw new Error('more than twice, or under half');
    [count, busy] = [TargetShardCount, looksOfChange];
  });
}

const inUse = new ResourceInUseException({ message: 'stream is UPDATING', $metadata: {} });

describe('a step', () => {
  test.each<[number, Wish, number]>([
    [1, { atLeast: 2 }, 2],
    [2, { atLeast: 8 }, 4],
    [4, { atLeast: 5 }, 5],
    [4, { atLeast: 2 }, 4],
    [8, { atMost: 4 }, 4],
    [8, { atMost: 1 }, 4],
    [5, { atMost: 2 }, 3],
    [1, { atMost: 4 }, 1],
  ])('from %i shards, for the wish %j, is %i [messaging-stream-capacity]', (shards, wish, next) => {
    expect(nextCount(shards, wish)).toBe(next);
  });

  test('never goes further than Kinesis does, and comes to what is wished', () => {
    const count = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(count, count, fc.boolean(), (start, goal, up) => {
        const wish: Wish = up ? { atLeast: goal } : { atMost: goal };
        let shards = start;
        for (let step = 0; step < 20; step++) {
          const next = nextCount(shards, wish);
          expect(next).toBeLessThanOrEqual(2 * shards);
          expect(next).toBeGreaterThanOrEqual(shards / 2);
          shards = next;
        }
        expect(shards).toBe(up ? Math.max(start, goal) : Math.min(start, goal));
      }),
    );
  });
});

describe('rescale', () => {
  test('doubles, and waits until it is done [messaging-stream-capacity]', async () => {
    streamOf(1, 3);
    expect(await rescale(client, 'clicks', { atLeast: 2 }, waiting)).toEqual({ from: 1, to: 2 });
    expect(changes()).toEqual([{ StreamName: 'clicks', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }]);
  });

  test('halves, not below the wish [messaging-stream-capacity]', async () => {
    streamOf(3);
    expect(await rescale(client, 'clicks', { atMost: 2 }, waiting)).toEqual({ from: 3, to: 2 });
  });

  test('goes two steps when a load jumped over a size', async () => {
    streamOf(1);
    expect(await rescale(client, 'clicks', { atLeast: 4 }, waiting)).toEqual({ from: 1, to: 4 });
    expect(changes().map(({ TargetShardCount }) => TargetShardCount)).toEqual([2, 4]);
  });

  test('does nothing when the alarm comes twice, or late', async () => {
    streamOf(4);
    expect(await rescale(client, 'clicks', { atLeast: 2 }, waiting)).toEqual({ from: 4, to: 4 });
    expect(changes()).toEqual([]);
  });

  test('waits for a change that another run has begun', async () => {
    streamOf(2, 0);
    kinesis.on(UpdateShardCountCommand).rejects(inUse);
    kinesis
      .on(DescribeStreamSummaryCommand)
      .resolvesOnce({ StreamDescriptionSummary: { StreamStatus: 'ACTIVE', OpenShardCount: 1 } as never })
      .resolvesOnce({ StreamDescriptionSummary: { StreamStatus: 'UPDATING', OpenShardCount: 1 } as never })
      .resolves({ StreamDescriptionSummary: { StreamStatus: 'ACTIVE', OpenShardCount: 2 } as never });
    expect(await rescale(client, 'clicks', { atLeast: 2 }, waiting)).toEqual({ from: 1, to: 2 });
  });

  test('fails when a change does not end, so that Lambda runs it again', async () => {
    streamOf(1, 99);
    await expect(rescale(client, 'clicks', { atLeast: 2 }, waiting)).rejects.toThrow(
      'clicks was still being changed after 8 looks; the next run goes on',
    );
  });

  test('fails when Kinesis allows no further change that day', async () => {
    streamOf(1);
    kinesis.on(UpdateShardCountCommand).rejects(new LimitExceededException({ message: 'ten a day', $metadata: {} }));
    await expect(rescale(client, 'clicks', { atLeast: 2 }, waiting)).rejects.toThrow('ten a day');
  });
});

describe('the handler', () => {
  const context = { awsRequestId: 'run', functionName: 'scaler' } as never;
  let handler: (event: unknown, context: never) => Promise<unknown>;
  beforeAll(() => {
    process.env.STREAM_NAME = 'clicks';
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    ({ handler } = require('../../../lambda/stream-scaler/scale') as { handler: typeof handler });
  });

  test('does what the alarm asks of the stream it is told of', async () => {
    streamOf(2);
    expect(await handler({ atLeast: 2 }, context)).toEqual({ from: 2, to: 2 });
  });

  test.each([{}, { atLeast: 0 }, { atMost: 1.5 }, { atLeast: 2, atMost: 1 }, 'more', null])(
    'fails when the event is %j, and changes nothing',
    async (event) => {
      streamOf(1);
      await expect(handler(event, context)).rejects.toThrow(
        'the event is not {"atLeast": shards} or {"atMost": shards}',
      );
      expect(changes()).toEqual([]);
    },
  );
});
