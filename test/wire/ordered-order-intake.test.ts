import type { OrderEvent } from '../../lambda/ordered-order-intake/order-event';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { firstOf, kill, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Pipe, type Change } from './support/pipe';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire, type Seen } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let table: string;
let queue: WireQueue;
let dead: WireQueue;
let desk: FunctionPool;
let worker: FunctionPool;
let source: EventSource;
/** What the pipe tells of, and what hears it. */
let packing: { pipe: Pipe; parcels: string; dead: WireQueue; pool: FunctionPool; source: EventSource };

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('ordered-order-intake')['ordered-order-intake'], aws, 'intake');
  table = stack.find('AWS::DynamoDB::GlobalTable', /^Orders/).name;
  queue = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^WorkerQueue(?!DeadLetters)/));
  dead = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^WorkerQueueDeadLetters/));
  desk = new FunctionPool(stack.function(/^DeskFunction/, 'ordered-order-intake/desk', { timeoutSeconds: 60 }), wire);
  worker = new FunctionPool(
    stack.function(/^WorkerFunction/, 'ordered-order-intake/work', { timeoutSeconds: 60 }),
    wire,
  );
  const mapping = (id: RegExp) => {
    const { BatchSize } = stack.find('AWS::Lambda::EventSourceMapping', id).properties;
    return { batchSize: BatchSize as number, partialFailures: true, concurrency: 4 };
  };
  source = new EventSource(queue, mapping(/^WorkerConsumer/), (event) => worker.invoke(event));
  const pool = new FunctionPool(
    stack.function(/^PackingFunction/, 'ordered-order-intake/pack', { timeoutSeconds: 60 }),
    wire,
  );
  const parcelQueue = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^PackingQueue(?!DeadLetters)/));
  packing = {
    pipe: new Pipe(aws, parcelQueue.url, stack.find('AWS::Pipes::Pipe', /./).properties),
    parcels: stack.find('AWS::DynamoDB::GlobalTable', /^PackingParcels/).name,
    dead: await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^PackingQueueDeadLetters/)),
    pool,
    source: new EventSource(parcelQueue, mapping(/^PackingConsumer/), (event) => pool.invoke(event)),
  };
  wire.onKill = (environment) => [desk, worker, pool].forEach((one) => one.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  [desk, worker, packing.pool].forEach((pool) => pool.stop());
  await wire.stop();
  aws.stop();
});

const ask = (method: string, more: object) =>
  desk.invoke({ version: '2.0', rawPath: '/', requestContext: { requestId: 'r', http: { method } }, ...more });
/** As a shop does: until it is taken, and now and then once more. */
async function say(event: OrderEvent): Promise<void> {
  const { customer, order, number } = event;
  for (let left = chance.happens(0.1, 'twice', customer, order, number) ? 2 : 1, tries = 0; left > 0; tries++) {
    if (tries > 20) throw new Error(`${customer}/${order} ${number} was not taken`);
    const { result } = await ask('POST', { body: JSON.stringify(event) });
    if (result?.statusCode === 202) left -= 1;
  }
}
/** Works until nothing comes back; what lies among the dead letters then, by its body. */
async function workAll(by = { source, dead, pool: worker }): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const reasonOf = (id: string) => by.pool.log.findLast(({ messageId }) => messageId === id)?.reason as string;
  for (let rounds = 0, more = true; more && rounds < 80; rounds++) {
    await by.source.drain();
    more = await by.source.hiddenTimeEnds();
    for (const { messageId, body } of await by.dead.empty()) refused.set(body, reasonOf(messageId));
  }
  return refused;
}
const numberOf = ({ body }: Seen): number =>
  Number(
    (JSON.parse(body.toString()) as { ExpressionAttributeValues: Record<string, { N: string }> })
      .ExpressionAttributeValues[':number'].N,
  );

test('orders by the hundred under faults: each customer in order and each event once; nothing is worked over a gap', async () => {
  const orders = ['o-1', 'o-2', 'o-3'];
  const eventsOf = (customer: string): OrderEvent[] =>
    [1, 2, 3, 4].flatMap((number) =>
      orders.map((order) => {
        const large = chance.happens(0.06, 'large', customer, order);
        const lines = [{ sku: 'CAT-FOOD', quantity: number === 1 && large ? 500 : number }];
        if (number === 4) return { customer, order, number, happened: 'cancelled', note: 'mail me: ada@example.com' };
        return number === 1
          ? { customer, order, number, happened: 'placed', lines }
          : { customer, order, number, happened: 'changed', lines };
      }),
    );
  const all = new Map(Array.from({ length: 16 }, (_, i) => [`customer-${i}`, eventsOf(`customer-${i}`)]));
  wire.plan = firstOf(
    (call, nth) => (call.operation === 'UpdateItem' && chance.happens(0.02, 'kill', call.key, nth) ? kill : undefined),
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  await Promise.all(
    [...all.values()].map(async (events) => {
      for (const event of events) await say(event);
    }),
  );
  const refused = await workAll();

  const isGood = ({ customer, order }: OrderEvent) => !chance.happens(0.06, 'large', customer, order);
  const effects = wire.effects('UpdateItem', table);
  const times = ({ customer, order, number }: OrderEvent) =>
    effects.filter((call) => call.key === `${customer}/${order}` && numberOf(call) === number).length;
  const said = [...all.values()].flat();
  const good = said.filter(isGood);
  const reasons = [...refused].map(([body, reason]) => ({ event: JSON.parse(body) as OrderEvent, reason }));
  const why = (event: OrderEvent) =>
    reasons.find(
      ({ event: { customer, order, number } }) =>
        customer === event.customer && order === event.order && number === event.number,
    )?.reason ?? 'nobody knows';
  const figure = {
    what: 'ordered-order-intake, events of orders',
    in: said.length,
    once: good.filter((event) => times(event) === 1).length,
    refused: said.filter(
      (event) =>
        !isGood(event) &&
        (event.number === 1 ? /500 pieces are more than the 100/ : /nothing of it was worked yet/).test(why(event)),
    ).length,
    lost: good.filter((event) => times(event) === 0).length,
    doubled: good.filter((event) => times(event) > 1).length,
  };
  note('4-ordered-order-intake', [figure]);
  expect(figure).toEqual({
    ...figure,
    once: good.length,
    refused: said.length - good.length,
    lost: 0,
    doubled: 0,
  });
  expect(said.length - good.length).toBeGreaterThan(0);
  for (const [customer, events] of all)
    expect(
      effects.filter(({ key }) => key.startsWith(`${customer}/`)).map((call) => `${call.key} ${numberOf(call)}`),
    ).toEqual(events.filter(isGood).map(({ order, number }) => `${customer}/${order} ${number}`));
});

test('what was put right passes under its number, and what waited for it is worked when it is sent back', async () => {
  const name = { customer: 'ada', order: 'o-1' };
  const lines = (quantity: number) => [{ sku: 'CAT-FOOD', quantity }];
  await say({ ...name, number: 1, happened: 'placed', lines: lines(500) });
  await say({ ...name, number: 2, happened: 'changed', lines: lines(7) });
  const refused = await workAll();
  expect([...refused.values()]).toEqual([
    '500 pieces are more than the 100 that are taken without a person',
    'number 2 of ada/o-1 came, and nothing of it was worked yet; what is missing lies among the dead letters',
  ]);

  await say({ ...name, number: 1, happened: 'placed', lines: lines(50) });
  await workAll();
  const standing = async () =>
    JSON.parse((await ask('GET', { queryStringParameters: name })).result.body as string) as object;
  expect(await standing()).toMatchObject({ status: 'placed', number: 1, lines: lines(50) });
  await say({ ...name, number: 2, happened: 'changed', lines: lines(8) });
  await workAll();
  expect(await standing()).toMatchObject({ status: 'changed', number: 2, lines: lines(8) });
});

test('no note carries a card number or an address past the desk', async () => {
  const name = { customer: 'bob', order: 'o-1' };
  const note = 'card 4111 1111 1111 1111, mail bob@example.com';
  await say({ ...name, number: 1, happened: 'placed', lines: [{ sku: 'A', quantity: 1 }], note });
  const [{ body, attributes }] = await queue.receive(1);
  expect((JSON.parse(body) as { note: string }).note).toBe('card [card], mail [email]');
  expect(attributes.MessageGroupId).toBe('bob');
});

test('what was written of orders is told by the pipe, under faults: each change is taken once and in order, also what is told again', async () => {
  const statuses = ['placed', 'changed', 'changed', 'cancelled'];
  const changesOf = (customer: string): Change[] =>
    statuses.flatMap((status, before) =>
      ['o-1', 'o-2', 'o-3'].map((order) => {
        const number = before + 1;
        const Keys = { customer: { S: customer }, order: { S: order } };
        // A table is written to by people, too; this one knew better.
        const told = chance.happens(0.02, 'unknown', customer, order, number) ? 'shipped' : status;
        return {
          eventID: `${customer}.${order}.${number}`,
          eventName: number === 1 ? 'INSERT' : 'MODIFY',
          dynamodb: {
            Keys,
            NewImage: { ...Keys, number: { N: String(number) }, status: { S: told }, told: { S: 'x' } },
          },
        };
      }),
    );
  const all = Array.from({ length: 16 }, (_, i) => changesOf(`customer-${i}`));
  wire.plan = firstOf(
    (call, nth) => (call.operation === 'UpdateItem' && chance.happens(0.02, 'kill', call.key, nth) ? kill : undefined),
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  await Promise.all(
    all.map(async (changes) => {
      for (const change of changes) {
        await packing.pipe.tell(change);
        // Its answer was lost: it tells the same once more, at once, or when the queue has forgotten.
        if (chance.happens(0.1, 'at once', change.eventID)) await packing.pipe.tell(change);
        if (chance.happens(0.1, 'later', change.eventID)) await packing.pipe.tell(change, '.later');
      }
      expect(await packing.pipe.tell({ ...changes[0], eventName: 'REMOVE' })).toBe(false);
    }),
  );
  const refused = await workAll(packing);
  // What is told once more when everything else was taken, goes back to nothing that was overtaken.
  for (const changes of all)
    for (const change of changes)
      if (chance.happens(0.1, 'last', change.eventID)) await packing.pipe.tell(change, '.last');
  for (const [body, reason] of await workAll(packing)) refused.set(body, reason);

  const effects = wire.effects('UpdateItem', packing.parcels);
  const statusOf = ({ dynamodb: { NewImage } }: Change) => (NewImage!.status as { S: string }).S;
  const good = (changes: readonly Change[]) => changes.filter((change) => statusOf(change) !== 'shipped');
  const ids = effects.map((call) => `${call.key.replace('/', '.')}.${numberOf(call)}`);
  const times = ({ eventID }: Change) => ids.filter((id) => id === eventID).length;
  const said = all.flat();
  const figure = {
    what: 'ordered-order-intake, changes told by the pipe',
    in: said.length,
    once: good(said).filter((change) => times(change) === 1).length,
    refused: [...refused.values()].filter((reason) => /^this does not say how an order stands: status: /.test(reason))
      .length,
    lost: good(said).filter((change) => times(change) === 0).length,
    doubled: good(said).filter((change) => times(change) > 1).length,
  };
  note('4-ordered-outbox', [figure]);
  const unknown = said.length - good(said).length;
  expect(figure).toEqual({ ...figure, once: said.length - unknown, refused: unknown, lost: 0, doubled: 0 });
  expect(unknown).toBeGreaterThan(0);
  for (const changes of all) {
    const [{ dynamodb }] = changes;
    const customer = (dynamodb.Keys.customer as { S: string }).S;
    expect(ids.filter((id) => id.startsWith(`${customer}.`))).toEqual(good(changes).map(({ eventID }) => eventID));
  }
});
