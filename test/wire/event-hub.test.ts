import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { BusEvent } from '../../lib/constructs/messaging/bus-pattern';
import { synthesised } from '../support/architecture';
import { FakeBus } from '../support/fake-bus';
import { photo } from '../lambda/event-hub/world';
import { AsyncInvocations } from './support/async-invocations';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { firstOf, kill, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const template = synthesised('event-hub')['event-hub'];
let wire: Wire;
let stack: StandIn;
let bus: FakeBus;
let hub: string;
let bucket: string;
let retries: WireQueue;
let retryLetters: WireQueue;
let givenUp: WireQueue;
let unworked: WireQueue;
let source: EventSource;
/** What runs each function that rules tell, by its logical id. */
const told = new Map<string, AsyncInvocations>();
const pools: FunctionPool[] = [];
let closing: AsyncInvocations;
const deliveries: Promise<unknown>[] = [];

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  stack = await StandIn.make(template, aws, 'hub');
  const queue = (id: RegExp) => WireQueue.at(aws, stack.find('AWS::SQS::Queue', id));
  const photos = stack.find('AWS::S3::Bucket', /^IntakePhotos/);
  bucket = photos.name;
  hub = stack.find('AWS::Events::EventBus', /^Hub/).id;
  bus = new FakeBus(template, { [photos.id]: bucket });
  [retries, retryLetters, givenUp, unworked] = await Promise.all([
    queue(/^IntakeRetriesQueue/),
    queue(/^IntakeRetriesDead/),
    queue(/^IntakeGivenUp/),
    queue(/^HubFailures/),
  ]);

  const pool = (id: RegExp, handler: string) => {
    // Seconds of a machine that is busy are short.
    const made = new FunctionPool(stack.function(id, `event-hub/${handler}`, { timeoutSeconds: 60 }), wire);
    pools.push(made);
    return made;
  };
  const listener = (id: RegExp, handler: string) => {
    const made = pool(id, handler);
    const { MaximumRetryAttempts } = stack.find(
      'AWS::Lambda::EventInvokeConfig',
      new RegExp(`${id.source}.*Told`),
    ).properties;
    const settings = { maximumRetryAttempts: MaximumRetryAttempts as number, onFailure: unworked };
    const running = new AsyncInvocations(made, settings);
    told.set(stack.find('AWS::Lambda::Function', id).id, running);
    return running;
  };
  listener(/^IntakeFirstTry/, 'intake');
  listener(/^FeedTell/, 'tell');
  listener(/^UsageCount/, 'count');
  closing = listener(/^UsageClose/, 'close');
  const retry = pool(/^IntakeNextTry/, 'retry');
  const mapping = stack.find('AWS::Lambda::EventSourceMapping', /^IntakeRetried/).properties;
  source = new EventSource(
    retries,
    { batchSize: mapping.BatchSize as number, partialFailures: true, concurrency: 2 },
    (event) => retry.invoke(event),
    { delivered: (records) => [chance.shuffled(records, records[0].body)] },
  );
  wire.onKill = (environment) => pools.forEach((each) => each.kill(environment));
  wire.onEvents = (_, events) => events.forEach((event) => deliver(hub, event));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const each of pools) each.stop();
  await wire.stop();
  aws.stop();
});

/** Hands an event to whom the rules of the template say, now and then twice. */
function deliver(on: string | undefined, event: BusEvent): void {
  const name = JSON.stringify(event);
  for (const { target } of bus.deliveries(on, event))
    for (let time = 0; time < (chance.happens(0.05, 'twice', target, name) ? 2 : 1); time++) {
      const function_ = told.get(target);
      if (function_) function_.accept(event);
      else deliveries.push(fill(target, name));
    }
}

/** Without the time for which the queue hides what is new; that is for people who send descriptions late. */
const fill = (target: string, MessageBody: string): Promise<unknown> => {
  const { url } = stack.nameOf(target) === stack.find('AWS::SQS::Queue', /^IntakeGivenUp/).name ? givenUp : retries;
  return aws.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds: 0 }));
};

/** Until nothing is on its way any more. What was not worked for no fault of its own is sent back, as a person would. */
async function settled(): Promise<void> {
  for (let rounds = 0, more = true; more && rounds < 40; rounds++) {
    for (const each of told.values()) await each.settled();
    await Promise.all(deliveries.splice(0));
    await source.drain();
    const hidden = await source.hiddenTimeEnds();
    for (const each of pools) each.clock += 3_600_000;
    const letters = await retryLetters.empty();
    for (const { body } of letters)
      deliveries.push(
        aws.sqs.send(new SendMessageCommand({ QueueUrl: retries.url, MessageBody: body, DelaySeconds: 0 })),
      );
    const failures = await unworked.empty();
    for (const { body } of failures) again((JSON.parse(body) as { requestPayload: BusEvent }).requestPayload);
    more = hidden || letters.length > 0 || failures.length > 0 || deliveries.length > 0;
  }
}

/** An event whose every run failed goes to those who hear it; that others hear it once more changes nothing. */
const again = (event: BusEvent): void => deliver(event.source === 'aws.s3' ? undefined : hub, event);

const describeIt = (name: string) =>
  aws.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: `descriptions/${name}`, Body: JSON.stringify({ title: name }) }),
  );
async function items(type: string, id: RegExp): Promise<Record<string, unknown>[]> {
  const { name } = stack.find(type, id);
  const found: Record<string, unknown>[] = [];
  let key: Record<string, never> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await aws.dynamodb.send(
      new ScanCommand({ TableName: name, ExclusiveStartKey: key }),
    );
    found.push(...Items.map((item) => unmarshall(item)));
    key = LastEvaluatedKey as Record<string, never> | undefined;
  } while (key);
  return found;
}

test('photos by the hundred under faults: each is told and counted once, or given up after three tries; a day is closed once', async () => {
  const photos = Array.from({ length: 240 }, (_, i) => {
    const draw = chance.of('kind', i);
    return { name: `${i}.jpg`, described: draw < 0.7 ? 'before' : draw < 0.85 ? 'late' : 'never' } as const;
  });
  await Promise.all(photos.filter(({ described }) => described === 'before').map(({ name }) => describeIt(name)));
  wire.plan = firstOf(
    // A run dies right after it has spoken, or written, before it can say so to anybody.
    (call, nth) =>
      ['PutEvents', 'PutItem'].includes(call.operation) &&
      nth === 1 &&
      chance.happens(0.01, 'kill', call.operation, call.target, call.key)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );

  for (const { name } of photos) deliver(undefined, photo(name, { bucket }));
  for (const each of told.values()) await each.settled();
  await Promise.all(photos.filter(({ described }) => described === 'late').map(({ name }) => describeIt(name)));
  await settled();
  const midnight = { scheduledTime: '2026-11-28T23:00:00Z' };
  for (let time = 0; time < 3; time++) closing.accept(midnight);
  await settled();

  const feed = await items('AWS::DynamoDB::GlobalTable', /^FeedEntries/);
  const counted = await items('AWS::DynamoDB::GlobalTable', /^UsageBook/);
  const letters = await givenUp.empty();
  const left = letters.map(
    ({ body }) => (JSON.parse(body) as { detail: { attempt: number; data: { upload: { key: string } } } }).detail,
  );
  const good = photos.filter(({ described }) => described !== 'never');
  const toldTimes = (name: string) => feed.filter(({ text }) => text === `New photo: ${name}`).length;
  const countedTimes = (name: string) => counted.filter(({ entry }) => entry === `upload#uploads/${name}@v1`).length;
  const isGivenUp = (name: string) =>
    left.some(({ attempt, data }) => attempt === 3 && data.upload.key === `uploads/${name}`);
  const figure = {
    what: 'event-hub, photos',
    in: photos.length,
    once: good.filter(({ name }) => toldTimes(name) === 1 && countedTimes(name) === 1).length,
    refused: photos.filter(({ name, described }) => described === 'never' && isGivenUp(name)).length,
    lost: photos.filter(({ name }) => toldTimes(name) === 0 && !isGivenUp(name)).length,
    doubled: photos.filter(({ name }) => toldTimes(name) > 1 || countedTimes(name) > 1).length,
  };
  note('5-event-hub', [figure]);
  expect(figure).toEqual({ ...figure, once: good.length, refused: photos.length - good.length, lost: 0, doubled: 0 });
  const summary = counted.find(({ entry }) => entry === 'summary');
  expect(summary).toMatchObject({ day: '2026-11-28', uploads: good.length, closedAt: midnight.scheduledTime });
  expect(feed.filter(({ text }) => String(text).startsWith('2026-11-28: '))).toHaveLength(1);
});

test('nights by the Scheduler under faults, told twice, late and in any order: each day is closed once, also where clocks change', async () => {
  /** Midnight in Berlin, at which the schedule is due; the clocks go forward within these nights. */
  const nights = Array.from({ length: 60 }, (_, i) => {
    const utc = (hour: number) => new Date(Date.UTC(2026, 2, 1 + i, hour)).toISOString();
    const hourThere = (at: string) =>
      new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' });
    const scheduledTime = [utc(22), utc(23)].find((at) => hourThere(at) === '00')!;
    return { scheduledTime, day: new Date(Date.UTC(2026, 2, 1 + i)).toISOString().slice(0, 10) };
  });
  /** Somebody wrote into the schedule what is no time. */
  const wrong = Array.from({ length: 3 }, (_, i) => ({ scheduledTime: `soon ${i}` }));
  wire.plan = firstOf(
    (call, nth) =>
      ['PutEvents', 'PutItem'].includes(call.operation) && nth === 1 && chance.happens(0.04, 'kill at night', call.key)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 4 }),
  );
  const due = [...nights.map(({ scheduledTime }) => ({ scheduledTime })), ...wrong];
  const twice = due.filter(({ scheduledTime }) => chance.happens(0.2, 'due twice', scheduledTime));
  for (const one of chance.shuffled([...due, ...twice], 'nights')) closing.accept(one);

  const refused = new Map<string, string>();
  for (let rounds = 0, more = true; more && rounds < 40; rounds++) {
    for (const each of told.values()) await each.settled();
    const letters = await unworked.empty();
    for (const { body } of letters) {
      const { requestPayload, responsePayload } = JSON.parse(body) as {
        requestPayload: BusEvent & { scheduledTime?: string };
        responsePayload: { errorMessage: string };
      };
      if (requestPayload.scheduledTime === undefined) again(requestPayload);
      else if (requestPayload.scheduledTime.startsWith('soon'))
        refused.set(requestPayload.scheduledTime, responsePayload.errorMessage);
      else closing.accept(requestPayload);
    }
    more = letters.length > 0;
  }

  const book = await items('AWS::DynamoDB::GlobalTable', /^UsageBook/);
  const feed = await items('AWS::DynamoDB::GlobalTable', /^FeedEntries/);
  const toldTimes = (day: string) => feed.filter(({ text }) => String(text).startsWith(`${day}: `)).length;
  const closedAt = (night: string) => book.find(({ day, entry }) => day === night && entry === 'summary')?.closedAt;
  const isClosed = ({ day, scheduledTime }: (typeof nights)[number]) => closedAt(day) === scheduledTime;
  const figure = {
    what: 'event-hub, nights by the Scheduler',
    in: due.length,
    once: nights.filter((night) => isClosed(night) && toldTimes(night.day) === 1).length,
    refused: [...refused.values()].filter((reason) => reason !== '').length,
    lost: nights.filter((night) => !isClosed(night) || toldTimes(night.day) === 0).length,
    doubled: nights.filter(({ day }) => toldTimes(day) > 1).length,
  };
  note('5-event-hub-nights', [figure]);
  expect(figure).toEqual({ ...figure, once: nights.length, refused: wrong.length, lost: 0, doubled: 0 });
});
