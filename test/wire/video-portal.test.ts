import { CreateQueueCommand, ListJobsCommand, type Job } from '@aws-sdk/client-mediaconvert';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { ada, asked, bob, completed, failed as failedJob, record, uploaded } from '../lambda/video-portal/portal';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { answerLost, firstOf, kill, lostBefore, randomFaults, silence, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const waves = 6;
const uploadsOfAWave = 30;

const aws = new Aws(emulatorEndpoint());
const documents = DynamoDBDocumentClient.from(aws.dynamodb);
const chance = new Chance(jest.getSeed());
let wire: Wire;
let uploads: string;
let media: string;
let table: string;
let transcoding: string;
let reader: FunctionPool;
const parts: Record<
  'Starter' | 'Recorder',
  { queue: WireQueue; dead: WireQueue; pool: FunctionPool; source: EventSource }
> = {} as never;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('video-portal')['video-portal'], aws, 'portal');
  uploads = stack.find('AWS::S3::Bucket', /^Uploads/).name;
  media = stack.find('AWS::S3::Bucket', /^LibraryMedia/).name;
  table = stack.find('AWS::DynamoDB::GlobalTable', /^LibraryVideos/).name;
  const { name, arn } = stack.find('AWS::MediaConvert::Queue', /^Transcoding/);
  transcoding = arn;
  await aws.mediaConvert.send(new CreateQueueCommand({ Name: name }));
  for (const [part, handler] of [
    ['Starter', 'video-portal/start-transcoding'],
    ['Recorder', 'video-portal/record-outcome'],
  ] as const) {
    const queue = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', new RegExp(`^Transcoding${part}EventsQueue`)));
    const dead = await WireQueue.at(
      aws,
      stack.find('AWS::SQS::Queue', new RegExp(`^Transcoding${part}EventsDeadLetters`)),
    );
    const pool = new FunctionPool(
      // Seconds of a machine that is busy are short; runs that take too long have tests of their own.
      stack.function(new RegExp(`^Transcoding${part}[0-9A-F]|^Transcoding${part}Function`), handler, {
        timeoutSeconds: 60,
      }),
      wire,
    );
    const source = new EventSource(
      queue,
      { batchSize: 10, partialFailures: true, concurrency: 2 },
      (event) => pool.invoke(event),
      {
        delivered: (records) => {
          const order = chance.shuffled(records, records[0].body);
          // Now and then a message is given to two workers at the same moment.
          return chance.happens(0.05, 'to two', records[0].body) ? [order, order] : [order];
        },
      },
    );
    parts[part] = { queue, dead, pool, source };
  }
  reader = new FunctionPool(stack.function(/^ApiVideosHandler/, 'video-portal/videos', { timeoutSeconds: 60 }), wire);
  wire.onKill = (environment) => Object.values(parts).forEach(({ pool }) => pool.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const { pool } of [...Object.values(parts), { pool: reader }]) pool.stop();
  await wire.stop();
  aws.stop();
});

/** One version of somebody's video. */
interface Upload {
  readonly owner: string;
  readonly video: string;
  readonly sequencer: string;
  /** Whether MediaConvert finds that it is a video. */
  readonly whole: boolean;
}

let serial = 0;
const sequence = () => (serial += 1).toString(16).toUpperCase().padStart(18, '0');
const upload = (owner: string, video: string, whole = true): Upload => ({ owner, video, sequencer: sequence(), whole });
const announced = ({ owner, video, sequencer }: Upload) =>
  uploaded(`uploads/${owner}/${video}`, { sequencer, bucket: uploads });
const whole = ({ sequencer }: Pick<Upload, 'sequencer'>) => sequencer.padEnd(32, '0');

/** The jobs MediaConvert has taken, by the upload they are for. */
async function jobs(): Promise<Map<string, Job[]>> {
  const { Jobs = [] } = await aws.mediaConvert.send(new ListJobsCommand({ Queue: transcoding }));
  const found = new Map<string, Job[]>();
  for (const job of Jobs) {
    const { owner, video, sequencer } = job.UserMetadata!;
    const name = `${owner}/${video}/${sequencer}`;
    found.set(name, [...(found.get(name) ?? []), job]);
  }
  return found;
}
const jobsOf = async (one: Upload) => (await jobs()).get(`${one.owner}/${one.video}/${whole(one)}`) ?? [];

/** What MediaConvert says of the end of a job. */
function ended({ Id, UserMetadata: userMetadata }: Job, good = true) {
  const event = good ? completed({ bucket: media, userMetadata }) : failedJob();
  return { ...event, detail: { ...event.detail, jobId: Id, userMetadata } };
}

async function entryOf({ owner, video }: Pick<Upload, 'owner' | 'video'>): Promise<Record<string, any> | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: table, Key: { owner, video }, ConsistentRead: true }),
  );
  return Item;
}

/** Works until nothing comes back any more. */
async function workAll(): Promise<void> {
  for (let rounds = 0, more = true; more && rounds < 40; rounds++) {
    await Promise.all(Object.values(parts).map(({ source }) => source.drain()));
    const shown = await Promise.all(Object.values(parts).map(({ source }) => source.hiddenTimeEnds()));
    more = shown.includes(true);
  }
}

/** Sends back what fell among the dead letters for no fault of its own, as the runbook says; the others are kept. */
async function sentBack(kept: SQSRecord[]): Promise<number> {
  let count = 0;
  for (const { dead, queue, pool } of Object.values(parts)) {
    for (const letter of await dead.empty()) {
      const last = pool.log.findLast((line) => line.messageId === letter.messageId);
      if (last?.message === 'message refused') kept.push(letter);
      else {
        await queue.send(letter.body);
        count += 1;
      }
    }
  }
  return count;
}

test('uploads and ends of jobs by the hundred under faults: each video ends as its newest upload does, of one job [serverless-video-portal]', async () => {
  wire.plan = firstOf(
    // A worker dies right after MediaConvert has the job, before it can write it down.
    (call, nth) =>
      call.operation === 'CreateJob' && nth === 1 && chance.happens(0.03, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  const newest = new Map<string, Upload>();
  const told = new Set<string>();
  const late: object[] = [];
  let nonsense = 0;
  for (let wave = 0; wave < waves; wave++) {
    const made = Array.from({ length: uploadsOfAWave }, (_, i) => {
      // A quarter of them take the place of a former one.
      const name = `video-${Math.floor(chance.of('name', wave, i) * waves * uploadsOfAWave)}.mp4`;
      const one = upload(chance.pick([ada, bob], 'owner', wave, i), name, !chance.happens(0.1, 'broken', wave, i));
      newest.set(`${one.owner}/${one.video}`, one);
      return one;
    });
    // EventBridge tells some twice, and none in order.
    const messages = [...made, ...made.filter((one) => chance.happens(0.1, 'twice', one.sequencer))].map((one) =>
      JSON.stringify(announced(one)),
    );
    if (chance.happens(0.5, 'nonsense', wave)) {
      nonsense += 1;
      messages.push(JSON.stringify(uploaded('uploads/nobody.mp4', { bucket: uploads })));
    }
    await Promise.all(chance.shuffled(messages, 'wave', wave).map((body) => parts.Starter.queue.send(body)));
    await parts.Starter.source.drain();

    const ends = [...(await jobs()).values()].flat().filter(({ Id }) => !told.has(Id!));
    for (const job of ends) {
      told.add(job.Id!);
      const { owner, video, sequencer } = job.UserMetadata!;
      const good = made.find((one) => one.owner === owner && one.video === video && whole(one) === sequencer)?.whole;
      const event = ended(job, good ?? true);
      // Some ends come a wave late, when a newer upload may be there already; some come twice.
      if (chance.happens(0.1, 'late', job.ClientRequestToken!)) late.push(event);
      else await parts.Recorder.queue.send(JSON.stringify(event));
      if (chance.happens(0.1, 'told twice', job.ClientRequestToken!)) late.push(event);
    }
    await parts.Recorder.source.drain();
    for (const event of chance.shuffled(late.splice(0), 'late', wave))
      await parts.Recorder.queue.send(JSON.stringify(event));
  }
  await workAll();

  const kept: SQSRecord[] = [];
  wire.plan = () => undefined;
  for (let tries = 0; tries < 4; tries++) {
    const back = await sentBack(kept);
    await workAll();
    // Jobs that were made only now end too.
    const ends = [...(await jobs()).values()].flat().filter(({ Id }) => !told.has(Id!));
    for (const job of ends) {
      told.add(job.Id!);
      await parts.Recorder.queue.send(JSON.stringify(ended(job)));
    }
    await workAll();
    if (back + ends.length === 0) break;
  }

  const all = await jobs();
  const rows = await Promise.all(
    [...newest].map(async ([name, one]) => ({
      one,
      entry: await entryOf(one),
      made: all.get(`${name}/${whole(one)}`) ?? [],
    })),
  );
  const right = rows.filter(
    ({ one, entry }) =>
      entry?.sequencer === whole(one) && (entry.state === 'ready' || (entry.state === 'failed' && !one.whole)),
  );
  const figures = {
    what: 'video-portal, videos',
    in: rows.length + nonsense,
    once: right.filter(({ made }) => made.length === 1).length,
    refused: kept.length,
    lost: rows.length - right.length + nonsense - kept.length,
    doubled: rows.filter(({ made }) => made.length > 1).length,
  };
  note('9-video-portal', [figures]);
  expect(figures).toEqual({ ...figures, once: rows.length, refused: nonsense, lost: 0, doubled: 0 });
});

describe('one upload', () => {
  const start = (...of: readonly Upload[]) =>
    parts.Starter.pool.invoke({ Records: of.map((one) => record(announced(one))) });
  const end = async (one: Upload, job: Job, good = true) => {
    expect((await parts.Recorder.pool.invoke({ Records: [record(ended(job, good))] })).result).toEqual({
      batchItemFailures: [],
    });
    return entryOf(one);
  };
  const failures = (run: Awaited<ReturnType<FunctionPool['invoke']>>) => run.result.batchItemFailures as unknown[];

  test('goes from processing to ready by its job', async () => {
    const one = upload(ada, 'first.mp4');
    expect(failures(await start(one))).toEqual([]);
    const [job] = await jobsOf(one);
    expect(await entryOf(one)).toMatchObject({ state: 'processing', job: job.Id });
    expect(await end(one, job)).toMatchObject({ state: 'ready', job: job.Id, sequencer: whole(one) });
  });

  test('announced again gets no second job, before its end and after', async () => {
    const one = upload(ada, 'again.mp4');
    await start(one);
    await start(one);
    const [job] = await jobsOf(one);
    await end(one, job);
    await start(one);
    expect(await jobsOf(one)).toHaveLength(1);
    expect(await entryOf(one)).toMatchObject({ state: 'ready' });
  });

  test('whose end is told before its job is noted stays at its end', async () => {
    const one = upload(ada, 'fast.mp4');
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = ({ operation }, nth) => (operation === 'UpdateItem' && nth === 1 ? { kind: 'held', until } : undefined);
    const run = start(one);
    await wire.heard('CreateJob', transcoding.split('/').at(-1)!, run);
    let [job] = await jobsOf(one);
    while (!job) [job] = await jobsOf(one);
    await end(one, job);
    go();
    expect(failures(await run)).toEqual([]);
    expect(await entryOf(one)).toMatchObject({ state: 'ready', job: job.Id });
  });

  test('that is older than another, announced last, gets no job and takes no place; nor does the end of one that had one', async () => {
    const older = upload(ada, 'versions.mp4');
    const middle = upload(ada, 'versions.mp4');
    const newest = upload(ada, 'versions.mp4');
    await start(middle);
    const [job] = await jobsOf(middle);
    await start(newest);
    await start(older);
    expect(await jobsOf(older)).toEqual([]);
    expect(await end(middle, job)).toMatchObject({ state: 'processing', sequencer: whole(newest) });
  });

  test('whose worker was killed when MediaConvert had the job is found by the next, which makes no second one', async () => {
    const one = upload(ada, 'killed.mp4');
    wire.plan = ({ operation }, nth) => (operation === 'CreateJob' && nth === 1 ? kill : undefined);
    expect((await start(one)).error?.errorType).toBe('Runtime.ExitError');
    expect(await entryOf(one)).toMatchObject({ state: 'processing' });
    expect(failures(await start(one))).toEqual([]);
    const [job, ...more] = await jobsOf(one);
    expect(more).toEqual([]);
    expect(await entryOf(one)).toMatchObject({ state: 'processing', job: job.Id });
  });

  test('that can be no video fails for its owner to see, and asks MediaConvert for nothing', async () => {
    const one = upload(ada, 'notes.txt');
    expect(failures(await start(one))).toEqual([]);
    expect(await jobsOf(one)).toEqual([]);
    expect(await entryOf(one)).toMatchObject({ state: 'failed', reason: expect.stringContaining('.mp4') });
  });

  test('of which MediaConvert never answers comes back alone; the others of its batch are done', async () => {
    const [a, b] = [upload(ada, 'silent-a.mp4'), upload(ada, 'silent-b.mp4')];
    const stuck = new FunctionPool({ ...parts.Starter.pool.definition, timeoutSeconds: 5 }, wire);
    const [first] = await Promise.all([jobsOf(a)]);
    expect(first).toEqual([]);
    wire.plan = ({ operation, body }) =>
      operation === 'CreateJob' && body.toString().includes('silent-b') ? silence : undefined;
    const records = [a, b].map((one) => record(announced(one)));
    expect((await stuck.invoke({ Records: records })).result).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1].messageId }],
    });
    wire.plan = () => undefined;
    expect(failures(await stuck.invoke({ Records: [records[1]] }))).toEqual([]);
    expect([await jobsOf(a), await jobsOf(b)].map((made) => made.length)).toEqual([1, 1]);
    stuck.stop();
  });

  test.each([
    ['cannot be reached', () => lostBefore],
    ['has no capacity left', throttled],
  ])('waits while MediaConvert %s, and is worked when it is back', async (_, fault) => {
    const one = upload(ada, 'waits.mp4');
    wire.plan = (call) => (call.service === 'mediaconvert' ? fault(call) : undefined);
    expect(failures(await start(one))).toHaveLength(1);
    wire.plan = () => undefined;
    expect(failures(await start(one))).toEqual([]);
    expect(await jobsOf(one)).toHaveLength(1);
  });

  test('is read by its owner alone, also when the answer of the table is lost', async () => {
    const one = upload(ada, 'read.mp4');
    await start(one);
    const [job] = await jobsOf(one);
    await end(one, job);
    wire.plan = ({ operation }, nth) => (operation === 'GetItem' && nth === 1 ? answerLost : undefined);
    const { result } = await reader.invoke(asked('/videos/{video}', ada, { video: 'read.mp4' }));
    expect([result.statusCode, JSON.parse(result.body as string).links]).toEqual([
      200,
      expect.arrayContaining([expect.anything()]),
    ]);
    expect((await reader.invoke(asked('/videos/{video}', bob, { video: 'read.mp4' }))).result.statusCode).toBe(404);
  });
});
