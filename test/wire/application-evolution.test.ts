import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { StageName } from '../../lib/architectures/application-evolution/application-evolution-stack';
import type { BusEvent } from '../../lib/constructs/messaging/bus-pattern';
import { bundleFolder } from '../../lib/constructs/serverless/handler-bundle';
import {
  keepsTheContract,
  listed,
  show,
  summaryOf,
  upload,
  type RunningStage,
} from '../lambda/application-evolution/contract';
import { askServer } from '../lambda/application-evolution/stages';
import { read, request } from '../support/rest-call';
import { synthesised } from '../support/architecture';
import { FakeBus } from '../support/fake-bus';
import { AsyncInvocations } from './support/async-invocations';
import { Aws, emulatorEndpoint, region } from './support/aws';
import { EventSource } from './support/event-source';
import { firstOf, kill, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Instance } from './support/instance';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';
import { WorkerProcess } from './support/worker-process';

const name = 'application-evolution';
const numbers: Readonly<Record<StageName, number>> = {
  monolith: 1,
  tiered: 2,
  queued: 3,
  microservices: 4,
  'event-driven': 5,
};
const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const templateOf = (stage: StageName) => synthesised(name, { variant: [`stage-${numbers[stage]}-${stage}`] })[name];
afterAll(() => aws.stop());

let serial = 0;
/** Runs a program as the boot of a machine would, in a process of its own. */
function start(program: string, environment: Readonly<Record<string, string>>): WorkerProcess {
  return new WorkerProcess(`server-${(serial += 1)}`, {
    program: join(bundleFolder(resolve('lambda', name, `${program}.ts`), 'programs'), 'index.js'),
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      POWERTOOLS_METRICS_DISABLED: 'true',
      ...environment,
    },
  });
}
/** Starts a server on a port that is free. @returns it and its address */
async function listen(program: string, environment: Readonly<Record<string, string>>) {
  const server = start(program, { PORT: '0', ...environment });
  await server.says('server ready');
  const { address } = server.log.find(({ message }) => message === 'server ready')!;
  return { server, url: `http://127.0.0.1:${(address as { port: number }).port}` };
}
/** Ends as a machine does that shuts down: the program has to end by itself, and well. */
async function shutDown(...servers: readonly WorkerProcess[]): Promise<void> {
  for (const server of servers) server.terminate();
  expect(await Promise.all(servers.map(({ ended }) => ended))).toEqual(servers.map(() => 0));
}

describe('the program of one machine', () => {
  let running: Awaited<ReturnType<typeof listen>>;
  const folder = mkdtempSync(join(tmpdir(), 'monolith-'));
  beforeAll(async () => {
    running = await listen('monolith', { STATE_DIRECTORY: folder });
  });
  afterAll(() => shutDown(running.server));
  const stage: RunningStage = {
    ask: (route, asked) => askServer(running.url, route, asked),
    settled: () => Promise.resolve(),
  };

  keepsTheContract(() => stage);

  test('finds its documents again when it is started again', async () => {
    const { body } = await upload(stage, { name: 'before-the-end', text: 'still there' });
    running.server.kill();
    await running.server.ended;
    running = await listen('monolith', { STATE_DIRECTORY: folder });
    expect((await show(stage, body.id)).body.text).toBe('still there');
  });
});

describe('the programs of two tiers', () => {
  let front: Awaited<ReturnType<typeof listen>>;
  let behind: Awaited<ReturnType<typeof listen>>;
  const stage: RunningStage = {
    ask: (route, asked) => askServer(front.url, route, asked),
    settled: () => Promise.resolve(),
  };
  beforeAll(async () => {
    const stack = await StandIn.make(templateOf('tiered'), aws, 'tiered');
    const bucket = stack.find('AWS::S3::Bucket', /^TieredLibrary/).name;
    behind = await listen('process-tier', {});
    front = await listen('upload-tier', {
      DOCUMENT_BUCKET: bucket,
      SUMMARY_BUCKET: bucket,
      PROCESS_URL: behind.url,
      AWS_ENDPOINT_URL: emulatorEndpoint(),
    });
  });
  afterAll(() => shutDown(front.server));

  keepsTheContract(() => stage);

  test('take nothing when the one behind is killed, and show what there was', async () => {
    const { body } = await upload(stage, { name: 'before-the-end', text: 'still there' });
    behind.server.kill();
    await behind.server.ended;
    expect((await upload(stage, { name: 'after-the-end', text: 'not taken' })).status).toBe(503);
    expect((await show(stage, body.id)).status).toBe(200);
    expect((await listed(stage)).filter((id) => id.startsWith('after'))).toEqual([]);
  });
});

describe('the programs of a tier and its workers', () => {
  let front: Awaited<ReturnType<typeof listen>>;
  let jobs: WireQueue;
  let buckets: Readonly<Record<string, string>>;
  let instance: Instance;
  let worker: WorkerProcess;
  const queueUrl = () => `${emulatorEndpoint()}${new URL(jobs.url).pathname}`;
  const left = async (): Promise<number> => {
    const { Attributes = {} } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: jobs.url, AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: working } = Attributes;
    return Number(waiting) + Number(working);
  };
  const stage: RunningStage = {
    ask: (route, asked) => askServer(front.url, route, asked),
    settled: async () => {
      while ((await left()) > 0) await new Promise((soon) => setTimeout(soon, 50));
    },
  };
  const startWorker = async () => {
    worker = start('worker', {
      ...instance.environment,
      ...buckets,
      WORKER_QUEUE_URL: queueUrl(),
      WORKER_VISIBILITY_SECONDS: '30',
      WORKER_LONGEST_SECONDS: '60',
      WORKER_CONCURRENCY: '4',
      WORKER_DRAIN_SECONDS: '30',
      WORKER_HOOK: 'drain',
      AWS_ENDPOINT_URL: emulatorEndpoint(),
    });
    await worker.says('worker ready');
  };
  beforeAll(async () => {
    const stack = await StandIn.make(templateOf('queued'), aws, 'queued');
    const bucket = stack.find('AWS::S3::Bucket', /^QueuedLibrary/).name;
    jobs = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^QueuedJobsQueue/));
    buckets = { DOCUMENT_BUCKET: bucket, SUMMARY_BUCKET: bucket };
    instance = await Instance.start('i-evolution');
    const environment = { ...buckets, NEXT_QUEUE_URL: queueUrl(), AWS_ENDPOINT_URL: emulatorEndpoint() };
    front = await listen('queueing-tier', environment);
  });
  afterAll(async () => {
    await shutDown(front.server, worker);
    await instance.stop();
  });

  test('take documents while there is no worker, and have their summaries when one comes', async () => {
    const { status, body } = await upload(stage, { name: 'before-workers', text: 'it waits' });
    expect([status, (await summaryOf(stage, body.id)).status, await left()]).toEqual([202, 404, 1]);
    await startWorker();
    await stage.settled();
    expect((await summaryOf(stage, body.id)).body.words).toBe(2);
  });

  keepsTheContract(() => stage);
});

/** A service's functions, each in environments of its own, on one line to the emulator. */
class Functions {
  readonly pools: FunctionPool[] = [];

  private constructor(
    readonly wire: Wire,
    readonly stack: StandIn,
  ) {
    wire.onKill = (environment) => this.pools.forEach((pool) => pool.kill(environment));
  }

  static async start(stage: StageName): Promise<Functions> {
    const wire = await Wire.start(emulatorEndpoint());
    return new Functions(wire, await StandIn.make(templateOf(stage), aws, stage));
  }

  pool(id: RegExp, handler: string): FunctionPool {
    // Seconds of a machine that is busy are short.
    const made = new FunctionPool(this.stack.function(id, `${name}/${handler}`, { timeoutSeconds: 60 }), this.wire);
    this.pools.push(made);
    return made;
  }

  queue(id: RegExp): Promise<WireQueue> {
    return WireQueue.at(aws, this.stack.find('AWS::SQS::Queue', id));
  }

  async stop(): Promise<void> {
    for (const pool of this.pools) pool.stop();
    await this.wire.stop();
  }
}

/** As an API runs the function of the service that keeps what it is about; a run that dies is answered with 502. */
const asking =
  (desks: Readonly<Record<string, FunctionPool>>): RunningStage['ask'] =>
  async (route, asked = {}) => {
    const { result } = await desks[route].invoke(request(route, asked));
    if (!result) return { status: 502, body: {} };
    const { status, headers, body } = read(result as never);
    return { status, type: headers['Content-Type'], location: headers.Location, body };
  };

const faults = () =>
  firstOf(
    (call, nth) =>
      ['PutItem', 'PutObject', 'PutEvents', 'SendMessage'].includes(call.operation) &&
      nth === 1 &&
      chance.happens(0.01, 'kill', call.operation, call.target, call.key)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );

/** Uploads until each document is taken or refused, as a client would. @returns their ids */
async function uploadAll(stage: RunningStage, documents: readonly { name: string; text: string }[]): Promise<string[]> {
  const ids = new Map<string, string>();
  for (let round = 0, waiting = [...documents]; waiting.length > 0 && round < 12; round++) {
    const answers = await Promise.all(waiting.map(async (each) => ({ each, told: await upload(stage, each) })));
    for (const { each, told } of answers) if (told.status === 202) ids.set(each.name, told.body.id);
    waiting = waiting.filter((each) => !ids.has(each.name));
  }
  return documents.map((each) => ids.get(each.name)!);
}

const many = (what: string) =>
  Array.from({ length: 150 }, (_, i) => ({
    name: `${what}-${i}`,
    text: chance.happens(0.08, 'wordless', what, i) ? '…' : `document ${i} of many`,
  }));

/** What became of documents, as the stores say. */
async function outcome(
  stage: RunningStage,
  what: string,
  given: readonly { name: string; text: string; id: string }[],
  aside: readonly string[],
) {
  const there = await listed(stage);
  const seen = await Promise.all(
    given.map(async ({ id, text }) => ({
      good: text !== '…',
      times: there.filter((each) => each === id).length,
      summary: (await summaryOf(stage, id)).status === 200,
      same: (await show(stage, id)).body.text === text,
      aside: aside.filter((each) => each === id).length,
    })),
  );
  return {
    what: `${name}, ${what}`,
    in: given.length,
    once: seen.filter(({ times, summary, same }) => times === 1 && summary && same).length,
    refused: seen.filter(({ good, times, summary, aside: put }) => !good && times === 1 && !summary && put > 0).length,
    lost: seen.filter(({ good, times, summary, aside: put }) => times === 0 || (good ? !summary : put === 0)).length,
    doubled: seen.filter(({ times }) => times > 1).length,
  };
}

describe('the functions of three services', () => {
  let functions: Functions;
  let sources: readonly EventSource[];
  let dead: readonly WireQueue[];
  let queues: readonly WireQueue[];
  let ask: RunningStage['ask'];
  const settled = async () => {
    for (let rounds = 0, more = true; more && rounds < 40; rounds++) {
      more = false;
      for (const source of sources) {
        await source.drain();
        more = (await source.hiddenTimeEnds()) || more;
      }
    }
  };
  const stage: RunningStage = { ask: (route, asked) => ask(route, asked), settled };
  beforeAll(async () => {
    functions = await Functions.start('microservices');
    const top = 'Microservices';
    const uploadDesk = functions.pool(/UploadDesk/, 'queue-upload');
    ask = asking({
      'POST /documents': uploadDesk,
      'GET /documents/{id}': uploadDesk,
      'GET /documents': functions.pool(/ManageDesk/, 'list'),
      'GET /documents/{id}/summary': functions.pool(/ProcessDesk/, 'summaries'),
    });
    queues = [
      await functions.queue(new RegExp(`^${top}UploadsQueue`)),
      await functions.queue(new RegExp(`^${top}JobsQueue`)),
    ];
    dead = [
      await functions.queue(new RegExp(`^${top}UploadsDead`)),
      await functions.queue(new RegExp(`^${top}JobsDead`)),
    ];
    const workers = [functions.pool(/ManageWorker/, 'queue-manage'), functions.pool(/ProcessWorker/, 'queue-process')];
    sources = queues.map(
      (queue, i) =>
        new EventSource(
          queue,
          { batchSize: 10, partialFailures: true, concurrency: 2 },
          (event) => workers[i].invoke(event),
          {
            delivered: (records) => {
              const order = chance.shuffled(records, records[0].body);
              return chance.happens(0.1, 'to two', records[0].body) ? [order, order] : [order];
            },
          },
        ),
    );
  });
  afterEach(() => functions.wire.clear());
  afterAll(() => functions.stop());

  keepsTheContract(() => stage);

  test('documents by the hundred under faults: each is listed and summarised once, or lies aside', async () => {
    const documents = many('queued');
    functions.wire.plan = faults();
    const ids = await uploadAll(stage, documents);
    await settled();
    // What failed three times by chance alone is sent again by whoever looks at the queue.
    functions.wire.plan = () => undefined;
    const hopeless: string[] = [];
    for (const [i, letters] of dead.entries())
      for (const { body } of await letters.empty()) {
        const { id, text } = JSON.parse(body) as { id: string; text: string };
        if (text === '…' && i === 1) hopeless.push(id);
        else await aws.sqs.send(new SendMessageCommand({ QueueUrl: queues[i].url, MessageBody: body }));
      }
    await settled();
    for (const { body } of await dead[1].empty()) hopeless.push((JSON.parse(body) as { id: string }).id);
    const figure = await outcome(
      stage,
      'queues',
      documents.map((each, i) => ({ ...each, id: ids[i] })),
      hopeless,
    );
    note('8-evolution-queues', [figure]);
    expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
    expect(figure.refused).toBe(documents.filter(({ text }) => text === '…').length);
  });
});

describe('the functions of services and a bus', () => {
  let functions: Functions;
  let bus: FakeBus;
  let hub: string;
  let unworked: WireQueue;
  let ask: RunningStage['ask'];
  const told = new Map<string, AsyncInvocations>();
  const givenUp: { id: string; attempt: number; reason: string }[] = [];

  /** Hands an event to whom the rules of the template say, now and then twice. */
  function deliver(event: BusEvent): void {
    for (const { target } of bus.deliveries(hub, event)) {
      const times = chance.happens(0.05, 'twice', target, JSON.stringify(event)) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const function_ = told.get(target);
        if (function_) function_.accept(event);
        else {
          const { attempt, data } = event.detail as { attempt: number; data: { id: string; reason: string } };
          givenUp.push({ attempt, ...data });
        }
      }
    }
  }
  const settled = async () => {
    for (let rounds = 0, more = true; more && rounds < 40; rounds++) {
      for (const each of told.values()) await each.settled();
      const failures = await unworked.empty();
      for (const { body } of failures) deliver((JSON.parse(body) as { requestPayload: BusEvent }).requestPayload);
      more = failures.length > 0;
    }
  };
  const stage: RunningStage = { ask: (route, asked) => ask(route, asked), settled };
  beforeAll(async () => {
    functions = await Functions.start('event-driven');
    const template = templateOf('event-driven');
    hub = functions.stack.find('AWS::Events::EventBus', /Hub/).id;
    bus = new FakeBus(template);
    unworked = await functions.queue(/HubFailures/);
    const uploadDesk = functions.pool(/UploadDesk/, 'event-upload');
    ask = asking({
      'POST /documents': uploadDesk,
      'GET /documents/{id}': uploadDesk,
      'GET /documents': functions.pool(/ManageDesk/, 'list'),
      'GET /documents/{id}/summary': functions.pool(/ProcessDesk/, 'summaries'),
    });
    for (const [id, handler] of [
      [/^EventDrivenManageWorker/, 'event-manage'],
      [/^EventDrivenProcessWorker/, 'event-process'],
      [/^EventDrivenRetry/, 'retry'],
    ] as const) {
      const { MaximumRetryAttempts } = functions.stack.find(
        'AWS::Lambda::EventInvokeConfig',
        new RegExp(`${id.source}.*Told`),
      ).properties;
      const settings = { maximumRetryAttempts: MaximumRetryAttempts as number, onFailure: unworked };
      const running = new AsyncInvocations(functions.pool(id, handler), settings);
      told.set(functions.stack.find('AWS::Lambda::Function', id).id, running);
    }
    functions.wire.onEvents = (_, events) => events.forEach(deliver);
  });
  afterEach(() => functions.wire.clear());
  afterAll(() => functions.stop());

  keepsTheContract(() => stage);

  test('documents by the hundred under faults: each is listed and summarised once, or given up after one retry', async () => {
    const documents = many('told');
    functions.wire.plan = faults();
    const ids = await uploadAll(stage, documents);
    await settled();
    // What failed twice by chance alone is uploaded once more, by whoever looks at the queue.
    functions.wire.plan = () => undefined;
    const unlucky = givenUp.filter(({ reason }) => reason !== 'there is no word in the document');
    await uploadAll(
      stage,
      documents.filter((_, i) => unlucky.some(({ id }) => id === ids[i])),
    );
    await settled();
    expect(givenUp.map(({ attempt }) => attempt)).toEqual(givenUp.map(() => 2));
    const hopeless = givenUp.filter((each) => !unlucky.includes(each)).map(({ id }) => id);
    const figure = await outcome(
      stage,
      'bus',
      documents.map((each, i) => ({ ...each, id: ids[i] })),
      hopeless,
    );
    note('8-evolution-bus', [figure]);
    expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
    expect(figure.refused).toBe(documents.filter(({ text }) => text === '…').length);
  });
});
