import { createHash } from 'node:crypto';

/** What flows through a stream. */
export interface StreamLoad {
  /** Records in a second, at the busiest. */
  readonly records: number;
  /** Bytes in a second, at the busiest. */
  readonly bytes: number;
  /**
   * Readers that share what a shard gives out; those with throughput of their own do not count.
   * @default 1
   */
  readonly consumers?: number;
}

/** What one shard takes and gives in a second, in megabytes as they are sold: a million bytes. */
export const shardLimits = { recordsIn: 1000, bytesIn: 1_000_000, bytesOut: 2_000_000 } as const;

/**
 * How many shards a load needs. Readers that share make a stream grow as writers do: with three of them each byte goes out
 * three times, and a shard gives out no more than twice what it takes in.
 *
 * It counts on keys that spread: one key never gets more than one shard.
 *
 * @throws when a figure is negative or no number
 * @claims messaging-stream
 */
export function shardsFor({ records, bytes, consumers = 1 }: StreamLoad): number {
  for (const [name, value] of Object.entries({ records, bytes, consumers }))
    if (!(value >= 0 && Number.isFinite(value))) throw new Error(`${name} is ${value}; give a number of 0 or more`);
  return Math.max(
    1,
    Math.ceil(records / shardLimits.recordsIn),
    Math.ceil(bytes / shardLimits.bytesIn),
    Math.ceil((bytes * consumers) / shardLimits.bytesOut),
  );
}

/** The keys of a shard: hashes from its first to its last, both included. */
export interface HashRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Where Kinesis puts a key: its MD5 as a number of 128 bits. */
export const hashOfKey = (partitionKey: string): bigint =>
  BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);

/** The ranges of a new stream: as many as it has shards, alike in width, without gap or overlap. */
export function evenRanges(shards: number): HashRange[] {
  const all = 2n ** 128n;
  const bound = (i: number) => (all * BigInt(i)) / BigInt(shards);
  return Array.from({ length: shards }, (_, i) => ({ first: bound(i), last: bound(i + 1) - 1n }));
}

/**
 * Which of a stream's shards holds the records of a key. It is always the same one, until the stream is split or merged; so
 * records of one key keep their order, and those of different keys only where they happen to share a shard.
 *
 * @claims messaging-stream
 */
export function shardOf(partitionKey: string, ranges: readonly HashRange[]): number {
  const hash = hashOfKey(partitionKey);
  return ranges.findIndex(({ first, last }) => hash >= first && hash <= last);
}
