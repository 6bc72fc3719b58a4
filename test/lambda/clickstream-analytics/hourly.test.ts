import { DynamoDBClient, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { aClick, context } from './clicks';
import { FakeStream } from '../../support/fake-stream';
import { HourlyReader, type BadRecord } from '../../../lambda/clickstream-analytics/hourly-reader';
import { inTurn } from '../../../lambda/clickstream-analytics/positions';
import { handler } from '../../../lambda/clickstream-analytics/hourly';

const kinesis = mockClient(KinesisClient);
const dynamodb = mockClient(DynamoDBClient);
let stream: FakeStream;
let table: FakeHours;

/** The table of positions and counts, as far as the reader uses one: a transaction is done whole, or not at all. */
class FakeHours {
  readonly items = new Map<string, Record<string, any>>();
  /** Called before a transaction is looked at; throws, or changes what it will find. */
  before: () => void = () => undefined;
  /** Called after one took effect; throws where its answer is lost. */
  after: () => void = () => undefined;

  transact({ TransactItems }: TransactWriteItemsCommand['input']): object {
    this.before();
    const changes = TransactItems!.map(({ Update }) => Update!);
    const [{ Key, ConditionExpression, ExpressionAttributeValues: values }] = changes;
    const at = this.items.get(`${Key!.id.S} ${Key!.at.S}`)?.sequence;
    if (ConditionExpression === '#sequence = :from' ? at !== values![':from'].S : at !== undefined) throw cancelled();
    for (const { Key: key, UpdateExpression, ExpressionAttributeValues: given } of changes) {
      const name = `${key!.id.S} ${key!.at.S}`;
      const item = this.items.get(name) ?? {};
      if (UpdateExpression === 'ADD clicks :clicks') item.clicks = (item.clicks ?? 0) + Number(given![':clicks'].N);
      else Object.assign(item, { done: given![':done'].BOOL, ...(given![':to'] && { sequence: given![':to'].S }) });
      this.items.set(name, item);
    }
    this.after();
    return {};
  }

  positions() {
    const entries = [...this.items].filter(([name]) => name.startsWith('position '));
    return {
      Items: entries.map(([name, { sequence, done }]) => ({
        at: { S: name.split(' ')[1] },
        ...(sequence && { sequence: { S: sequence } }),
        done: { BOOL: done },
      })),
    };
  }

  get counts(): Record<string, number> {
    const entries = [...this.items].filter(([name]) => !name.startsWith('position '));
    return Object.fromEntries(entries.map(([name, { clicks }]) => [name, clicks]));
  }
}

const cancelled = () => {
  const { TransactionCanceledException } =
    jest.requireActual<typeof import('@aws-sdk/client-dynamodb')>('@aws-sdk/client-dynamodb');
  return new TransactionCanceledException({
    message: 'no',
    $metadata: {},
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
  });
};

beforeEach(() => {
  stream = new FakeStream(2);
  table = new FakeHours();
  kinesis.reset();
  dynamodb.reset();
  kinesis.on(ListShardsCommand).callsFake(async () => ({ Shards: stream.listed() }));
  kinesis.on(GetShardIteratorCommand).callsFake(async (input) => stream.iterator(input));
  kinesis.on(GetRecordsCommand).callsFake(async (input) => stream.records(input));
  dynamodb.on(QueryCommand).callsFake(async () => table.positions());
  dynamodb.on(TransactWriteItemsCommand).callsFake(async (input) => table.transact(input));
});

const reader = () =>
  new HourlyReader(new KinesisClient({}), new DynamoDBClient({}), { stream: 'clicks', table: 'hours' });
const refused: BadRecord[] = [];
const read = (hasTime = () => true) => reader().catchUp(hasTime, (record) => refused.push(record));
const put = (count: number, from = 'news.example.com', hour = 10) => {
  for (let i = 0; i < count; i++)
    stream.put(JSON.stringify(aClick({ visitor: `v${i}`, from, at: `2026-11-28T${hour}:00:00Z` })), `v${i}`);
};

describe('the hourly reader', () => {
  test('counts what came since it last did, by hour and where visitors came from, in every shard [messaging-stream-consumers]', async () => {
    put(30);
    put(5, 'mail.example.com', 11);
    expect(await read()).toEqual({ clicks: 35, refused: 0, caughtUp: true });
    put(2);
    expect(await read()).toEqual({ clicks: 2, refused: 0, caughtUp: true });
    expect(table.counts).toEqual({ '2026-11-28T10 news.example.com': 32, '2026-11-28T11 mail.example.com': 5 });
    expect(await read()).toEqual({ clicks: 0, refused: 0, caughtUp: true });
  });

  test('a run that dies after its count was written, and before it heard of it, counts nothing twice [messaging-stream-consumers]', async () => {
    put(30);
    table.after = () => {
      table.after = () => undefined;
      throw new Error('died');
    };
    await expect(read()).rejects.toThrow('died');
    await read();
    expect(table.counts).toEqual({ '2026-11-28T10 news.example.com': 30 });
  });

  test('of two that read at once each record is counted by one, and the slower one lets the shard be', async () => {
    put(30);
    table.before = () => {
      table.before = () => undefined;
      for (const { ShardId } of stream.listed()) {
        const { sequence } = stream.last(ShardId!);
        table.items.set(`position ${ShardId}`, { sequence, done: false });
      }
    };
    expect(await read()).toEqual({ clicks: 0, refused: 0, caughtUp: true });
    expect(table.counts).toEqual({});
  });

  test('reads what is left of a shard that was split before it reads the new ones [messaging-stream-consumers]', async () => {
    put(10);
    stream.reshard(4);
    put(10);
    const order: string[] = [];
    kinesis.on(GetShardIteratorCommand).callsFake(async (input) => {
      order.push(input.ShardId);
      return stream.iterator(input);
    });
    expect(await read()).toMatchObject({ clicks: 20, caughtUp: true });
    expect(order).toEqual([...order].sort());
    expect([...table.items].filter(([, { done }]) => done)).toHaveLength(2);
    expect(await read()).toMatchObject({ clicks: 0 });
  });

  test('passes over a record that is none, and tells which it was', async () => {
    refused.length = 0;
    put(2);
    stream.put('poison', 'v0');
    put(1);
    expect(await read()).toEqual({ clicks: 3, refused: 1, caughtUp: true });
    expect(refused).toEqual([
      { shard: stream.shardOf('v0'), sequence: expect.any(String), reason: 'the record is not JSON' },
    ]);
    expect(await read()).toMatchObject({ refused: 0 });
  });

  test('a transaction holds a hundred changes at most, however many hosts there are', async () => {
    stream = new FakeStream(1);
    for (let i = 0; i < 250; i++) stream.put(JSON.stringify(aClick({ from: `host-${i}` })), 'v');
    await read();
    const sizes = dynamodb
      .commandCalls(TransactWriteItemsCommand)
      .map(({ args }) => args[0].input.TransactItems!.length);
    expect(sizes).toEqual([100, 100, 53]);
    expect(Object.keys(table.counts)).toHaveLength(250);
  });

  test('stops when its time is nearly over, and the next run goes on from there [serverless-time-left-guard]', async () => {
    stream = new FakeStream(1, 10);
    put(25);
    let looks = 0;
    expect(await read(() => ++looks <= 2)).toEqual({ clicks: 20, refused: 0, caughtUp: false });
    expect(await read()).toEqual({ clicks: 5, refused: 0, caughtUp: true });
    expect(table.counts).toEqual({ '2026-11-28T10 news.example.com': 25 });
  });

  test('another failure than a lost race is not hidden', async () => {
    put(1);
    table.before = () => {
      throw new Error('down');
    };
    await expect(read()).rejects.toThrow('down');
  });

  test('whenever it is stopped and wherever it fails, each click is counted once in the end [messaging-stream-consumers]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.constantFrom('works', 'fails', 'is not heard of')),
        async (visitors, fate) => {
          stream = new FakeStream(2, 3);
          table = new FakeHours();
          visitors.forEach((visitor) => stream.put(JSON.stringify(aClick()), `v${visitor}`));
          let next = 'works';
          table.before = () => {
            next = fate.next().value;
            if (next === 'fails') throw new Error('down');
          };
          table.after = () => {
            if (next === 'is not heard of') throw new Error('down');
          };
          for (let run = 0; run < 12; run++) await read().catch(() => undefined);
          [table.before, table.after] = [() => undefined, () => undefined];
          await read();
          expect(table.counts).toEqual({ '2026-11-28T10 directly': visitors.length });
        },
      ),
      { numRuns: 20 },
    );
  });

  test('the handler answers what it has read', async () => {
    put(3);
    stream.put('poison', 'v0');
    expect(await handler({ scheduledTime: '2026-11-28T11:00:00Z' }, context)).toEqual({
      clicks: 3,
      refused: 1,
      caughtUp: true,
    });
  });
});

describe('the turn of shards', () => {
  const shard = (ShardId: string, ParentShardId?: string, AdjacentParentShardId?: string) =>
    ({ ShardId, ParentShardId, AdjacentParentShardId }) as never;

  test('a child waits for both its parents, and not for one that the stream has forgotten', () => {
    const shards = [shard('a'), shard('b'), shard('c', 'a', 'b'), shard('d', 'gone')];
    expect(inTurn(shards, new Map())).toEqual(['a', 'b', 'd']);
    expect(inTurn(shards, new Map([['a', { done: true }]]))).toEqual(['b', 'd']);
    const both = new Map(['a', 'b'].map((id) => [id, { done: true }]));
    expect(inTurn(shards, both)).toEqual(['c', 'd']);
  });
});
