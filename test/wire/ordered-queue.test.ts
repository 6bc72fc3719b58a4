import { resolve } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { largestMessage } from '../../lambda/shared/message-size';
import { sendBatch } from '../../lambda/shared/send-batch';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { OrderedQueue } from '../../lib/constructs/messaging/ordered-queue';
import { WorkQueue } from '../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../lib/constructs/operations/alarm-topic';
import { IdempotencyStore } from '../../lib/constructs/serverless/idempotency-store';
import { templateOf } from '../support/app';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { EventSource } from './support/event-source';
import { answerLost, firstOf, kill, lostBefore, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const noPause = { pause: () => Promise.resolve() };
let wire: Wire;
let sender: SQSClient;
let pool: FunctionPool;
let ordered: WireQueue;
let dead: WireQueue;
let standard: WireQueue;
let ledger: string;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const template = templateOf((stack) => {
    const alarms = new AlarmTopic(stack, 'Alarms');
    new OrderedQueue(stack, 'Bookings', { alarms, contentBasedDeduplication: true });
    new WorkQueue(stack, 'Jobs', { alarms });
    new IdempotencyStore(stack, 'Done', { retriedFor: Duration.days(14) });
    new Table(stack, 'Ledger', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
    });
  });
  const stack = await StandIn.make(template.toJSON() as never, aws, 'ledger');
  const queue = (id: RegExp) => WireQueue.at(aws, stack.find('AWS::SQS::Queue', id));
  [ordered, dead, standard] = await Promise.all([queue(/^BookingsQueue/), queue(/^BookingsDead/), queue(/^JobsQueue/)]);
  ledger = stack.find('AWS::DynamoDB::Table', /^Ledger/).name;
  pool = new FunctionPool(
    {
      name: 'ledger',
      arn: `arn:aws:lambda:${region}:${account}:function:ledger`,
      bundle: new HandlerBundle(resolve('test', 'wire', 'fixtures', 'ledger.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: {
        LEDGER_TABLE: ledger,
        IDEMPOTENCY_TABLE: stack.find('AWS::DynamoDB::Table', /^Done/).name,
        IDEMPOTENCY_EXPIRY_SECONDS: '1296000',
      },
    },
    wire,
  );
  wire.onKill = (environment) => pool.kill(environment);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  sender = new SQSClient({ endpoint: wire.endpoint, useQueueUrlAsEndpoint: false, region, credentials });
});
afterEach(() => wire.clear());
afterAll(async () => {
  pool.stop();
  sender.destroy();
  await wire.stop();
  aws.stop();
});

const entriesOf = async (id: string): Promise<number[]> => {
  const { Item } = await aws.dynamodb.send(new GetItemCommand({ TableName: ledger, Key: { id: { S: id } } }));
  return Item ? unmarshall(Item).entries : [];
};

test('bookings by the hundred under faults: each account in its order, each entry once; poison stops its account only until it is moved aside', async () => {
  const accounts = Array.from({ length: 25 }, (_, i) => `account-${i}`);
  const bookings = Array.from({ length: 14 }, (_, i) => i + 1).flatMap((entry) =>
    accounts.map((name) => ({
      account: name,
      entry,
      amount: chance.happens(0.03, 'poison', name, entry) ? null : entry * 100,
    })),
  );
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'UpdateItem' && call.target === ledger && chance.happens(0.004, 'kill', call.key, nth)
        ? kill
        : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );
  const unsent = await sendBatch(
    sender,
    ordered.url,
    bookings.map((booking) => ({ body: JSON.stringify(booking), groupId: booking.account })),
    { attempts: 10, ...noPause },
  );
  expect(unsent).toEqual([]);

  // One by one, as `QueueConsumer` has it for an ordered queue: in a batch, what waits behind poison is received as often as it.
  const mapping = { batchSize: 1, partialFailures: true, concurrency: 4 };
  const source = new EventSource(ordered, mapping, (event) => pool.invoke(event));
  const reasonOf = (id: string) => pool.log.findLast(({ messageId }) => messageId === id)?.reason as string | undefined;
  const refused = new Map<string, string>();
  for (let rounds = 0, more = true; more && rounds < 80; rounds++) {
    await source.drain();
    more = await source.hiddenTimeEnds();
    pool.clock += 600_000;
    for (const letter of await dead.empty()) refused.set(letter.body, reasonOf(letter.messageId) ?? 'nobody knows');
  }

  const good = bookings.filter(({ amount }) => amount !== null);
  const poison = bookings.filter(({ amount }) => amount === null);
  const books = new Map(await Promise.all(accounts.map(async (name) => [name, await entriesOf(name)] as const)));
  const times = ({ account: name, entry }: (typeof good)[number]) =>
    books.get(name)!.filter((one) => one === entry).length;
  const figure = {
    what: 'ordered queue, bookings',
    in: bookings.length,
    once: good.filter((one) => times(one) === 1).length,
    refused: poison.filter((one) => refused.get(JSON.stringify(one))?.includes('has no amount')).length,
    lost: good.filter((one) => times(one) === 0).length,
    doubled: good.filter((one) => times(one) > 1).length,
  };
  note('4-ordered-queue', [figure]);
  expect(figure).toEqual({ ...figure, once: good.length, refused: poison.length, lost: 0, doubled: 0 });
  for (const entries of books.values()) expect(entries).toEqual([...entries].sort((a, b) => a - b));
});

describe('sending', () => {
  const bodies = (many: number, mark: string) => Array.from({ length: many }, (_, i) => ({ body: `${mark} ${i}` }));
  const texts = async (queue: WireQueue) => (await queue.empty()).map(({ body }) => body);
  const once = <T>(fault: T) => {
    let left = true;
    return () => (left ? ((left = false), fault) : undefined);
  };

  test('when the answer is lost, a standard queue has the messages twice, an ordered one once', async () => {
    wire.plan = once(answerLost);
    await sendBatch(sender, standard.url, bodies(3, 'standard'), noPause);
    expect(await texts(standard)).toHaveLength(6);

    wire.plan = once(answerLost);
    await sendBatch(
      sender,
      ordered.url,
      bodies(3, 'ordered').map((one) => ({ ...one, groupId: 'g' })),
      noPause,
    );
    const received: string[] = [];
    for (let batch = await ordered.receive(10); batch.length > 0; batch = await ordered.receive(10)) {
      received.push(...batch.map(({ body }) => body));
      await ordered.delete(batch);
    }
    expect(received).toEqual(['ordered 0', 'ordered 1', 'ordered 2']);
  });

  test('to a queue that cannot be reached tells which messages were not taken', async () => {
    const all = bodies(15, 'reached');
    let calls = 0;
    wire.plan = () => ((calls += 1) > 1 ? lostBefore : undefined);
    const unsent = await sendBatch(sender, standard.url, all, { attempts: 2, ...noPause });
    expect(unsent.map(({ item }) => item)).toEqual(all.slice(10));
    wire.plan = () => undefined;
    expect(await texts(standard)).toEqual(all.slice(0, 10).map(({ body }) => body));
  });

  test('a message over the limit is refused before anything is sent; one of exactly the limit arrives', async () => {
    const large = { body: 'x'.repeat(largestMessage) };
    await expect(sendBatch(sender, standard.url, [large, { body: `${large.body}x` }])).rejects.toThrow(
      'message 1 holds 1048577 bytes',
    );
    expect(await texts(standard)).toEqual([]);
    await sendBatch(sender, standard.url, [large], noPause);
    expect((await texts(standard)).map(({ length }) => length)).toEqual([largestMessage]);
  });
});
