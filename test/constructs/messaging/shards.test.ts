import fc from 'fast-check';
import { evenRanges, hashOfKey, shardOf, shardsFor, type StreamLoad } from '../../../lib/constructs/messaging/shards';

describe('shardsFor', () => {
  test.each<[StreamLoad, number, string]>([
    [{ records: 0, bytes: 0 }, 1, 'there is no stream without one'],
    [{ records: 1000, bytes: 1_000_000 }, 1, 'one is full'],
    [{ records: 1001, bytes: 1000 }, 2, 'there are too many records for one'],
    [{ records: 10, bytes: 1_000_001 }, 2, 'there are too many bytes for one'],
    [{ records: 10, bytes: 1_000_000, consumers: 2 }, 1, 'two readers can read what one shard takes'],
    [{ records: 10, bytes: 1_000_000, consumers: 3 }, 2, 'the third reader needs another'],
    [{ records: 10, bytes: 1_000_000, consumers: 0 }, 1, 'nobody shares, all have throughput of their own'],
    [{ records: 25_000, bytes: 4_000_000, consumers: 5 }, 25, 'records decide'],
  ])('%j needs %i: %s [messaging-stream]', (load, shards, _) => {
    expect(shardsFor(load)).toBe(shards);
  });

  test('is enough for writers and for readers, and one less is not [messaging-stream]', () => {
    const load = fc.record({
      records: fc.integer({ min: 0, max: 1_000_000 }),
      bytes: fc.integer({ min: 0, max: 1_000_000_000 }),
      consumers: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(load, ({ records, bytes, consumers }) => {
        const fits = (shards: number) =>
          records <= shards * 1000 && bytes <= shards * 1_000_000 && bytes * consumers <= shards * 2_000_000;
        const shards = shardsFor({ records, bytes, consumers });
        expect(fits(shards)).toBe(true);
        expect(shards === 1 || !fits(shards - 1)).toBe(true);
      }),
    );
  });

  test.each([
    [{ records: -1, bytes: 0 }, 'records is -1; give a number of 0 or more'],
    [{ records: 1, bytes: Number.NaN }, 'bytes is NaN; give a number of 0 or more'],
    [{ records: 1, bytes: 1, consumers: -2 }, 'consumers is -2; give a number of 0 or more'],
  ])('fails when the load is %j', (load, message) => {
    expect(() => shardsFor(load)).toThrow(message);
  });
});

describe('shardOf', () => {
  test('the ranges of a stream leave no gap and do not overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (shards) => {
        const ranges = evenRanges(shards);
        expect(ranges).toHaveLength(shards);
        expect([ranges[0].first, ranges.at(-1)!.last]).toEqual([0n, 2n ** 128n - 1n]);
        for (let i = 1; i < shards; i++) expect(ranges[i].first).toBe(ranges[i - 1].last + 1n);
      }),
    );
  });

  test('a key always goes to one shard, and only to one [messaging-stream]', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 256 }), fc.integer({ min: 1, max: 50 }), (key, shards) => {
        const ranges = evenRanges(shards);
        const hash = hashOfKey(key);
        expect(ranges.filter(({ first, last }) => hash >= first && hash <= last)).toHaveLength(1);
        const shard = shardOf(key, ranges);
        expect(shard).toBeGreaterThanOrEqual(0);
        expect(shardOf(key, evenRanges(shards))).toBe(shard);
      }),
    );
  });

  test('a key is hashed as Kinesis does: its MD5, read as one number', () => {
    // What `printf a | md5sum` prints.
    expect(hashOfKey('a')).toBe(BigInt('0x0cc175b9c0f1b6a831c399e269772661'));
    expect(shardOf('a', evenRanges(16))).toBe(0);
    expect(shardOf('b', evenRanges(16))).toBe(9);
  });
});
