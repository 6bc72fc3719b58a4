import { setTimeout } from 'node:timers/promises';
import {
  DescribeStreamSummaryCommand,
  ResourceInUseException,
  UpdateShardCountCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import type { Wish } from './environment';

/** What was done; nothing where both are the same. */
export interface Outcome {
  readonly from: number;
  readonly to: number;
}

/** How long a change under way is waited for. */
export interface Waiting {
  readonly looks: number;
  readonly milliseconds: number;
}

/** Ten minutes; one change takes about one. */
const usualWaiting: Waiting = { looks: 120, milliseconds: 5000 };

/** How many shards come next: twice as many or half, which is as far as Kinesis goes at once, but not beyond the wish. */
export function nextCount(shards: number, wish: Wish): number {
  if ('atLeast' in wish) return Math.max(shards, Math.min(2 * shards, wish.atLeast));
  return Math.min(shards, Math.max(Math.ceil(shards / 2), wish.atMost));
}

/**
 * Doubles or halves a stream until it has what an alarm asks for. It looks before each step: an alarm that comes twice, late or
 * beside another changes nothing that is well already, and a run that was cut off is finished by the next.
 *
 * @throws when a change does not end in time, or Kinesis allows no further one that day; to be tried again
 * @claims messaging-stream-capacity
 */
export async function rescale(
  kinesis: KinesisClient,
  stream: string,
  wish: Wish,
  { looks, milliseconds }: Waiting = usualWaiting,
): Promise<Outcome> {
  let from: number | undefined;
  for (let look = 1; look <= looks; look++) {
    if (look > 1) await setTimeout(milliseconds);
    const shards = await settled(kinesis, stream);
    if (shards === undefined) continue;
    from ??= shards;
    const next = nextCount(shards, wish);
    if (next === shards) return { from, to: shards };
    await change(kinesis, stream, next);
  }
  throw new Error(`${stream} was still being changed after ${looks} looks; the next run goes on`);
}

/** How many shards it has; undefined while that changes. */
async function settled(kinesis: KinesisClient, stream: string): Promise<number | undefined> {
  const { StreamDescriptionSummary: summary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: stream }),
  );
  return summary?.StreamStatus === 'ACTIVE' ? summary.OpenShardCount : undefined;
}

async function change(kinesis: KinesisClient, stream: string, shards: number): Promise<void> {
  const update = { StreamName: stream, TargetShardCount: shards, ScalingType: 'UNIFORM_SCALING' as const };
  await kinesis.send(new UpdateShardCountCommand(update)).catch((error: Error) => {
    // Another run was faster; it is waited for like a change of its own.
    if (!(error instanceof ResourceInUseException)) throw error;
  });
}
