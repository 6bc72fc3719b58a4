import { join, resolve } from 'node:path';
import { environment, ready } from '../../lambda/traffic-inspection/environment';
import { segmentIn } from '../../lambda/traffic-inspection/inner-packet';
import { bundleFolder } from '../../lib/constructs/serverless/handler-bundle';
import { answer, packet } from '../lambda/traffic-inspection/packets';
import { note } from './support/figures';
import { GatewayBalancer, type Mischief, type Target } from './support/gateway-balancer';
import { Chance } from './support/random';
import { WorkerProcess } from './support/worker-process';

const chance = new Chance(jest.getSeed());
const programs: WorkerProcess[] = [];
const balancers: GatewayBalancer[] = [];

/** Runs a program of the architecture, `inspect` or `page`, as the boot of a machine would. */
async function run(program: string, given: Readonly<Record<string, string>>, says: string): Promise<WorkerProcess> {
  const made = new WorkerProcess(`${program}-${programs.length}`, {
    program: join(bundleFolder(resolve('lambda', 'traffic-inspection', `${program}.ts`), 'programs'), 'index.js'),
    environment: given,
  });
  programs.push(made);
  await made.says(says);
  return made;
}

interface Running extends Target {
  readonly process: WorkerProcess;
}

async function startAppliance(drainSeconds = 0): Promise<Running> {
  const given = {
    [environment.address]: '127.0.0.1',
    [environment.port]: '0',
    [environment.healthPort]: '0',
    [environment.watchedPort]: '8080',
    [environment.blockedHeaders]: 'x-blocked,x-also-blocked',
    [environment.drainSeconds]: `${drainSeconds}`,
  };
  const process = await run('inspect', given, ready);
  const line = process.log.find(({ message }) => message === ready)!;
  return { process, port: line.port as number, healthPort: line.healthPort as number };
}

async function balance(...targets: readonly Target[]): Promise<GatewayBalancer> {
  const balancer = await GatewayBalancer.start(targets);
  balancers.push(balancer);
  return balancer;
}

const countsOf = async ({ healthPort }: Target) =>
  (await (await fetch(`http://127.0.0.1:${healthPort}/`)).json()) as {
    readonly malformed: number;
    readonly unreturned: number;
    readonly dropped: Readonly<Record<string, number>>;
  };

afterAll(() => {
  for (const balancer of balancers) balancer.stop();
  for (const program of programs) program.kill();
});

const isBad = (text: string) => /\nx-(also-)?blocked:/i.test(text);

/** The application's side of a connection: takes each byte once, in order, and says how far it is. */
class Server {
  text = '';
  constructor(private readonly from: number) {}

  get next(): number {
    return (this.from + this.text.length) >>> 0;
  }

  take(content: Buffer): void {
    const { sequence, payload } = segmentIn(content)!;
    const again = (this.next - sequence) | 0;
    if (again >= 0) this.text += payload.subarray(again).toString('latin1');
  }
}

/** A client that cuts a request into segments and sends them until the server has them, or nothing moves any more. */
async function ask(balancer: GatewayBalancer, text: string, at: number, mischief: Mischief): Promise<string> {
  const from = await balancer.connection();
  const begin = Math.floor(chance.of('begin', at) * 2 ** 32);
  const fromPort = 30_000 + at;
  const server = new Server((begin + 1) >>> 0);
  await balancer.through(from, [packet({ fromPort, sequence: begin, flags: 'S' })]);
  const size = 1 + Math.floor(chance.of('size', at) * 40);
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    packet({ fromPort, sequence: (begin + 1 + i * size) >>> 0, text: text.slice(i * size, (i + 1) * size) }),
  );
  let still = 0;
  for (let round = 0; server.text.length < text.length && still < 8; round += 1) {
    const before = server.text.length;
    const sent = pieces.slice(Math.floor(server.text.length / size));
    // In an order of their own, except for the first one that is missing.
    const order = [sent[0], ...chance.shuffled(sent.slice(1), at, round)];
    for (const content of await balancer.through(from, order, mischief)) server.take(content);
    await balancer.through(from, [answer({ toPort: fromPort, acknowledgement: server.next })]);
    still = server.text.length === before ? still + 1 : 0;
  }
  return server.text;
}

test('requests arrive as they were sent and those with a blocked header never do, whatever becomes of packets on the way [compute-gwlb-core]', async () => {
  const appliance = await startAppliance();
  const balancer = await balance(appliance);
  let datagrams = 0;
  const mischief: Mischief = (datagram) => {
    const at = (datagrams += 1);
    const cut = datagram.subarray(0, Math.floor(chance.of('cut', at) * (datagram.length - 1)));
    const noise = Buffer.from(Array.from({ length: 60 }, (_, i) => Math.floor(chance.of('noise', at, i) * 256)));
    return [
      ...(chance.happens(0.05, 'noise', at) ? [noise] : []),
      ...(chance.happens(0.1, 'cut', at) ? [cut] : []),
      ...(chance.happens(0.1, 'lost', at) ? [] : [datagram]),
      ...(chance.happens(0.1, 'twice', at) ? [datagram] : []),
    ];
  };
  const requests = Array.from({ length: 120 }, (_, at) => {
    const extra = chance.pick(
      ['', '', 'X-Blocked: 1\r\n', 'x-also-blocked: 1\r\n', 'Cookie: x-blocked:\r\n'],
      'kind',
      at,
    );
    return `POST /${at} HTTP/1.1\r\nHost: page.example\r\n${extra}Content-Length: 4\r\n\r\nbody`;
  });
  const heard: string[] = [];
  for (const [at, text] of requests.entries()) heard.push(await ask(balancer, text, at, mischief));

  const good = requests.map((text, at) => [text, heard[at]]).filter(([text]) => !isBad(text));
  const bad = requests.map((text, at) => [text, heard[at]]).filter(([text]) => isBad(text));
  expect(good.length).toBeGreaterThan(40);
  expect(bad.length).toBeGreaterThan(20);
  expect(good.filter(([text, got]) => text !== got)).toEqual([]);
  expect(bad.filter(([, got]) => isBad(got))).toEqual([]);
  const { malformed, unreturned, dropped } = await countsOf(appliance);
  expect(dropped['blocked header']).toBe(bad.length);
  expect(appliance.process.log.filter(({ message }) => message === 'connection blocked')).toHaveLength(bad.length);
  expect(malformed).toBeGreaterThan(20);
  expect([unreturned, balancer.strays]).toEqual([0, 0]);
  note('traffic-inspection', [
    {
      what: 'traffic-inspection, requests through the appliance',
      in: requests.length,
      once: good.filter(([text, got]) => text === got).length,
      refused: bad.length,
      lost: good.filter(([text, got]) => text !== got).length,
      doubled: 0,
    },
  ]);
}, 120_000);

test('a connection goes on by another appliance when its own dies, and there the header is found as well', async () => {
  const [first, second] = [await startAppliance(), await startAppliance()];
  const balancer = await balance(first, second);
  const from = await balancer.connection();
  const text = 'GET / HTTP/1.1\r\nHost: page.example\r\n';
  await balancer.through(from, [packet({ sequence: 9, flags: 'S' })]);
  expect(await balancer.through(from, [packet({ sequence: 10, text })])).toHaveLength(1);
  first.process.kill();
  await first.process.ended;
  await balancer.rebalance();
  expect(await balancer.through(from, [packet({ sequence: 10 + text.length, text: 'Accept: a\r\n' })])).toHaveLength(1);
  const after = 10 + text.length + 'Accept: a\r\n'.length;
  expect(await balancer.through(from, [packet({ sequence: after, text: 'X-Blocked: 1\r\n\r\n' })])).toEqual([]);
  expect((await countsOf(second)).dropped).toEqual({ 'blocked header': 1 });
});

test('an appliance whose machine is to go says so to who asks for its health, and works on meanwhile', async () => {
  const leaving = await startAppliance(600);
  const balancer = await balance(leaving);
  const from = await balancer.connection();
  const said = (sequence: number) => balancer.through(from, [packet({ sequence, flags: 'S' })]);
  expect(await said(1)).toHaveLength(1);
  leaving.process.terminate();
  const health = async () => (await fetch(`http://127.0.0.1:${leaving.healthPort}/`)).status;
  while ((await health()) === 200) await new Promise((resolve) => setImmediate(resolve));
  expect(await health()).toBe(503);
  expect(await said(1)).toHaveLength(1);
  const quick = await startAppliance(0);
  quick.process.terminate();
  expect(await quick.process.ended).toBe(0);
});

test('an appliance that is not told what to watch for does not begin, and says what is missing', async () => {
  const program = join(bundleFolder(resolve('lambda', 'traffic-inspection', 'inspect.ts'), 'programs'), 'index.js');
  const process = new WorkerProcess('untold', { program, environment: { [environment.port]: '6081' } });
  expect(await process.ended).not.toBe(0);
  expect(JSON.stringify(process.log)).toContain(
    'environment variables missing: LISTEN_ADDRESS, HEALTH_PORT, WATCHED_PORT, BLOCKED_HEADERS, DRAIN_SECONDS',
  );
});

test('the page says who asks, and by which headers', async () => {
  const page = await run('page', { PORT: '0' }, 'server ready');
  const { address } = page.log.find(({ message }) => message === 'server ready')! as {
    readonly address: { readonly port: number };
  };
  const answered = await fetch(`http://127.0.0.1:${address.port}/`, { headers: { 'x-own': '1' } });
  const { from, headers } = (await answered.json()) as { from: string; headers: string[] };
  expect(from).toContain('127.0.0.1');
  expect(headers).toContain('x-own');
});
