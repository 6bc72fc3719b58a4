import { StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { outsideRange } from '../faults';

/** Bounds within which a stream doubles and halves. */
export interface ScaledShards {
  /** Shards it begins with and never goes below, 1 or more. */
  readonly min: number;
  /** Shards it never goes above, more than `min`. */
  readonly max: number;
}

const most = 10_000;
/** Kinesis changes a stream ten times in a day at most, so that more steps could not be gone through. */
const mostSteps = 10;

/** The sizes a scaled stream can have: each twice the one before, and the last whatever its bound leaves. */
export function scaleSizes({ min, max }: ScaledShards): number[] {
  const sizes = [min];
  while (sizes.at(-1)! < max) sizes.push(Math.min(2 * sizes.at(-1)!, max));
  return sizes;
}

/**
 * How much a stream takes, and what is billed for it.
 *
 * @claims messaging-stream-capacity
 */
export class StreamCapacity {
  /** So many shards, billed by the hour; each takes 1 MB or 1,000 records in a second. `shardsFor` tells how many. */
  static shards(count: number): StreamCapacity {
    return new StreamCapacity('provisioned', [outsideRange('capacity has shards, which', count, 1, most)], count);
  }

  /**
   * Shards whose number is doubled when four fifths of what they take is used, and halved when it is less than a quarter.
   * Kinesis allows ten such changes in a day. Each size between the bounds has two alarms.
   */
  static scaled(bounds: ScaledShards): StreamCapacity {
    return new StreamCapacity('provisioned', boundFaults(bounds), bounds.min, bounds);
  }

  /** Whatever comes, up to twice the busiest of the last 30 days; billed by the hour and by volume. */
  static onDemand(): StreamCapacity {
    return new StreamCapacity('on-demand', []);
  }

  private constructor(
    private readonly mode: 'provisioned' | 'on-demand',
    private readonly found: readonly (string | undefined)[],
    private readonly shardCount?: number,
    /** The bounds, where it is scaled. */
    readonly scaled?: ScaledShards,
  ) {}

  /** What is wrong with it, as sentences. */
  faults(): readonly (string | undefined)[] {
    return this.found;
  }

  /** What the CDK calls it. */
  get props(): { readonly streamMode: StreamMode; readonly shardCount?: number } {
    return this.mode === 'on-demand'
      ? { streamMode: StreamMode.ON_DEMAND }
      : { streamMode: StreamMode.PROVISIONED, shardCount: this.shardCount };
  }
}

function boundFaults({ min, max }: ScaledShards): (string | undefined)[] {
  const outside = [
    outsideRange('capacity has min, which', min, 1, most),
    outsideRange('capacity has max, which', max, 1, most),
  ];
  if (outside.some(Boolean)) return outside;
  if (max <= min)
    return [`capacity has min ${min} and max ${max}; make max larger, or take StreamCapacity.shards(${min})`];
  const steps = scaleSizes({ min, max }).length - 1;
  return steps <= mostSteps
    ? []
    : [`capacity goes from ${min} to ${max} in ${steps} doublings, and Kinesis allows ${mostSteps} a day; raise min`];
}
