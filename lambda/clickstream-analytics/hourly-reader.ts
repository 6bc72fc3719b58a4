import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type KinesisClient,
  type Shard,
  type _Record,
} from '@aws-sdk/client-kinesis';
import { clickIn, hourOf } from './click';
import { inTurn, moved, positionsIn, type Position } from './positions';

/** Where it reads, and where it counts. */
export interface Place {
  readonly stream: string;
  readonly table: string;
}

/** What a run has read. */
export interface Read {
  readonly clicks: number;
  readonly refused: number;
  /** Whether there was time to read to the end. */
  readonly caughtUp: boolean;
}

/** A record that is no click. */
export interface BadRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly reason: string;
}

/** A transaction holds a hundred changes, and one of them is the position. */
const mostGroups = 99;
const pageOfRecords = 1000;

/** Where visitors came from who came by themselves. */
export const directly = 'directly';

/**
 * A reader that keeps its own place in each shard, as functions with a mapping have Lambda keep theirs. The place moves in the
 * same transaction in which clicks are counted: after a death in the middle, or beside another reader, each is counted once.
 *
 * A bad record cannot be tried again later, since the place moves on over it; it is told of, and stays in the stream.
 */
export class HourlyReader {
  constructor(
    private readonly kinesis: KinesisClient,
    private readonly dynamodb: DynamoDBClient,
    private readonly place: Place,
  ) {}

  /**
   * Reads all shards to their ends, parents before children.
   *
   * @param hasTime asked before each batch
   * @param refuse is told of each record that is no click
   */
  async catchUp(hasTime: () => boolean, refuse: (record: BadRecord) => void): Promise<Read> {
    const total = { clicks: 0, refused: 0 };
    const read = new Set<string>();
    for (;;) {
      const positions = await positionsIn(this.dynamodb, this.place.table);
      const turn = inTurn(await this.shards(), positions).filter((shard) => !read.has(shard));
      if (turn.length === 0) return { ...total, caughtUp: true };
      for (const shard of turn) {
        read.add(shard);
        for await (const { clicks, bad } of this.batches(shard, positions.get(shard), hasTime)) {
          total.clicks += clicks;
          total.refused += bad.length;
          bad.forEach(refuse);
        }
        if (!hasTime()) return { ...total, caughtUp: false };
      }
    }
  }

  private async shards(): Promise<Shard[]> {
    const all: Shard[] = [];
    let next: string | undefined;
    do {
      const input = next === undefined ? { StreamName: this.place.stream } : { NextToken: next };
      const { Shards = [], NextToken } = await this.kinesis.send(new ListShardsCommand(input));
      all.push(...Shards);
      next = NextToken;
    } while (next !== undefined);
    return all;
  }

  /** Works a shard from its position on, and gives what came of each batch. Ends early when another reader is faster. */
  private async *batches(shard: string, start: Position | undefined, hasTime: () => boolean) {
    let position = start;
    let iterator = await this.iteratorAt(shard, position);
    while (iterator !== undefined && hasTime()) {
      const {
        Records = [],
        NextShardIterator,
        MillisBehindLatest,
      } = await this.kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: pageOfRecords }));
      const batches = batchesOf(shard, Records);
      for (const { counts, clicks, bad, last } of batches) {
        const to = { sequence: last, done: false };
        if (!(await this.commit(shard, position, to, counts))) return;
        position = to;
        yield { clicks, bad };
      }
      iterator = NextShardIterator;
      // A closed shard has an end, which is found by reading on.
      if (iterator !== undefined && Records.length === 0 && MillisBehindLatest === 0) return;
    }
    if (iterator === undefined) await this.commit(shard, position, { ...position, done: true }, new Map());
  }

  private async iteratorAt(shard: string, position?: Position): Promise<string | undefined> {
    const { ShardIterator } = await this.kinesis.send(
      new GetShardIteratorCommand({
        StreamName: this.place.stream,
        ShardId: shard,
        ...(position?.sequence === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequence }),
      }),
    );
    return ShardIterator;
  }

  /** False when the position is no longer where it was: another reader, or an attempt whose answer was lost, has moved it. */
  private async commit(
    shard: string,
    from: Position | undefined,
    to: Position,
    counts: ReadonlyMap<string, Count>,
  ): Promise<boolean> {
    const { table } = this.place;
    const changes = [...counts.values()].map(({ hour, from: host, clicks }): TransactWriteItem => ({
      Update: {
        TableName: table,
        Key: { id: { S: hour }, at: { S: host } },
        UpdateExpression: 'ADD clicks :clicks',
        ExpressionAttributeValues: { ':clicks': { N: String(clicks) } },
      },
    }));
    try {
      const TransactItems = [{ Update: moved(table, shard, from, to) }, ...changes];
      await this.dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
      return true;
    } catch (error) {
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code !== 'ConditionalCheckFailed') throw error;
      return false;
    }
  }
}

interface Count {
  readonly hour: string;
  readonly from: string;
  clicks: number;
}

interface Batch {
  readonly counts: Map<string, Count>;
  readonly bad: BadRecord[];
  clicks: number;
  last: string;
}

/** Splits records, in order, into batches that fit into a transaction each. */
function batchesOf(shard: string, records: readonly _Record[]): Batch[] {
  const batches: Batch[] = [];
  for (const { Data, SequenceNumber } of records) {
    const sequence = SequenceNumber!;
    let batch = batches.at(-1);
    if (!batch || batch.counts.size >= mostGroups)
      batches.push((batch = { counts: new Map(), bad: [], clicks: 0, last: sequence }));
    batch.last = sequence;
    try {
      const click = clickIn(Data!);
      const [hour, from] = [hourOf(click), click.from ?? directly];
      const count = batch.counts.get(`${hour} ${from}`) ?? { hour, from, clicks: 0 };
      count.clicks += 1;
      batch.counts.set(`${hour} ${from}`, count);
      batch.clicks += 1;
    } catch (error) {
      batch.bad.push({ shard, sequence, reason: (error as Error).message });
    }
  }
  return batches;
}
