import { QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { FirehoseTransformationResult } from 'aws-lambda';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint } from './support/aws';
import { answerLost, firstOf, kill, lostBefore, randomFaults, silence, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { StreamMapping } from './support/stream-mapping';
import { Wire } from './support/wire';

const name = 'clickstream-analytics';
const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const pages = ['/', '/shop', '/help', '/news'];
const hosts = ['news.example.com', 'mail.example.com', undefined];
/** Of twenty clicks each. */
const waves = 20;
/** Hours of the day before, so that every click is one of the last day however long this takes. */
const hourBefore = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const times = [2, 3].map(hourBefore);

let wire: Wire;
let stack: StandIn;
let stream: string;
let pools: Record<'collect' | 'minutes' | 'board' | 'hourly' | 'scrub' | 'report', FunctionPool>;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  stack = await StandIn.make(synthesised(name, { profile: 'production' })[name], aws, 'clicks');
  stream = stack.find('AWS::Kinesis::Stream', /^Clicks/).name;
  const pool = (id: RegExp, file: string) =>
    new FunctionPool(stack.function(id, `clickstream-analytics/${file}`, { timeoutSeconds: 60 }), wire);
  pools = {
    collect: pool(/^ApiCollect/, 'collect'),
    minutes: pool(/^MinutesCounter/, 'minutes'),
    board: pool(/^LeaderboardCounter/, 'board'),
    hourly: pool(/^HoursReader/, 'hourly'),
    scrub: pool(/^ArchiveScrub/, 'scrub'),
    report: pool(/^ApiReport/, 'report'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  Object.values(pools).forEach((each) => each.stop());
  aws.stop();
  await wire.stop();
});

interface Click {
  readonly id: string;
  readonly visitor: string;
  readonly page: string;
  readonly at: string;
  readonly from?: string;
}

const clickOf = (wave: number, i: number): Click => {
  const words = ['click', wave, i];
  const from = chance.pick(hosts, 'from', ...words);
  return {
    id: `click-of-${wave}-${i}`,
    visitor: `visitor-${Math.floor(8 * chance.of('visitor', ...words))}`,
    page: chance.pick(pages, 'page', ...words),
    at: chance.pick(times, 'at', ...words),
    ...(from && { from }),
  };
};

/** What a page does: it sends its clicks until somebody says that they were taken. */
async function send(clicks: readonly Click[]): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { result } = await pools.collect.invoke({
      resource: '/clicks',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ clicks }),
      requestContext: { requestId: 'request' },
    });
    if (result?.statusCode === 202) return;
  }
  throw new Error('clicks were not taken in twenty attempts');
}

async function itemsOf(tally: RegExp, id: string): Promise<Record<string, AttributeValue>[]> {
  const TableName = stack.find('AWS::DynamoDB::GlobalTable', tally).name;
  const { Items = [] } = await aws.dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: id } },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** A transaction and a call of a stream have no item by which one is told from the next, so that none of them is spared. */
const faulty = () =>
  firstOf(
    (call, nth) => (chance.happens(0.01, 'dies', call.operation, call.target, call.key, nth) ? kill : undefined),
    randomFaults(chance, { throttled: 10, lostBefore: 5, answerLost: 5 }, Infinity),
  );

test('clicks that are sent again, batches that come again, deaths and lost answers: each is counted once by the minute and once by the hour, and what is none is given up [messaging-stream-producer, messaging-stream-consumers, serverless-stream-processing]', async () => {
  const { properties } = stack.find('AWS::Lambda::EventSourceMapping', /^Minutes/);
  const mapping = new StreamMapping(
    aws,
    stream,
    // Ten in a batch, so that there are many; as often tried again as the template says, and more, as here nobody waits between.
    { batchSize: 10, retryAttempts: 10 + Number(properties.MaximumRetryAttempts) },
    (event) => pools.minutes.invoke(event),
  );
  wire.plan = faulty();
  const clicks: Click[] = [];
  const poison: string[] = [];
  const read = { clicks: 0, refused: 0 };
  for (let wave = 0; wave < waves; wave++) {
    const fresh = Array.from({ length: 20 }, (_, i) => clickOf(wave, i));
    clicks.push(...fresh);
    await send(fresh);
    // A page that did not hear of the answer sends its clicks once more, much later.
    if (chance.happens(0.2, 'sent again', wave)) await send(fresh);
    const bad = `poison ${wave}`;
    poison.push(bad);
    const Records = [{ Data: Buffer.from(bad), PartitionKey: `visitor-${wave % 8}` }];
    await aws.kinesis.send(new PutRecordsCommand({ StreamName: stream, Records }));
    await mapping.drain();
    // Two at once, now and then.
    const runs = await Promise.all([1, 2].slice(wave % 3 ? 1 : 0).map(() => pools.hourly.invoke({})));
    for (const { result } of runs) {
      read.clicks += result?.clicks ?? 0;
      read.refused += result?.refused ?? 0;
    }
  }
  wire.plan = () => undefined;
  await mapping.drain();
  for (let caughtUp = false; !caughtUp;) caughtUp = (await pools.hourly.invoke({})).result.caughtUp;

  // By the minute: as many ids as there were clicks, though the stream holds some of them twice.
  const wanted = new Map<string, Set<string>>();
  for (const { page, at, id } of clicks) {
    const key = `${page} ${at.slice(0, 16)}`;
    wanted.set(key, (wanted.get(key) ?? new Set()).add(id));
  }
  const items = (await Promise.all(pages.map((page) => itemsOf(/^Minutes/, page)))).flat();
  const sizes = new Map(items.map(({ id, at, clicks: ids }) => [`${id.S} ${at.S}`, ids.SS!.length]));
  let [once, lost, doubled] = [0, 0, 0];
  for (const [key, { size: expected }] of wanted) {
    const found = sizes.get(key) ?? 0;
    once += Math.min(found, expected);
    lost += Math.max(0, expected - found);
    doubled += Math.max(0, found - expected);
  }
  const givenUp = mapping.givenUp.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
  expect([...new Set(givenUp)].sort()).toEqual([...poison].sort());
  expect([once, lost, doubled]).toEqual([clicks.length, 0, 0]);

  // By the hour: each record of the stream, whatever runs died of.
  const records = await everything();
  const byHour = new Map<string, number>();
  for (const each of records.filter((text) => !text.startsWith('poison'))) {
    const { at, from = 'directly' } = JSON.parse(each) as Click;
    byHour.set(`${at.slice(0, 13)} ${from}`, (byHour.get(`${at.slice(0, 13)} ${from}`) ?? 0) + 1);
  }
  const found = new Map<string, number>();
  for (const hour of new Set(times.map((at) => at.slice(0, 13))))
    for (const { at, clicks: count } of await itemsOf(/^Hours/, hour)) found.set(`${hour} ${at.S}`, Number(count.N));
  expect(found).toEqual(byHour);
  const counted = [...found.values()].reduce((sum, each) => sum + each);
  note(name, [
    {
      what: `${name}, clicks by the minute`,
      in: clicks.length + poison.length,
      once,
      refused: poison.length,
      lost,
      doubled,
    },
    {
      what: `${name}, records by the hour`,
      in: records.length,
      once: counted,
      refused: records.length - counted,
      lost: 0,
      doubled: 0,
    },
  ]);
});

/** All that the stream holds, as somebody reads it who is not the code under test. */
async function everything(): Promise<string[]> {
  const texts: string[] = [];
  const reader = new StreamMapping(aws, stream, { batchSize: 1000, retryAttempts: 0 }, ({ Records }) => {
    texts.push(...Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString()));
    return Promise.resolve({ result: { batchItemFailures: [] } });
  });
  await reader.drain();
  return texts;
}

describe('a window of the leaderboard', () => {
  const window = { start: '2026-11-28T10:15:00Z', end: '2026-11-28T10:16:00Z' };
  const last = {
    window,
    shardId: 'shard-1',
    isFinalInvokeForWindow: true,
    isWindowTerminatedEarly: false,
    Records: [],
  };
  const state = { pages: { '/shop': 3 }, late: 0 };
  const boards = async () =>
    (await itemsOf(/^Leaderboard/, 'board')).map(({ at, pages: { M } }) => [at.S, M!['/shop'].N]);

  test.each([
    ['throttled', (call: Parameters<typeof throttled>[0]) => throttled(call)],
    ['lost', () => lostBefore],
    ['done and its answer lost', () => answerLost],
    ['not answered at all', () => silence],
  ])('is written once when the first attempt is %s [messaging-stream-window-function]', async (_, fault) => {
    wire.plan = (call, nth) => (call.operation === 'PutItem' && nth === 1 ? fault(call) : undefined);
    expect((await pools.board.invoke({ ...last, state })).error).toBeUndefined();
    expect(await boards()).toEqual([['2026-11-28T10:16:00Z#shard-1', '3']]);
  });

  test('a run that dies when it has written is run again, and the window is the same [messaging-stream-window-function]', async () => {
    wire.plan = (call, nth) => (call.operation === 'PutItem' && nth === 1 ? kill : undefined);
    expect((await pools.board.invoke({ ...last, state })).error).toBeDefined();
    expect((await pools.board.invoke({ ...last, state })).error).toBeUndefined();
    expect(await boards()).toEqual([['2026-11-28T10:16:00Z#shard-1', '3']]);
  });

  test('is what the report tells of, and a table that cannot be reached is told with 503', async () => {
    const ask = async () => {
      const event = { resource: '/board', httpMethod: 'GET', requestContext: { requestId: 'request' } };
      const { result } = await pools.report.invoke(event);
      return { status: result.statusCode, body: JSON.parse(result.body) };
    };
    expect(await ask()).toEqual({
      status: 200,
      body: { end: '2026-11-28T10:16:00Z', late: 0, leaders: [{ page: '/shop', clicks: 3 }] },
    });
    wire.plan = () => lostBefore;
    expect(await ask()).toMatchObject({ status: 503 });
  });
});

test('the scrub answers for each record, and asks AWS nothing [messaging-delivery-transform]', async () => {
  const texts = [JSON.stringify(clickOf(0, 0)), JSON.stringify({ ...clickOf(0, 1), visitor: 'bot-1' }), 'poison'];
  const records = texts.map((text, i) => ({
    recordId: String(i),
    approximateArrivalTimestamp: 0,
    data: Buffer.from(text).toString('base64'),
  }));
  const event = { invocationId: 'run', deliveryStreamArn: 'arn', region: 'us-east-1', records };
  const { result } = (await pools.scrub.invoke(event)) as { result: FirehoseTransformationResult };
  expect(result.records.map(({ result: each }) => each)).toEqual(['Ok', 'Dropped', 'ProcessingFailed']);
  expect(wire.seen).toEqual([]);
});
