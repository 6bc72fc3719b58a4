import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { actions } from '../../lambda/full-stack-web-app/routes';
import { http, message, record, rest } from '../lambda/full-stack-web-app/parts';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint } from './support/aws';
import { firstOf, kill, randomFaults, throttled, type Fault } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { workShard, type StreamRecord } from './support/stream-source';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const rates = { throttled: 8, lostBefore: 4, answerLost: 6 };
const parts = {
  tasks: 'Tasks',
  messages: 'Messages',
  tickets: 'Tickets',
  publish: 'Publisher',
  count: 'Counter',
} as const;
type Part = keyof typeof parts;
let wire: Wire;
let pools: Record<Part, FunctionPool>;
let tables: Record<'tasks' | 'counts' | 'connections' | 'tickets', string>;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('full-stack-web-app')['full-stack-web-app'], aws, 'web');
  const table = (id: RegExp) => stack.find('AWS::DynamoDB::GlobalTable', id).name;
  tables = {
    tasks: table(/^StoreTasks/),
    counts: table(/^StoreCounts/),
    connections: table(/^ChannelConnections/),
    tickets: table(/^ChannelTickets/),
  };
  const pool = (file: Part) => {
    const made = stack.function(new RegExp(`^Functions${parts[file]}`), `full-stack-web-app/${file}`, {
      timeoutSeconds: 60,
    });
    const environment = { ...made.environment, AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: wire.endpoint };
    return new FunctionPool({ ...made, environment }, wire);
  };
  pools = Object.fromEntries(Object.keys(parts).map((file) => [file, pool(file as Part)])) as typeof pools;
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  await wire.stop();
  aws.stop();
});

interface Answer {
  readonly status: number;
  readonly body: any;
}

/** Asks by one of the three doors, again while it is told to, as a client does. */
async function ask(door: number, route: string, question: Parameters<typeof rest>[1], owner: string): Promise<Answer> {
  for (let left = 20; ; left -= 1) {
    const answer = await asked(door, route, question, owner);
    if (answer.status < 500 || left === 0) return answer;
  }
}

async function asked(
  door: number,
  route: string,
  question: Parameters<typeof rest>[1],
  owner: string,
): Promise<Answer> {
  if (door === 2) {
    const action = Object.entries(actions).find(([, named]) => named === route)![0];
    const { result } = await pools.messages.invoke(message(action, question, owner));
    return result ? (JSON.parse(result.body) as Answer) : { status: 502, body: undefined };
  }
  const { result } = await pools.tasks.invoke((door === 0 ? rest : http)(route, question, owner));
  return result
    ? { status: result.statusCode, body: result.body === '' ? undefined : JSON.parse(result.body) }
    : { status: 502, body: undefined };
}

test('three writings of each of eighty tasks, by three doors, under faults and deaths: each is kept once, the last one stands', async () => {
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'PutItem' && nth === 1 && chance.happens(0.05, 'kill', call.body.toString())
        ? kill
        : undefined,
    randomFaults(chance, rates, 2_000),
  );
  const writings = Array.from({ length: 80 }, (_, i) => `task-${String(i).padStart(4, '0')}`);
  const conflicts: string[] = [];
  await Promise.all(
    writings.map(async (taskId, i) => {
      for (const version of [0, 1, 2]) {
        const body = { text: `${taskId} v${version + 1}`, done: version === 2, version };
        const door = Math.floor(3 * chance.of('door', taskId, version));
        const answer = await ask(door, 'PUT /tasks/{taskId}', { path: { taskId }, body }, `owner-${i % 5}`);
        if (answer.status !== 200) conflicts.push(`${taskId} v${version}: ${JSON.stringify(answer)}`);
      }
    }),
  );
  wire.clear();
  const kept = await Promise.all(
    [0, 1, 2, 3, 4].map((i) => ask(0, 'GET /tasks', {}, `owner-${i}`).then(({ body }) => body.tasks as any[])),
  );
  const found = kept.flat();
  const right = found.filter(({ taskId, text, done, version }) => version === 3 && done && text === `${taskId} v3`);
  expect(conflicts).toEqual([]);
  expect(right.map(({ taskId }) => taskId as string).sort()).toEqual(writings);
  const counted = { in: 240, once: 3 * right.length, refused: 0, lost: 240 - 3 * right.length, doubled: 0 };
  figures.push({ what: 'full-stack-web-app, writings of tasks', ...counted });
});

const figures: Parameters<typeof note>[1][number][] = [];
afterAll(() => note('full-stack-web-app', figures));

/** What the stream tells of tasks of one owner that are made, finished and removed by chance. */
function changes(owner: string, count: number): { told: (StreamRecord & object)[]; open: number; done: number } {
  const now = new Map<number, boolean>();
  const told: StreamRecord[] = [];
  for (let i = 0; i < count; i += 1) {
    const task = Math.floor(10 * chance.of('task', owner, i));
    const old = now.get(task);
    const fresh = chance.pick([false, true, undefined], 'state', owner, i);
    if (old === undefined && fresh === undefined) continue;
    if (fresh === undefined) now.delete(task);
    else now.set(task, fresh);
    const image = (done: boolean | undefined) =>
      done !== undefined && { owner, taskId: `task-000${task}`, done, version: i };
    const [before, after] = [image(old), image(fresh)];
    told.push(
      record(String(i), 'MODIFY', { ...(before && { before }), ...(after && { after }) }) as unknown as StreamRecord,
    );
  }
  const states = [...now.values()];
  return { told, open: states.filter((done) => !done).length, done: states.filter(Boolean).length };
}
const mapping = { batchSize: 10, retryAttempts: 10 };

test('hundreds of changes under faults and deaths, told again and again: each counts once, and a poisoned one is given up alone [serverless-table-trigger]', async () => {
  wire.plan = firstOf(
    (call, nth) =>
      call.operation === 'TransactWriteItems' && chance.happens(0.03, 'kill', nth) && nth % 7 === 0 ? kill : undefined,
    randomFaults(chance, rates, 2_000),
  );
  let counted = 0;
  for (const owner of ['ada', 'bob', 'eve']) {
    const { told, open, done } = changes(owner, 120);
    const poison = { ...record('9999', 'MODIFY', {}), dynamodb: { SequenceNumber: '9999' } } as unknown as StreamRecord;
    const stream = [...told.slice(0, 50), poison, ...told.slice(50)];
    expect(await workShard(stream, (event) => pools.count.invoke(event), mapping)).toEqual([poison]);
    // A shard is read again from an older place when Lambda loses its own.
    expect(await workShard(told.slice(30), (event) => pools.count.invoke(event), mapping)).toEqual([]);
    const key = { owner: { S: owner }, entry: { S: 'total' } };
    const { Item } = await aws.dynamodb.send(new GetItemCommand({ TableName: tables.counts, Key: key }));
    expect([Number(Item?.open?.N ?? 0), Number(Item?.done?.N ?? 0)]).toEqual([open, done]);
    counted += told.length;
  }
  figures.push({
    what: 'full-stack-web-app, counting',
    in: counted + 3,
    once: counted,
    refused: 3,
    lost: 0,
    doubled: 0,
  });
});

test('whoever is connected hears of every change in its order, at least once, through faults; who is gone is forgotten [serverless-websocket-api]', async () => {
  const expiresAt = { N: String(Math.floor(Date.now() / 1000) + 3600) };
  for (const id of ['here', 'gone'])
    await aws.dynamodb.send(
      new PutItemCommand({
        TableName: tables.connections,
        Item: { owner: { S: 'liv' }, connectionId: { S: id }, expiresAt },
      }),
    );
  const heard: number[] = [];
  const answered = (status: number, errorType = ''): Fault => ({
    kind: 'turned away',
    status,
    headers: { 'Content-Type': 'application/json', 'x-amzn-errortype': errorType },
    body: '{}',
  });
  wire.plan = firstOf(
    (call, nth) => {
      if (!call.target.includes('/@connections/')) return undefined;
      if (call.target.endsWith('gone')) return answered(410, 'GoneException');
      if (chance.happens(0.15, 'limit', nth)) return answered(429, 'LimitExceededException');
      const { task, version } = JSON.parse(call.body.toString()) as { task?: { version: number }; version?: number };
      heard.push(task?.version ?? version!);
      return answered(200);
    },
    randomFaults(chance, rates, 2_000),
  );
  const { told } = changes('liv', 60);
  expect(await workShard(told, (event) => pools.publish.invoke(event), mapping)).toEqual([]);
  const firsts = heard.filter((version, i) => heard.indexOf(version) === i);
  const versions = told.map((one: any) => Number((one.dynamodb.NewImage ?? one.dynamodb.OldImage).version.N));
  expect(firsts).toEqual([...new Set(versions)]);
  const { Items = [] } = await aws.dynamodb.send(
    new QueryCommand({
      TableName: tables.connections,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': { S: 'liv' } },
    }),
  );
  expect(Items.map(({ connectionId }) => connectionId.S)).toEqual(['here']);
});

test('while the table of tickets turns calls away whoever asks is told to come again, and then has one', async () => {
  wire.plan = (call, nth) => (call.target === tables.tickets && nth <= 3 ? throttled(call) : undefined);
  const first = await pools.tickets.invoke(rest('POST /tickets', {}, 'ada'));
  expect([first.result.statusCode, first.result.headers['Retry-After']]).toEqual([503, '1']);
  const then = await pools.tickets.invoke(rest('POST /tickets', {}, 'ada'));
  expect([then.result.statusCode, JSON.parse(then.result.body).expiresIn]).toEqual([201, 30]);
});
