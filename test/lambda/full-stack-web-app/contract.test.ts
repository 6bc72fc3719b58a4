import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { actions } from '../../../lambda/full-stack-web-app/routes';
import { context, environmentOf, http, message, rest, start, tables } from './parts';

type Question = Parameters<typeof rest>[1];
interface Answer {
  readonly status: number;
  readonly body?: any;
}

/** The three doors. What is asked, and what is answered, is the same at each. */
const doors: Readonly<Record<string, (route: string, question?: Question, client?: string) => Promise<Answer>>> = {
  REST: async (route, question, client) => answerIn(await tasks(rest(route, question, client), context)),
  HTTP: async (route, question, client) => answerIn(await tasks(http(route, question, client), context)),
  WebSocket: async (route, question, client) => {
    const action = Object.entries(actions).find(([, named]) => named === route)?.[0] ?? route;
    const { statusCode, body } = await messages(message(action, question, client), context);
    expect(statusCode).toBe(200);
    return JSON.parse(body);
  },
};
const answerIn = ({ statusCode, body }: { statusCode: number; body: string }): Answer => ({
  status: statusCode,
  ...(body !== '' && { body: JSON.parse(body) }),
});

const tasks = start('tasks');
const messages = start('messages');
beforeEach(() => {
  tables.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockReturnValue(undefined);
});
afterEach(() => jest.restoreAllMocks());

const id = { taskId: 'task-0001' };
const milk = { text: 'milk', done: false, version: 0 };

describe.each(Object.keys(doors))('by the %s door', (door) => {
  const ask = doors[door];
  const write = (body: unknown, path = id, client?: string) => ask('PUT /tasks/{taskId}', { path, body }, client);

  test('a task is written, listed, changed and removed [serverless-web-application]', async () => {
    expect(await ask('GET /tasks')).toEqual({ status: 200, body: { tasks: [] } });
    const made = await write(milk);
    expect(made).toEqual({ status: 200, body: { ...id, ...milk, version: 1, updatedAt: expect.any(String) } });
    const changed = await write({ text: 'milk', done: true, version: 1 });
    expect(changed.body).toMatchObject({ done: true, version: 2 });
    expect(await ask('GET /tasks')).toEqual({ status: 200, body: { tasks: [changed.body] } });
    expect(await ask('DELETE /tasks/{taskId}', { path: id })).toEqual({ status: 204 });
    expect(await ask('DELETE /tasks/{taskId}', { path: id })).toEqual({ status: 204 });
    expect(await ask('GET /tasks')).toEqual({ status: 200, body: { tasks: [] } });
  });

  test('the same words again are the same writing, and others over an old version are refused', async () => {
    const made = await write(milk);
    expect(await write(milk)).toEqual(made);
    expect(await write({ ...milk, text: 'bread' })).toMatchObject({
      status: 409,
      body: {
        title: 'Conflict',
        detail: 'The task is at version 1, and version 0 was written over; read it again first.',
      },
    });
    expect(await write({ ...milk, version: 7 }, { taskId: 'task-0002' })).toMatchObject({
      status: 409,
      body: { detail: 'The task is not there any more; write it with version 0 to make it anew.' },
    });
  });

  test('nobody sees or touches the tasks of others', async () => {
    await write(milk, id, 'ada');
    expect(await ask('GET /tasks', {}, 'bob')).toEqual({ status: 200, body: { tasks: [] } });
    await ask('DELETE /tasks/{taskId}', { path: id }, 'bob');
    expect((await ask('GET /tasks', {}, 'ada')).body.tasks).toHaveLength(1);
  });

  test('it says how many there are, which the changes of the table are counted for', async () => {
    expect(await ask('GET /counts')).toEqual({ status: 200, body: { open: 0, done: 0 } });
    tables.client.on(GetCommand).resolves({ Item: { open: 3, done: 1 } });
    expect(await ask('GET /counts')).toEqual({ status: 200, body: { open: 3, done: 1 } });
  });

  test('a long list comes in pages', async () => {
    tables.client.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: { owner: 'x', taskId: 'task-0100' } });
    expect(await ask('GET /tasks', { query: { after: 'task-0099' } })).toEqual({
      status: 200,
      body: { tasks: [], next: 'task-0100' },
    });
    const [{ args }] = tables.client.commandCalls(QueryCommand);
    expect(args[0].input.ExclusiveStartKey).toMatchObject({ taskId: 'task-0099' });
  });

  test.each<[string, unknown, string[]]>([
    ['without a text', { done: false, version: 0 }, ['body.text']],
    ['with an empty text', { ...milk, text: '' }, ['body.text']],
    ['with a text of 501 characters', { ...milk, text: 'x'.repeat(501) }, ['body.text']],
    ['with half a version', { ...milk, version: 0.5 }, ['body.version']],
    ['with a word it does not know', { ...milk, owner: 'eve' }, ['body']],
    ['that is a list', [milk], ['body']],
  ])('a task %s is refused with what is wrong with it [serverless-untrusted-input]', async (_, body, where) => {
    const answer = await write(body);
    expect(answer.status).toBe(400);
    expect(answer.body.faults.map((fault: { where: string }) => fault.where)).toEqual(where);
    expect(tables.all('tasks')).toEqual([]);
  });

  test.each(['short', 'x'.repeat(37), 'task/0001', "task'0001"])('an id such as %s is refused', async (taskId) => {
    expect(await write(milk, { taskId })).toMatchObject({ status: 400, body: { faults: [{ where: 'path.taskId' }] } });
  });

  test('what is not in the contract is not there', async () => {
    expect(await ask('PATCH /tasks')).toMatchObject({ status: 404 });
  });

  test('while DynamoDB turns calls away it is busy, and says nothing of why', async () => {
    tables.client
      .on(QueryCommand)
      .rejects(Object.assign(new Error('the tasks table'), { name: 'ProvisionedThroughputExceededException' }));
    const { status, body } = await ask('GET /tasks');
    expect([status, body.detail]).toEqual([503, 'The service is busy; try again in a moment.']);
    tables.client.on(QueryCommand).rejects(new Error('secret'));
    expect(JSON.stringify(await ask('GET /tasks'))).not.toContain('secret');
  });

  test('whatever is written, it is kept as it was or refused [serverless-untrusted-input]', async () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ text: fc.string(), done: fc.boolean(), version: fc.integer() }),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        tables.reset();
        const sent = JSON.parse(JSON.stringify(body) ?? 'null');
        const { status } = await write(sent);
        if (status === 200) expect(tables.all('tasks')[0]).toMatchObject({ text: sent.text, done: sent.done });
        else expect([400, 409]).toContain(status);
      }),
      { numRuns: 60 },
    );
  });
});

test('pages of the site may read the answers, and those of others may not', async () => {
  const from = (origin: string) => {
    const event = rest('GET /tasks') as { headers: object };
    return tasks({ ...event, headers: { ...event.headers, origin } }, context);
  };
  const { ALLOWED_ORIGINS: site } = environmentOf;
  expect((await from(site)).headers['Access-Control-Allow-Origin']).toBe(site);
  expect((await from('https://evil.example')).headers['Access-Control-Allow-Origin']).toBeUndefined();
});

test('an answer over a connection has the id of its question', async () => {
  const answer = await messages(message('list', {}, 'ada', { id: 'q1' }), context);
  expect(JSON.parse(answer.body)).toEqual({ id: 'q1', status: 200, body: { tasks: [] } });
});

test.each([undefined, 'no JSON', '[]', '{"id":7}'])(
  'a message such as %s is refused, and has an answer',
  async (body) => {
    const answer = await messages({ ...message('list'), body }, context);
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 400,
      body: { detail: 'The message does not have the form a connection takes.' },
    });
  },
);
