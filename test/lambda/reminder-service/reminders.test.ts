import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as sfn from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { HandlerBundle } from '../../../lib/constructs/serverless/handler-bundle';
import { freshHandler } from '../../support/fresh-handler';
import { read, request, type Answer } from '../../support/rest-call';

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:remind';
const variables = { REMIND_MACHINE: machine, LONGEST_WAIT: '2592000', MOST_PEOPLE: '10' };
const client = mockClient(sfn.SFNClient);
const started = new Date('2026-11-28T10:00:00Z');

/** A new environment of the function. */
const start = (environment: Readonly<Record<string, string | undefined>> = {}) =>
  freshHandler('reminder-service/reminders', {
    environment: { ...variables, ...environment },
    modules: { '@aws-sdk/client-sfn': sfn },
  });
const handler = start();

/** What Step Functions holds. */
const executions = new Map<string, { input: string; status: string; output?: string }>();
beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation(() => {});
  executions.clear();
  client.reset();
  client.on(sfn.StartExecutionCommand).callsFake(({ name, input }) => {
    const there = executions.get(name);
    if (there && (there.input !== input || there.status !== 'RUNNING')) throw named('ExecutionAlreadyExists');
    executions.set(name, { input, status: 'RUNNING' });
    return { executionArn: `${machine}:${name}`, startDate: started };
  });
  client.on(sfn.DescribeExecutionCommand).callsFake(({ executionArn }) => {
    expect(executionArn).toMatch(/^arn:aws:states:eu-west-1:111122223333:execution:remind:[0-9a-f]{32}$/);
    const there = executions.get(executionArn.split(':').at(-1));
    if (!there) throw named('ExecutionDoesNotExist');
    return { ...there, startDate: started };
  });
});
const named = (name: string) => Object.assign(new Error(name), { name });

const bob = { name: 'Bob', by: 'email', mail: 'bob@example.com' };
const body = { cat: 'Whiskers', wish: 'a cuddle', seconds: 60, to: [bob] };
const key = 'request-0001';
const ask = async (more: { body?: unknown; key?: string; apiKeyId?: string } = {}): Promise<Answer> =>
  read(
    await handler(
      request('POST /api/reminders', {
        body: 'body' in more ? more.body : body,
        headers: more.key === '' ? {} : { 'Idempotency-Key': more.key ?? key },
        ...(more.apiKeyId !== undefined && { apiKeyId: more.apiKeyId }),
      }),
    ),
  );
const look = async (reminderId: string): Promise<Answer> =>
  read(await handler(request('GET /api/reminders/{reminderId}', { path: { reminderId } })));

describe('POST /api/reminders', () => {
  test.each([
    ['e-mail', bob],
    ['a text message', { name: 'Ann', by: 'sms', phone: '+15555550101' }],
    ['both', { name: 'Cy', by: 'both', mail: 'cy@example.com', phone: '+15555550102' }],
  ])(
    'starts one execution for a person to be told by %s, and says where it is [serverless-reminder, serverless-workflow-starters]',
    async (_, person) => {
      const answer = await ask({ body: { ...body, to: [person] } });
      const { id } = answer.body;
      expect(answer).toMatchObject({
        status: 202,
        headers: { Location: `/api/reminders/${id}` },
        body: { id: expect.stringMatching(/^[0-9a-f]{32}$/), status: 'waiting', startedAt: started.toISOString() },
      });
      expect(client.commandCalls(sfn.StartExecutionCommand).map(({ args }) => args[0].input)).toEqual([
        { stateMachineArn: machine, name: id, input: JSON.stringify({ ...body, to: [person] }) },
      ]);
    },
  );

  test('the same request again is the same reminder, while it waits and after it has ended', async () => {
    const { id } = (await ask()).body;
    expect(await ask()).toMatchObject({ status: 202, body: { id, status: 'waiting' } });
    Object.assign(executions.get(id)!, { status: 'SUCCEEDED', output: JSON.stringify([{ to: bob, told: true }]) });
    expect(await ask()).toMatchObject({
      status: 202,
      body: { id, status: 'told', told: [{ name: 'Bob', told: true }] },
    });
    expect(executions.size).toBe(1);
  });

  test('the key of somebody else names another reminder', async () => {
    const mine = (await ask()).body.id;
    expect((await ask({ apiKeyId: 'another' })).body.id).not.toBe(mine);
  });

  test('another reminder under the same key is refused', async () => {
    await ask();
    expect(await ask({ body: { ...body, seconds: 61 } })).toMatchObject({
      status: 422,
      body: { detail: 'This Idempotency-Key came with another reminder before; send a new reminder under a new key.' },
    });
  });

  test.each<[string, unknown, string]>([
    ['a way that there is not', { ...body, to: [{ ...bob, by: 'pigeon' }] }, 'body.to.0.by'],
    ['no address for the way', { ...body, to: [{ name: 'Bob', by: 'sms', mail: bob.mail }] }, 'body.to.0.phone'],
    ['an address that is none', { ...body, to: [{ ...bob, mail: 'bob' }] }, 'body.to.0.mail'],
    ['a wait that is too long', { ...body, seconds: 2_592_001 }, 'body.seconds'],
    ['part of a second', { ...body, seconds: 0.5 }, 'body.seconds'],
    ['nobody', { ...body, to: [] }, 'body.to'],
    ['too many', { ...body, to: Array(11).fill(bob) }, 'body.to'],
    ['a line break', { ...body, wish: 'a\ncuddle' }, 'body.wish'],
    ['more than is asked for', { ...body, cc: 'x' }, 'body'],
  ])('fails with 400 for %s, and starts nothing [serverless-reminder]', async (_, bad, where) => {
    const answer = await ask({ body: bad });
    expect(answer).toMatchObject({ status: 400, headers: { 'Content-Type': 'application/problem+json' } });
    expect(answer.body.faults.map((fault: { where: string }) => fault.where)).toContain(where);
    expect(executions.size).toBe(0);
  });

  test('fails with 400 without a key for the request', async () => {
    expect(await ask({ key: '' })).toMatchObject({
      status: 400,
      body: { faults: [{ where: 'header.idempotency-key' }] },
    });
  });

  test('fails with 503 when Step Functions turns it away, so that the client asks again', async () => {
    client.on(sfn.StartExecutionCommand).rejects(named('ThrottlingException'));
    expect(await ask()).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });
});

describe('GET /api/reminders/{reminderId}', () => {
  test.each([
    [{ status: 'RUNNING' }, { status: 'waiting' }],
    [
      { status: 'SUCCEEDED', output: '[{"to":{"name":"Bob"},"told":true},{"to":{},"told":false}]' },
      {
        status: 'told',
        told: [
          { name: 'Bob', told: true },
          { name: 'somebody', told: false },
        ],
      },
    ],
    [{ status: 'SUCCEEDED', output: '{"already":true}' }, { status: 'not needed' }],
    [{ status: 'FAILED' }, { status: 'failed' }],
    [{ status: 'ABORTED' }, { status: 'failed' }],
  ])('an execution that is %j is a reminder that is %j', async (execution, state) => {
    const id = 'a'.repeat(32);
    executions.set(id, { input: '{}', ...execution });
    expect(await look(id)).toMatchObject({ status: 200, body: { id, startedAt: started.toISOString(), ...state } });
  });

  test.each(['b'.repeat(32), 'x', '../remind'])('fails with 404 for %s', async (id) => {
    expect(await look(id)).toMatchObject({ status: 404, body: { detail: 'There is no such reminder.' } });
  });
});

test('fails at start when it is not told what it works with', () => {
  expect(() => start({ REMIND_MACHINE: undefined, MOST_PEOPLE: '' })).toThrow(
    'environment variables missing: REMIND_MACHINE, MOST_PEOPLE',
  );
});

test('its bundle stays small, with the SDK left to the runtime', () => {
  const bundle = join(new HandlerBundle(resolve('lambda', 'reminder-service', 'reminders.ts')).folder(), 'index.js');
  expect(statSync(bundle).size).toBeLessThan(100_000);
  expect(readFileSync(bundle, 'utf8')).toContain('require("@aws-sdk/client-sfn")');
});
