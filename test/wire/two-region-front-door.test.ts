import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { synthesised } from '../support/architecture';
import { read, request, type Answer } from '../support/rest-call';
import { Aws, emulatorEndpoint } from './support/aws';
import { EventSource } from './support/event-source';
import { firstOf, kill, lostBefore, randomFaults, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let notes: string;
let kept: string;
let handedIn: WireQueue;
let refused: WireQueue;
let source: EventSource;
let pools: Readonly<Record<'board' | 'keep', FunctionPool>>;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('two-region-front-door')['two-region-front-door-home'], aws, 'regions');
  notes = stack.find('AWS::DynamoDB::GlobalTable', /^Notes/).name;
  kept = stack.find('AWS::DynamoDB::GlobalTable', /^SiteKept/).name;
  handedIn = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^SiteFunctionsNotesQueue/));
  refused = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^SiteFunctionsNotesDeadLetters/));
  const pool = (id: RegExp, handler: string) =>
    new FunctionPool(stack.function(id, `two-region-front-door/${handler}`, { timeoutSeconds: 60 }), wire);
  pools = {
    board: pool(/^SiteFunctionsBoardHandler/, 'board'),
    keep: pool(/^SiteFunctionsKeep/, 'keep'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { properties } = stack.find('AWS::Lambda::EventSourceMapping', /^SiteFunctionsConsumer/);
  source = new EventSource(
    handedIn,
    {
      batchSize: properties.BatchSize,
      partialFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: 2,
    },
    (event) => pools.keep.invoke(event),
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

async function ask(route: string): Promise<Answer | undefined> {
  const { result } = await pools.board.invoke(request(route));
  return result ? read(result as never) : undefined;
}

test('notes by the hundred under faults: each is on the board once, each that is none lies in the queue that is watched', async () => {
  const bodies = Array.from({ length: 200 }, (_, i) =>
    chance.happens(0.05, 'poison', i) ? `no note ${i}` : JSON.stringify({ text: `note ${i}` }),
  );
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'PutItem' && nth === 1 && chance.happens(0.02, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 3 }),
  );
  for (const body of bodies) await handedIn.send(body);
  for (let rounds = 0, more = true; more && rounds < 20; rounds++) {
    await source.drain();
    more = await source.hiddenTimeEnds();
  }
  // What failed three times by chance alone is sent again by whoever looks at the queue.
  const dead = await refused.empty();
  const hopeless = dead.filter(({ body }) => body.startsWith('no note'));
  wire.plan = () => undefined;
  for (const { body } of dead) if (!body.startsWith('no note')) await handedIn.send(body);
  await source.drain();

  const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: notes }));
  const shown = Items.map(({ text }) => text.S!);
  const good = bodies.filter((body) => !body.startsWith('no note')).map((body) => JSON.parse(body).text as string);
  const figure = {
    what: 'two-region-front-door, notes',
    in: bodies.length,
    once: good.filter((text) => shown.filter((each) => each === text).length === 1).length,
    refused: hopeless.length,
    lost: good.filter((text) => !shown.includes(text)).length,
    doubled: good.filter((text) => shown.filter((each) => each === text).length > 1).length,
  };
  note('8-regions', [figure]);
  expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
  expect(figure.refused).toBe(bodies.length - good.length);
});

test.each([
  ['throttled', throttled],
  ['lost before it arrives', () => lostBefore],
])('the board is there when every call for kept answers is %s', async (_, fault) => {
  wire.plan = (call) => (call.target === kept ? fault(call) : undefined);
  const answer = await ask('GET /board');
  expect([answer?.status, answer?.body.kept, answer?.body.notes.length]).toEqual([200, false, 10]);
});

test('a Region that cannot read notes says so to checkers, and 503 to readers', async () => {
  expect((await ask('GET /health'))?.status).toBe(200);
  wire.plan = (call) => (call.service === 'dynamodb' ? throttled(call) : undefined);
  expect([(await ask('GET /health'))?.status, (await ask('GET /board'))?.status]).toEqual([503, 503]);
});
