import { join, resolve } from 'node:path';
import { bundleFolder } from '../../lib/constructs/serverless/handler-bundle';
import { synthesised } from '../support/architecture';
import { Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, randomFaults } from './support/faults';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';
import { WorkerProcess } from './support/worker-process';

const name = 'three-tier-web';
const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let table: string;
const running: WorkerProcess[] = [];
const visitors = 20;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised(name)[name], aws, name);
  table = stack.find('AWS::DynamoDB::GlobalTable', /^SignedIn/).name;
});
afterEach(() => {
  for (const server of running.splice(0)) server.kill();
  wire.clear();
});
afterAll(async () => {
  await wire.stop();
  aws.stop();
});

interface WebServer {
  readonly id: string;
  readonly url: string;
  readonly process: WorkerProcess;
}

/** Starts the program as the boot of a web server would, on a port that is free. */
async function start(id: string): Promise<WebServer> {
  const process = new WorkerProcess(id, {
    program: join(bundleFolder(resolve('lambda', name, 'session-server.ts'), 'programs'), 'index.js'),
    environment: {
      PORT: '0',
      INSTANCE_ID: id,
      SESSIONS_TABLE: table,
      SESSIONS_IDLE_SECONDS: '3600',
      POWERTOOLS_METRICS_DISABLED: 'true',
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  running.push(process);
  await process.says('server ready');
  const { address } = process.log.find(({ message }) => message === 'server ready')!;
  return { id, process, url: `http://127.0.0.1:${(address as { port: number }).port}` };
}

/** A visitor with a browser, which asks again where the site was briefly unable to answer. */
class Visitor {
  constructor(
    private readonly name: string,
    public cookie = '',
  ) {}

  async ask(
    { url, process: server }: WebServer,
    route: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, string> }> {
    const [method, path] = route.split(' ');
    for (let tries = 1; ; tries++) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { 'X-Forwarded-For': '203.0.113.9', 'Content-Type': 'application/json', Cookie: this.cookie },
        ...(body && { body: JSON.stringify(body) }),
      });
      const told = (await answer.json()) as Record<string, string>;
      if (tries > 20) throw new Error(`${route} never answers: ${JSON.stringify([told, server.log.slice(-1)])}`);
      if (answer.status === 500 || answer.status === 503) continue;
      this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? this.cookie;
      return { status: answer.status, body: told };
    }
  }

  signIn = (server: WebServer) => this.ask(server, 'POST /session', { name: this.name });
}

test('who signed in stays so when the server that did it is killed [compute-external-sessions]', async () => {
  const [one, other] = [await start('i-one'), await start('i-other')];
  const ana = new Visitor('ana');
  expect(await ana.signIn(one)).toMatchObject({ status: 201, body: { servedBy: 'i-one' } });
  expect((await ana.ask(one, 'PUT /session/note', { note: 'milk' })).status).toBe(200);
  one.process.kill();
  await one.process.ended;
  expect(await ana.ask(other, 'GET /session')).toEqual({
    status: 200,
    body: { name: 'ana', note: 'milk', from: '203.0.113.9', servedBy: 'i-other' },
  });
  const third = await start('i-third');
  expect((await ana.ask(third, 'DELETE /session')).status).toBe(200);
  expect((await ana.ask(other, 'GET /session')).status).toBe(404);
});

test('a sign-in over a session of before holds, whichever answer of the table is lost', async () => {
  const server = await start('i-one');
  for (const lost of ['GetItem', 'PutItem', 'DeleteItem']) {
    const ana = new Visitor(`ana ${lost}`);
    await ana.signIn(server);
    wire.plan = (call, nth) => (call.operation === lost && nth === 1 ? answerLost : undefined);
    expect(await ana.signIn(server)).toMatchObject({ status: 201 });
    wire.clear();
    expect(await ana.ask(server, 'GET /session')).toMatchObject({ status: 200, body: { name: `ana ${lost}` } });
    await ana.ask(server, 'DELETE /session');
  }
});

test('visitors at three servers, while calls are throttled and answers lost, each keep their session and note', async () => {
  const servers = [await start('i-a'), await start('i-b'), await start('i-c')];
  const at = (...words: readonly (string | number)[]) => chance.pick(servers, ...words);
  wire.plan = randomFaults(chance, { throttled: 5, lostBefore: 5, answerLost: 5 }, Infinity);
  const outcomes: unknown[] = [];
  for (let number = 0; number < visitors; number++) {
    const visitor = new Visitor(`visitor ${number}`);
    await visitor.signIn(at('first', number));
    const before = new Visitor('whoever knows the old number', visitor.cookie);
    const again = await visitor.signIn(at('again', number));
    const old = await before.ask(at('old', number), 'GET /session');
    const written = await visitor.ask(at('write', number), 'PUT /session/note', { note: `note ${number}` });
    const { status, body } = await visitor.ask(at('read', number), 'GET /session');
    outcomes.push([again.status, old.status, written.status, status, body.name, body.note]);
  }
  expect(wire.seen.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(10);
  expect(outcomes).toEqual(
    Array.from({ length: visitors }, (_, number) => [201, 404, 200, 200, `visitor ${number}`, `note ${number}`]),
  );
});
