import { resolve } from 'node:path';
import { CreateStateMachineCommand, DeleteStateMachineCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { read, request, type Answer } from '../support/rest-call';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { firstOf, kill, lostBefore, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const name = 'wire-reminders';
const machine = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
/** Tells everybody at once: what the real one does its own test shows. */
const definition = JSON.stringify({
  StartAt: 'Tell',
  States: { Tell: { Type: 'Pass', Result: [{ to: { name: 'Bob' }, told: true }], End: true } },
});
const day = 24 * 3_600_000;
let wire: Wire;
let pool: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const roleArn = `arn:aws:iam::${account}:role/states`;
  await aws.sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  pool = new FunctionPool(
    {
      name: 'reminders',
      arn: `arn:aws:lambda:${region}:${account}:function:reminders`,
      bundle: new HandlerBundle(resolve('lambda', 'reminder-service', 'reminders.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { REMIND_MACHINE: machine, LONGEST_WAIT: '2592000', MOST_PEOPLE: '10' },
    },
    wire,
  );
  wire.onKill = (environment) => pool.kill(environment);
});
afterEach(() => wire.clear());
afterAll(async () => {
  await aws.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: machine }));
  pool.stop();
  aws.stop();
  await wire.stop();
});

const bob = { name: 'Bob', by: 'email', mail: 'bob@example.com' };
const reminder = (seconds: number) => ({ cat: 'Whiskers', wish: 'a cuddle', seconds, to: [bob] });

/** What a client gets through API Gateway, or nothing of use when the function died. */
async function ask(key: string, body: unknown): Promise<Answer | undefined> {
  const { result } = await pool.invoke(request('POST /api/reminders', { body, headers: { 'Idempotency-Key': key } }));
  return result && read(result);
}

/** The names of all executions there are. */
async function executions(): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.sfn.send(new ListExecutionsCommand({ stateMachineArn: machine, nextToken }));
    names.push(...page.executions!.map((execution) => execution.name!));
    nextToken = page.nextToken;
  } while (nextToken);
  return names;
}

test('reminders by the hundred under faults: each starts one execution and is answered, each that is none is refused [serverless-reminder]', async () => {
  const clients = Array.from({ length: 150 }, (_, i) => ({
    key: `request-${i}-of-many`,
    poison: chance.happens(0.05, 'poison', i),
    answers: [] as Answer[],
  }));
  const bodyOf = ({ poison }: { poison: boolean }) => reminder(poison ? -1 : 60);
  wire.plan = firstOf(
    // It dies right after the execution has begun, before it can answer anybody.
    (call, nth) =>
      call.operation === 'StartExecution' && nth === 1 && chance.happens(0.03, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 3, lostBefore: 2, answerLost: 4 }),
  );
  const told = (answer: Answer) => [202, 400].includes(answer.status);
  let waiting = clients;
  for (let round = 0; waiting.length > 0 && round < 12; round += 1) {
    await Promise.all(
      waiting.map(async (client) => {
        // Some are impatient, and ask twice at the same moment.
        const twice = round === 0 && chance.happens(0.15, 'at once', client.key);
        const got = await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => ask(client.key, bodyOf(client))));
        client.answers.push(...got.filter((answer) => answer !== undefined));
      }),
    );
    waiting = waiting.filter(({ answers }) => !answers.some(told));
    pool.clock += day;
  }
  wire.plan = () => undefined;

  const good = clients.filter(({ poison }) => !poison);
  const names = await executions();
  const idsOf = ({ answers }: (typeof clients)[number]) =>
    new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id as string));
  const lost = good.filter(
    (client) => idsOf(client).size === 0 || ![...idsOf(client)].every((id) => names.includes(id)),
  );
  const doubled = good.filter((client) => idsOf(client).size > 1);
  const refused = clients.filter(({ poison, answers }) => poison && answers.every(({ status }) => status !== 202));
  const figure = {
    what: 'reminder-service, reminders',
    in: clients.length,
    once: good.length - lost.length - doubled.length,
    refused: refused.length,
    lost: lost.length + (clients.length - good.length - refused.length),
    doubled: doubled.length + Math.max(names.length - good.length, 0),
  };
  note('6-reminders', [figure]);
  expect(figure).toEqual({ ...figure, once: good.length, lost: 0, doubled: 0 });
  expect(new Set(clients.flatMap(({ answers }) => answers.map(({ status }) => status)))).toEqual(
    new Set([
      202,
      400,
      ...clients.flatMap(({ answers }) => answers.map(({ status }) => status)).filter((s) => s === 503),
    ]),
  );
});

test('months later, a key that was used is known, for the same reminder and for another', async () => {
  const first = await ask('request-of-may', reminder(60));
  pool.clock += 60 * day;
  let again = await ask('request-of-may', reminder(60));
  // The execution ends when the emulator comes to it.
  for (let tries = 0; again!.body.status === 'waiting' && tries < 100; tries++) {
    await new Promise((passed) => setTimeout(passed, 100));
    again = await ask('request-of-may', reminder(60));
  }
  expect(again).toMatchObject({ status: 202, body: { id: first!.body.id, status: 'told' } });
  expect(await ask('request-of-may', reminder(61))).toMatchObject({ status: 422 });
});

test('a service that cannot be reached is answered with 503, and starts nothing', async () => {
  const before = (await executions()).length;
  wire.plan = () => lostBefore;
  expect(await ask('request-in-vain', reminder(60))).toMatchObject({ status: 503 });
  expect(await executions()).toHaveLength(before);
});
