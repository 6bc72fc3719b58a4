import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { architecture } from '../support/architecture';
import { read, request, type Answer } from '../support/rest-call';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { answerLost, firstOf, kill, lostBefore, randomFaults, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let parcels: string;
let pickups: string;
let orders: WireQueue;
let refused: WireQueue;
let source: EventSource;
let pools: Readonly<Record<'parcels' | 'old' | 'tariffs' | 'booker', FunctionPool>>;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  // Where half has moved, functions and the old system work on the same parcels.
  const template = architecture('api-facade', { variant: ['parcels-half-moved'] });
  const stack = await StandIn.make(template.toJSON() as never, aws, 'facade');
  parcels = stack.find('AWS::DynamoDB::GlobalTable', /^StoreParcels/).name;
  pickups = stack.find('AWS::DynamoDB::GlobalTable', /^PickupsTable/).name;
  orders = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^PickupsOrdersQueue/));
  refused = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^PickupsOrdersDeadLetters/));
  const pool = (id: RegExp, handler: string) =>
    new FunctionPool(stack.function(id, `api-facade/${handler}`, { timeoutSeconds: 60 }), wire);
  pools = {
    parcels: pool(/^ParcelsHandler/, 'parcels'),
    old: pool(/^OldMainHandler/, 'old-system'),
    tariffs: pool(/^OldTariffsHandler/, 'old-tariffs'),
    booker: pool(/^PickupsBooker/, 'book-pickup'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { properties } = stack.find('AWS::Lambda::EventSourceMapping', /^PickupsConsumer/);
  source = new EventSource(
    orders,
    {
      batchSize: properties.BatchSize,
      partialFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: 2,
    },
    (event) => pools.booker.invoke(event),
    {
      delivered: (records) => {
        const order = chance.shuffled(records, records[0].body);
        return chance.happens(0.1, 'to two', records[0].body) ? [order, order] : [order];
      },
    },
  );
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  await wire.stop();
  aws.stop();
});

async function ask(pool: FunctionPool, event: unknown): Promise<Answer | undefined> {
  const { result } = await pool.invoke(event);
  return result ? read(result as never) : undefined;
}
const stored = async (TableName: string, id: string): Promise<Record<string, any> | undefined> => {
  const { Item } = await aws.dynamodb.send(
    new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
};
const parcel = { sender: 'dairy-7', to: { name: 'Ada', country: 'DE' }, grams: 1200 };
const registering = (key: string, body: unknown) =>
  request('POST /parcels', { body, headers: { 'Idempotency-Key': key } });

test('parcels by the hundred under faults, at the function and the old system at once: each is registered once, each that is none is refused', async () => {
  const clients = Array.from({ length: 300 }, (_, i) => ({
    key: `parcel-${i}-of-many`,
    body: { ...parcel, grams: chance.happens(0.05, 'poison', i) ? 0 : 1 + i },
    answers: [] as Answer[],
  }));
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'PutItem' && nth === 1 && chance.happens(0.02, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  let waiting = [...clients];
  for (let round = 0; waiting.length > 0 && round < 12; round++) {
    const again = await Promise.all(
      waiting.map(async (client) => {
        const pool = chance.happens(0.5, 'where', client.key, round) ? pools.parcels : pools.old;
        const answer = await ask(pool, registering(client.key, client.body));
        if (answer) client.answers.push(answer);
        return answer && [201, 400].includes(answer.status) ? [] : [client];
      }),
    );
    waiting = again.flat();
  }

  const outcomes = await Promise.all(
    clients.map(async ({ body, answers }) => {
      const taken = answers.find(({ status }) => status === 201);
      const there = taken && (await stored(parcels, taken.body.id));
      const writes = taken ? wire.effects('PutItem', parcels).filter(({ key }) => key === taken.body.id).length : 0;
      return { good: body.grams > 0, there: there?.grams === body.grams, writes };
    }),
  );
  const figure = {
    what: 'api-facade, parcels',
    in: clients.length,
    once: outcomes.filter(({ there, writes }) => there && writes === 1).length,
    refused: clients.filter(({ answers }) => answers.some(({ status }) => status === 400)).length,
    lost: outcomes.filter(({ good, there }) => good && !there).length,
    doubled: outcomes.filter(({ writes }) => writes > 1).length,
  };
  note('8-parcels', [figure]);
  expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
  expect(figure.refused).toBe(clients.filter(({ body }) => body.grams === 0).length);
});

test('pickups by the hundred under faults: each is booked once, each that is none lies in the queue that is watched', async () => {
  const pickup = { place: 'Rue du Lac 4', date: '2026-12-01', parcels: 3 };
  const bodies = Array.from({ length: 200 }, (_, i) =>
    chance.happens(0.05, 'poison', i) ? `no pickup ${i}` : JSON.stringify({ ...pickup, place: `Gate ${i}` }),
  );
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'PutItem' && nth === 1 && chance.happens(0.02, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  for (const body of bodies) await orders.send(body);
  for (let rounds = 0, more = true; more && rounds < 20; rounds++) {
    await source.drain();
    more = await source.hiddenTimeEnds();
  }
  // What failed three times by chance alone is sent again by whoever looks at the queue.
  const dead = await refused.empty();
  const hopeless = dead.filter(({ body }) => body.startsWith('no pickup'));
  wire.plan = () => undefined;
  for (const { body } of dead) if (!body.startsWith('no pickup')) await orders.send(body);
  await source.drain();

  const writes = wire.effects('PutItem', pickups);
  const places = await Promise.all([...new Set(writes.map(({ key }) => key))].map((id) => stored(pickups, id)));
  const booked = places.map((item) => item?.place as string);
  const good = bodies.filter((body) => !body.startsWith('no pickup')).map((body) => JSON.parse(body).place as string);
  const figure = {
    what: 'api-facade, pickups',
    in: bodies.length,
    once: good.filter((place) => booked.filter((each) => each === place).length === 1).length,
    refused: hopeless.length,
    lost: good.filter((place) => !booked.includes(place)).length,
    doubled: good.filter((place) => booked.filter((each) => each === place).length > 1).length,
  };
  note('8-pickups', [figure]);
  expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
  expect(figure.refused).toBe(bodies.length - good.length);
});

test.each([
  ['throttled', throttled],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
])('when the first call of every kind is %s, a parcel is registered all the same', async (why, fault) => {
  wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
  const answer = await ask(pools.parcels, registering(`key-${why.replaceAll(' ', '-')}`, parcel));
  expect(answer?.status).toBe(201);
});

test('a table that cannot be reached is 503 with a hint when to come again, and nothing is kept', async () => {
  wire.plan = (call) => (call.service === 'dynamodb' ? throttled(call) : undefined);
  const answer = await ask(pools.old, registering('key-of-nobody', parcel));
  expect([answer?.status, answer?.headers['Retry-After']]).toEqual([503, '1']);
  expect(wire.effects('PutItem', parcels)).toEqual([]);
});

test('tariffs ask nobody', async () => {
  const { result } = await pools.tariffs.invoke({ body: '<a/>', isBase64Encoded: false });
  expect((result as { statusCode: number }).statusCode).toBe(500);
  expect(wire.seen).toEqual([]);
});
