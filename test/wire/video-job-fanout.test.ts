import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishBatchCommand } from '@aws-sdk/client-sns';
import type { SQSRecord } from 'aws-lambda';
import { synthesised } from '../support/architecture';
import { announced, matroska, mp4, plainText, record } from '../lambda/video-job-fanout/worker';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { answerLost, firstOf, kill, lostBefore, randomFaults, silence, throttled } from './support/faults';
import { note, type Figures } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

/** Of forty uploads each. */
const waves = 12;
const renditions = ['480p', '720p', '1080p'] as const;
type Rendition = (typeof renditions)[number];

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let stack: StandIn;
let topic: string;
let uploads: string;
let manifests: string;
let done: string;
const branches: { rendition: Rendition; queue: WireQueue; dead: WireQueue; pool: FunctionPool; source: EventSource }[] =
  [];

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  stack = await StandIn.make(synthesised('video-job-fanout')['video-job-fanout'], aws, 'fanout');
  topic = stack.find('AWS::SNS::Topic', /^Announcements/).arn;
  uploads = stack.find('AWS::S3::Bucket', /^Uploads/).name;
  manifests = stack.find('AWS::S3::Bucket', /^Renditions/).name;
  done = stack.find('AWS::DynamoDB::Table', /^Done/).name;
  for (const rendition of renditions) {
    const queue = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', new RegExp(`Jobs${rendition}Queue`)));
    const dead = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', new RegExp(`Jobs${rendition}DeadLetters`)));
    const pool = new FunctionPool(
      // Seconds of a machine that is busy are short; runs that take too long have tests of their own.
      stack.function(new RegExp(`^Worker${rendition}`), 'video-job-fanout/transcode', { timeoutSeconds: 60 }),
      wire,
    );
    const { properties } = stack.find('AWS::Lambda::EventSourceMapping', new RegExp(`^Worker${rendition}`));
    const mapping = {
      batchSize: properties.BatchSize,
      partialFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: 2,
    };
    const source = new EventSource(queue, mapping, (event) => pool.invoke(event), {
      delivered: (records) => {
        const order = chance.shuffled(records, records[0].body);
        // Now and then a message is given to two workers at the same moment.
        return chance.happens(0.05, 'to two', records[0].body) ? [order, order] : [order];
      },
    });
    branches.push({ rendition, queue, dead, pool, source });
  }
  wire.onKill = (environment) => branches.forEach(({ pool }) => pool.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const { pool } of branches) pool.stop();
  await wire.stop();
  aws.stop();
});

interface Upload {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
}

async function upload(key: string, content: Uint8Array): Promise<Upload> {
  const { VersionId } = await aws.s3.send(new PutObjectCommand({ Bucket: uploads, Key: key, Body: content }));
  return { key, version: VersionId!, bytes: content.length };
}

/** What S3 tells the topic, told once more. */
async function announce(of: readonly Upload[]): Promise<void> {
  for (let i = 0; i < of.length; i += 10) {
    const PublishBatchRequestEntries = of.slice(i, i + 10).map(({ key, version, bytes }, n) => ({
      Id: String(n),
      Message: JSON.stringify(announced(key, { version, size: bytes, bucket: uploads })),
    }));
    await aws.sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
  }
}

/** Works until nothing comes back any more; the time messages are hidden for passes on the workers' clocks too. */
async function workAll(): Promise<void> {
  for (let rounds = 0, more = true; more; rounds++) {
    await Promise.all(branches.map(({ source }) => source.drain()));
    const shown = await Promise.all(branches.map(({ source }) => source.hiddenTimeEnds()));
    for (const { pool } of branches) pool.clock += 360_000;
    more = shown.includes(true) && rounds < 40;
  }
}

/** Which renditions an upload becomes, by where it lies; written down here a second time, not taken from the filters. */
const becomes = (key: string): readonly Rendition[] => {
  if (key.startsWith('uploads/upto/480p/')) return ['480p'];
  return key.startsWith('uploads/upto/') ? ['480p', '720p'] : renditions;
};
const manifestOf = ({ key, version }: Upload, rendition: Rendition) =>
  `${key.slice('uploads/'.length)}/${version}/${rendition}.json`;

/** How often each manifest was written. */
function written(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of wire.effects('PutObject', manifests)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The last thing a worker said of a message. */
const reasonOf = (pool: FunctionPool, { messageId }: SQSRecord): { message: string; reason: string } | undefined =>
  pool.log.findLast((line) => line.messageId === messageId) as { message: string; reason: string } | undefined;

/**
 * Sends back what fell among the dead letters for no fault of its own, as the runbook says.
 *
 * @param refused gets the others
 * @returns how many were sent back
 */
async function sentBack(refused: ReadonlyMap<Rendition, SQSRecord[]>): Promise<number> {
  let count = 0;
  for (const { rendition, dead, queue, pool } of branches) {
    for (const letter of await dead.empty()) {
      if (reasonOf(pool, letter)?.message === 'message refused') {
        refused.get(rendition)!.push(letter);
        continue;
      }
      await queue.send(letter.body);
      count += 1;
    }
  }
  return count;
}

test('uploads by the hundred under faults: each job is done once, each that cannot be done lies among the dead letters with its reason', async () => {
  const folders = ['uploads/', 'uploads/trips/São João/', 'uploads/upto/720p/', 'uploads/upto/480p/'];
  const good: Upload[] = [];
  const bad: Upload[] = [];
  wire.plan = firstOf(
    // A worker dies right after it has written a manifest, before it can say so to anybody.
    (call, nth) =>
      call.operation === 'PutObject' && nth === 1 && chance.happens(0.006, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );
  let more = true;
  const working = Promise.all(branches.map(({ source }) => source.drain(() => more)));
  for (let wave = 0; wave < waves; wave++) {
    const made = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const name = `${chance.pick(folders, 'folder', wave, i)}day ${wave}+${i}`;
        if (chance.happens(0.03, 'poison', wave, i)) {
          bad.push(await upload(`${name}.mp4`, plainText));
          return bad.at(-1)!;
        }
        const content = chance.happens(0.5, 'kind', wave, i) ? mp4 : matroska;
        const one = await upload(`${name}.${content === mp4 ? 'mov' : 'MKV'}`, content);
        good.push(one);
        return one;
      }),
    );
    // S3 has announced each; of some it tells twice, in another order.
    const twice = made.filter(({ key }) => chance.happens(0.1, 'announced twice', key));
    const dry = Promise.all(branches.map(({ source }) => source.runsDry()));
    await announce(chance.shuffled(twice, 'wave', wave));
    await dry;
  }
  more = false;
  await working;
  await workAll();

  const dead = new Map<Rendition, SQSRecord[]>(renditions.map((rendition) => [rendition, []]));
  for (let tries = 0; (await sentBack(dead)) > 0 && tries < 4; tries++) {
    wire.plan = () => undefined;
    await workAll();
  }

  const counts = written();
  const figures: Figures[] = branches.map(({ rendition, pool }) => {
    const keys = good.filter(({ key }) => becomes(key).includes(rendition)).map((one) => manifestOf(one, rendition));
    const refused = dead.get(rendition)!.filter((letter) => reasonOf(pool, letter)!.reason.includes('is not a video'));
    const poison = bad.filter(({ key }) => becomes(key).includes(rendition));
    const refusedKeys = new Set(refused.map(({ body }) => JSON.parse(body).Records[0].s3.object.versionId));
    return {
      what: `video-job-fanout, ${rendition}`,
      in: keys.length + poison.length,
      once: keys.filter((key) => counts.get(key) === 1).length,
      refused: refusedKeys.size,
      lost:
        keys.filter((key) => !counts.has(key)).length +
        poison.filter(({ version }) => !refusedKeys.has(version)).length,
      doubled: keys.filter((key) => (counts.get(key) ?? 0) > 1).length,
    };
  });
  note('1-video-job-fanout', figures);
  for (const figure of figures)
    expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
  expect([...counts.keys()].sort()).toEqual(
    good.flatMap((one) => becomes(one.key).map((rendition) => manifestOf(one, rendition))).sort(),
  );
});

describe('one worker, one batch', () => {
  const pool = () => branches[1].pool;
  const messages = (...of: readonly Upload[]): SQSRecord[] =>
    of.map(({ key, version, bytes }) => record(announced(key, { version, size: bytes, bucket: uploads })));
  const failed = (run: Awaited<ReturnType<FunctionPool['invoke']>>) =>
    run.result.batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier);
  const uploaded = (...names: string[]) => Promise.all(names.map((name) => upload(`uploads/${name}.mp4`, mp4)));
  const writtenOf = (one: Upload) => written().get(manifestOf(one, '720p'));

  test('poison in the middle comes back alone, with its reason in the log', async () => {
    const [a, c] = await uploaded('middle a', 'middle c');
    const poison = [record('{"half'), ...messages(await upload('uploads/middle b.mp4', plainText))];
    const records = [...messages(a), ...poison, ...messages(c)];
    expect(failed(await pool().invoke({ Records: records }))).toEqual(poison.map(({ messageId }) => messageId));
    expect([writtenOf(a), writtenOf(c)]).toEqual([1, 1]);
    expect(poison.map((one) => reasonOf(pool(), one)?.reason)).toEqual([
      'not JSON',
      expect.stringContaining('is not a video'),
    ]);
  });

  test('a call that is never answered fails its own message; the others of the batch are done', async () => {
    const [a, b, c] = await uploaded('silent a', 'silent b', 'silent c');
    const stuck = new FunctionPool({ ...pool().definition, timeoutSeconds: 5 }, wire);
    wire.plan = ({ operation, key }) => (operation === 'GetObject' && key === b.key ? silence : undefined);
    const records = messages(a, b, c);
    expect(failed(await stuck.invoke({ Records: records }))).toEqual([records[1].messageId]);
    expect([a, b, c].map(writtenOf)).toEqual([1, undefined, 1]);
    expect(reasonOf(stuck, records[1])?.reason).toContain('out of time');
    wire.plan = () => undefined;
    // The claim of what was given up is given back: the next run need not wait for its end.
    expect(failed(await stuck.invoke({ Records: records }))).toEqual([]);
    expect([a, b, c].map(writtenOf)).toEqual([1, 1, 1]);
    stuck.stop();
  });

  test('a call that is never answered is tried again while there is time', async () => {
    const [a] = await uploaded('silent once');
    wire.plan = ({ operation }, nth) => (operation === 'GetObject' && nth === 1 ? silence : undefined);
    expect(failed(await pool().invoke({ Records: messages(a) }))).toEqual([]);
    expect(writtenOf(a)).toBe(1);
  });

  test('what was done is not done again: no bucket is asked a second time', async () => {
    const [a] = await uploaded('remembered');
    await pool().invoke({ Records: messages(a) });
    const before = wire.seen.filter(({ service }) => service === 's3').length;
    expect(failed(await pool().invoke({ Records: messages(a) }))).toEqual([]);
    expect(wire.seen.filter(({ service }) => service === 's3')).toHaveLength(before);
  });

  test('a lost answer of the claim, of the write or of the note that it is done costs nothing', async () => {
    const three = await uploaded('lost claim', 'lost write', 'lost note');
    const lossy = ['PutItem', 'PutObject', 'UpdateItem'];
    for (const [i, one] of three.entries()) {
      wire.plan = ({ operation }, nth) => (operation === lossy[i] && nth === 1 ? answerLost : undefined);
      expect(failed(await pool().invoke({ Records: messages(one) }))).toEqual([]);
    }
    expect(three.map(writtenOf)).toEqual([1, 1, 1]);
  });

  test('a worker whose clock is wrong asks once whether a job is done, and still bears a lost answer afterwards', async () => {
    const [a, b] = await uploaded('asked often', 'then lost');
    const worker = new FunctionPool(pool().definition, wire);
    worker.clock = 3_600_000;
    for (let times = 0; times < 40; times++) expect(failed(await worker.invoke({ Records: messages(a) }))).toEqual([]);
    expect(wire.seen.filter(({ operation }) => operation === 'PutItem')).toHaveLength(40);
    wire.plan = ({ operation }, nth) => (operation === 'UpdateItem' && nth === 1 ? answerLost : undefined);
    expect(failed(await worker.invoke({ Records: messages(b) }))).toEqual([]);
    worker.stop();
  });

  test('a worker killed after it wrote, before it could say so: the next finds the manifest, and is done', async () => {
    const [a] = await uploaded('killed');
    wire.plan = ({ operation }, nth) => (operation === 'PutObject' && nth === 1 ? kill : undefined);
    expect((await pool().invoke({ Records: messages(a) })).error?.errorType).toBe('Runtime.ExitError');
    // Before the claim of the dead has run out the message stays; afterwards it is worked.
    expect(failed(await pool().invoke({ Records: messages(a) }))).toHaveLength(1);
    expect(failed(await pool().invoke({ Records: messages(a) }, pool().clock + 61_000))).toEqual([]);
    expect(writtenOf(a)).toBe(1);
  });

  test('two workers on one message at the same moment: one does it', async () => {
    const [a] = await uploaded('two at once');
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = ({ operation }, nth) => (operation === 'GetObject' && nth === 1 ? { kind: 'held', until } : undefined);
    const records = messages(a);
    const first = pool().invoke({ Records: records });
    await wire.heard('PutItem', done, first);
    expect(failed(await pool().invoke({ Records: records }))).toHaveLength(1);
    go();
    expect(failed(await first)).toEqual([]);
    expect(failed(await pool().invoke({ Records: records }))).toEqual([]);
    expect(writtenOf(a)).toBe(1);
  });

  test('clocks an hour apart let two work the same job; it is still done once', async () => {
    const [a] = await uploaded('clocks');
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = ({ operation }, nth) => (operation === 'GetObject' && nth === 1 ? { kind: 'held', until } : undefined);
    const first = pool().invoke({ Records: messages(a) });
    await wire.heard('PutItem', done, first);
    expect(failed(await pool().invoke({ Records: messages(a) }, pool().clock + 3_600_000))).toEqual([]);
    go();
    expect(failed(await first)).toEqual([]);
    expect(writtenOf(a)).toBe(1);
  });

  test('the older of two versions, announced last, does not take the place of the younger', async () => {
    const [older] = await uploaded('versions');
    const [younger] = await uploaded('versions');
    await pool().invoke({ Records: messages(younger) });
    await pool().invoke({ Records: messages(older) });
    expect([writtenOf(older), writtenOf(younger)]).toEqual([1, 1]);
  });

  test.each([
    ['cannot be reached', () => lostBefore],
    ['has no capacity left', throttled],
  ])('while the table %s everything comes back, and is done when the table is back', async (_, fault) => {
    const [a, b] = await uploaded('table a', 'table b');
    wire.plan = (call) => (call.service === 'dynamodb' ? fault(call) : undefined);
    const records = messages(a, b);
    expect(failed(await pool().invoke({ Records: records }))).toHaveLength(2);
    expect(wire.effects('PutObject')).toEqual([]);
    wire.plan = () => undefined;
    expect(failed(await pool().invoke({ Records: records }))).toEqual([]);
    expect([writtenOf(a), writtenOf(b)]).toEqual([1, 1]);
  });
});
