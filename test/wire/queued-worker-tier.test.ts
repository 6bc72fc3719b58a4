import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { payloadPrefix } from '../../lambda/payload-store/environment';
import { pointerText } from '../../lambda/payload-store/pointer';
import { bundleFolder } from '../../lib/constructs/serverless/handler-bundle';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint, region } from './support/aws';
import { firstOf, kill, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Instance } from './support/instance';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';
import { WorkerProcess } from './support/worker-process';

const name = 'queued-worker-tier';
/** For how long a message is hidden here; a worker that dies costs its messages so much. */
const visibilitySeconds = 3;

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let stack: StandIn;
let jobs: WireQueue;
let dead: WireQueue;
let desk: FunctionPool;
let uploads: string;
let reports: string;
let bodies: string;
const instances: Instance[] = [];
const workers: WorkerProcess[] = [];
const desks: FunctionPool[] = [];

/**
 * Makes the queues and buckets of a test of its own: a worker that was killed leaves a poll of twenty seconds behind, to which the
 * emulator hands messages that come then.
 */
async function make(prefix: string): Promise<void> {
  stack = await StandIn.make(synthesised(name)[name], aws, prefix);
  const bucket = (id: RegExp) => stack.find('AWS::S3::Bucket', id).name;
  [uploads, reports, bodies] = [bucket(/^DocumentsUploads/), bucket(/^DocumentsReports/), bucket(/^Payloads/)];
  jobs = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^JobsQueue/));
  dead = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^JobsDead/));
  desk = new FunctionPool(stack.function(/^Desk/, `${name}/submit`, { timeoutSeconds: 60 }), wire);
  desks.push(desk);
}

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  await make('workers');
  wire.onKill = (environment) => {
    for (const each of desks) each.kill(environment);
    workers.find(({ id }) => id === environment)?.kill();
  };
});
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill();
  await Promise.all(instances.splice(0).map((instance) => instance.stop()));
  wire.clear();
});
afterAll(async () => {
  for (const each of desks) each.stop();
  await wire.stop();
  aws.stop();
});

let serial = 0;

/** Starts a worker on an instance of its own, as the boot of one would. */
async function startWorker(): Promise<{ worker: WorkerProcess; instance: Instance }> {
  serial += 1;
  const instance = await Instance.start(`i-${serial}`);
  instances.push(instance);
  const worker = new WorkerProcess(`env-9${serial}`, {
    program: join(bundleFolder(resolve('lambda', name, 'worker.ts'), 'programs'), 'index.js'),
    environment: {
      ...instance.environment,
      // The SDK goes where the address of the queue says, and the line is between.
      WORKER_QUEUE_URL: `${wire.endpoint}${new URL(jobs.url).pathname}`,
      WORKER_VISIBILITY_SECONDS: `${visibilitySeconds}`,
      WORKER_LONGEST_SECONDS: '60',
      WORKER_CONCURRENCY: '4',
      WORKER_DRAIN_SECONDS: '60',
      WORKER_HOOK: 'drain',
      UPLOAD_BUCKET: uploads,
      REPORT_BUCKET: reports,
      PAYLOAD_BUCKET: bodies,
      PAYLOAD_THRESHOLD_BYTES: '1048576',
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  workers.push(worker);
  await worker.says('worker ready');
  return { worker, instance };
}

async function left(): Promise<number> {
  const { Attributes = {} } = await aws.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: jobs.url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, many) => sum + Number(many), 0);
}

async function keysIn(bucket: string): Promise<string[]> {
  const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key!);
}

const passing = (milliseconds: number) => new Promise((passed) => setTimeout(passed, milliseconds));

/** Works until the queue is empty; whenever a worker dies another is started, as its group would. */
async function workAll(most: number): Promise<void> {
  for (let rounds = 0; (await left()) > 0; rounds++) {
    if (rounds > 1200)
      throw new Error(`${await left()} messages are left: ${JSON.stringify(workers.at(-1)?.log.slice(-3))}`);
    while (workers.filter(({ alive }) => alive).length < most) await startWorker();
    await passing(100);
  }
}

const reportOf = (document: string, text: string) =>
  `${document}/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;
const lastWordOf = (messageId: string): string | undefined =>
  workers.flatMap(({ log }) => log).findLast((line) => line.messageId === messageId)?.reason as string | undefined;

test('documents by the hundred under faults, deaths and poison: each has its report once, and poison its reason', async () => {
  const documents = Array.from({ length: 100 }, (_, i) => ({
    document: `notes/${i}.txt`,
    text: `document ${i}\n`.repeat(1 + (i % 7)),
  }));
  const large = Array.from({ length: 3 }, (_, i) => ({ document: `large/${i}.txt`, text: `${i}`.repeat(1_100_000) }));
  const poison = [
    'not JSON',
    '{"Records": []}',
    pointerText({ bucket: 'somebody-elses', key: `${payloadPrefix}6f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f` }),
    pointerText({ bucket: bodies, key: 'reports/of/others' }),
  ];
  wire.plan = firstOf(
    // After a report is written and before the message is deleted: the worst moment.
    (call, nth) =>
      call.operation === 'PutObject' && call.target === reports && chance.happens(0.04, 'kill', call.key, nth)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );

  // Half are uploaded, which the bucket announces by itself; half are sent to the desk.
  const [sent, uploaded] = [documents.slice(0, 50), documents.slice(50)];
  for (const { document, text } of uploaded)
    await aws.s3.send(new PutObjectCommand({ Bucket: uploads, Key: `documents/${document}`, Body: text }));
  const taken = await Promise.all([...sent, ...large].map((one) => desk.invoke(one)));
  // Whoever hears that a document was not taken sends it again.
  const again = [...sent, ...large].filter((_, i) => taken[i].error !== undefined);
  for (const one of again) expect((await desk.invoke(one)).error).toBeUndefined();
  for (const body of poison) await jobs.send(body);

  await workAll(3);
  const letters = await dead.empty();
  const refused = letters.filter(({ body, messageId }) => poison.includes(body) && lastWordOf(messageId) !== undefined);
  // What failed too often for no fault of its own is moved back, as a person would.
  for (const { body } of letters.filter((one) => !poison.includes(one.body))) await jobs.send(body);
  await workAll(3);

  const good = [...documents, ...large];
  const written = await keysIn(reports);
  const times = ({ document, text }: (typeof good)[number]) =>
    written.filter((key) => key === reportOf(document, text)).length;
  const ofMine = (key: string) => good.some(({ document, text }) => key === reportOf(document, text));
  const figure = {
    what: 'queued worker tier, documents',
    in: good.length + poison.length,
    once: good.filter((one) => times(one) === 1).length,
    refused: refused.length,
    lost: good.filter((one) => times(one) === 0).length,
    doubled: written.filter((key) => !ofMine(key)).length,
  };
  note('7-queued-worker-tier', [figure]);
  expect(figure).toEqual({ ...figure, once: good.length, refused: poison.length, lost: 0, doubled: 0 });
  expect(workers.filter(({ alive }) => !alive).length).toBeGreaterThan(0);
});

test('no body is left of documents whose messages were worked and deleted', async () => {
  await make('bodies');
  const before = (await keysIn(bodies)).length;
  const large = { document: 'one/large.txt', text: 'x'.repeat(1_200_000) };
  expect((await desk.invoke(large)).error).toBeUndefined();
  expect((await keysIn(bodies)).length).toBe(before + 1);
  await workAll(1);
  // The message goes first, then its body; the worker that waits for more has done both.
  while ((await keysIn(bodies)).length > before) await passing(50);
});

describe('a worker that is to go', () => {
  beforeAll(() => make('going'));

  test.each(['its group takes it away', 'the machine shuts down'])(
    'when %s: drains, tells the group, and ends well',
    async (why) => {
      const { worker, instance } = await startWorker();
      expect(instance.told).not.toContain('protected');
      await aws.s3.send(new PutObjectCommand({ Bucket: uploads, Key: `documents/last ${why}`, Body: 'last words' }));
      await worker.says('reported');
      expect(instance.told).toContain('protected');
      if (why === 'the machine shuts down') worker.terminate();
      else instance.state = 'Terminated';
      expect(await worker.ended).toBe(0);
      expect(instance.told.slice(-2)).toEqual(['unprotected', 'drained']);
      expect(worker.log.find(({ message }) => message === 'worker drains')).toMatchObject({ why });
      expect(await left()).toBe(0);
    },
  );

  test('polls for twenty seconds without anything going wrong', async () => {
    const { worker } = await startWorker();
    const polls = () => wire.effects('ReceiveMessage').length;
    while (polls() < 1) {
      expect(worker.alive).toBe(true);
      await passing(200);
    }
    expect(worker.log.filter(({ level }) => level === 'ERROR' || level === 'WARN')).toEqual([]);
  });
});
