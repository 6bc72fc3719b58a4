import type { GetRecordsCommandInput, GetShardIteratorCommandInput, Shard, _Record } from '@aws-sdk/client-kinesis';
import type { KinesisStreamRecord } from 'aws-lambda';
import { evenRanges, shardOf, type HashRange } from '../../lib/constructs/messaging/shards';

interface FakeShard {
  readonly id: string;
  readonly range: HashRange;
  readonly parents: readonly string[];
  readonly records: { readonly sequence: string; readonly data: Buffer; readonly key: string }[];
  open: boolean;
}

/** A stream of Kinesis in memory: keys have their shards, records stay, and whoever reads takes nothing away. */
export class FakeStream {
  private readonly shards: FakeShard[] = [];
  private serial = 0;

  /** @param page how many records an answer holds at most */
  constructor(
    count: number,
    private readonly page = 1000,
  ) {
    for (const range of evenRanges(count)) this.add(range, []);
  }

  put(data: string, key: string): void {
    this.serial += 1;
    const sequence = `4967${String(this.serial).padStart(52, '0')}`;
    this.open[shardOf(key, this.ranges)].records.push({ sequence, data: Buffer.from(data), key });
  }

  /** Splits, or merges, into so many shards of the same width; what the old ones hold stays in them. */
  reshard(count: number): void {
    const before = this.open;
    for (const range of evenRanges(count)) {
      const parents = before.filter((shard) => shard.range.first <= range.last && shard.range.last >= range.first);
      this.add(
        range,
        parents.map(({ id }) => id),
      );
    }
    for (const shard of before) shard.open = false;
  }

  /** The shard a key's records go to now. */
  shardOf(key: string): string {
    return this.open[shardOf(key, this.ranges)].id;
  }

  /** The newest record of a shard. */
  last(shard: string): { readonly sequence: string } {
    return this.find(shard).records.at(-1)!;
  }

  listed(): Shard[] {
    return this.shards.map(({ id, parents: [ParentShardId, AdjacentParentShardId] }) => ({
      ShardId: id,
      ParentShardId,
      AdjacentParentShardId,
      HashKeyRange: undefined,
      SequenceNumberRange: undefined,
    }));
  }

  iterator({ ShardId, StartingSequenceNumber }: GetShardIteratorCommandInput): { ShardIterator: string } {
    const { records } = this.find(ShardId!);
    const after = records.findIndex(({ sequence }) => sequence === StartingSequenceNumber);
    return { ShardIterator: `${ShardId}:${after + 1}` };
  }

  /** A closed shard has an end: the answer after its last record names no further iterator. */
  records({ ShardIterator, Limit = this.page }: GetRecordsCommandInput) {
    const [id, start] = ShardIterator!.split(':');
    const shard = this.find(id);
    const end = Math.min(Number(start) + Math.min(Limit, this.page), shard.records.length);
    const isOver = !shard.open && end === shard.records.length;
    return {
      Records: shard.records
        .slice(Number(start), end)
        .map(({ sequence, data, key }): _Record => ({ SequenceNumber: sequence, Data: data, PartitionKey: key })),
      ...(!isOver && { NextShardIterator: `${id}:${end}` }),
      MillisBehindLatest: end === shard.records.length ? 0 : 1000,
    };
  }

  /** What a mapping makes of it for a function: each shard's records, in order, so many at a time. */
  *batches(size: number): Generator<KinesisStreamRecord[]> {
    for (const { id, records } of this.shards)
      for (let start = 0; start < records.length; start += size)
        yield records.slice(start, start + size).map(({ sequence, data, key }) => ({
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: key,
            sequenceNumber: sequence,
            data: data.toString('base64'),
            approximateArrivalTimestamp: 1_764_324_930.5,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `${id}:${sequence}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::111122223333:role/reader',
          awsRegion: 'eu-west-1',
          eventSourceARN: 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks',
        }));
  }

  private get open(): FakeShard[] {
    return this.shards.filter(({ open }) => open);
  }

  private get ranges(): HashRange[] {
    return this.open.map(({ range }) => range);
  }

  private find(id: string): FakeShard {
    return this.shards.find((shard) => shard.id === id)!;
  }

  private add(range: HashRange, parents: readonly string[]): void {
    const id = `shardId-${String(this.shards.length).padStart(12, '0')}`;
    this.shards.push({ id, range, parents, records: [], open: true });
  }
}
