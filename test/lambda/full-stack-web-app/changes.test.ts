import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { differenceOf, type Count } from '../../../lambda/full-stack-web-app/counts';
import { context, record, rest, start, sub, tables } from './parts';

const posts = mockClient(ApiGatewayManagementApiClient);
const count = start('count');
const publish = start('publish');
const tickets = start('tickets');

beforeEach(() => {
  tables.reset();
  posts.reset();
  posts.on(PostToConnectionCommand).resolves({});
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockReturnValue(undefined);
});
afterEach(() => jest.restoreAllMocks());

const total = (): Count | undefined => {
  const found = tables.all('counts').find(({ entry }) => entry === 'total') as Count | undefined;
  return found && { open: found.open, done: found.done };
};
const made = record('1', 'INSERT', { after: {} });
const finished = record('2', 'MODIFY', { before: {}, after: { done: true, version: 2 } });
const renamed = record('3', 'MODIFY', { before: { done: true }, after: { done: true, text: 'bread', version: 3 } });
const removed = record('4', 'REMOVE', { before: { done: true, version: 3 } });
const done = { batchItemFailures: [] };

describe('counting', () => {
  test('a task that is made, finished, renamed and removed is counted so [serverless-table-trigger]', async () => {
    const steps: (Count | undefined)[] = [];
    for (const one of [made, finished, renamed, removed]) {
      expect(await count({ Records: [one] }, context)).toEqual(done);
      steps.push(total());
    }
    expect(steps).toEqual([
      { open: 1, done: 0 },
      { open: 0, done: 1 },
      { open: 0, done: 1 },
      { open: 0, done: 0 },
    ]);
  });

  test('a change that is told twice counts once, whether or not its first run was answered [serverless-table-trigger, serverless-idempotency]', async () => {
    await count({ Records: [made, finished] }, context);
    expect(await count({ Records: [made, finished] }, context)).toEqual(done);
    expect(total()).toEqual({ open: 0, done: 1 });
  });

  test('whatever is told, how often and in whichever order, the numbers are those of the tasks that are there [serverless-table-trigger]', async () => {
    const states = fc.array(fc.record({ task: fc.nat({ max: 3 }), state: fc.constantFrom('open', 'done', 'gone') }));
    await fc.assert(
      fc.asyncProperty(states, fc.array(fc.nat()), async (steps, again) => {
        tables.reset();
        const now = new Map<number, boolean>();
        const told = steps.flatMap(({ task, state }, index) => {
          const [old, fresh] = [now.get(task), state === 'gone' ? undefined : state === 'done'];
          if (old === undefined && fresh === undefined) return [];
          if (fresh === undefined) now.delete(task);
          else now.set(task, fresh);
          const imageOf = (isDone: boolean | undefined) =>
            isDone !== undefined && { taskId: `task-000${task}`, done: isDone };
          const [before, after] = [imageOf(old), imageOf(fresh)];
          return [record(String(index), 'MODIFY', { ...(before && { before }), ...(after && { after }) })];
        });
        const repeated = told.length > 0 ? again.map((n) => told[n % told.length]) : [];
        for (const one of [...repeated, ...told]) await count({ Records: [one] }, context);
        const there = [...now.values()];
        expect(total() ?? { open: 0, done: 0 }).toEqual({
          open: there.filter((isDone) => !isDone).length,
          done: there.filter((isDone) => isDone).length,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a change that moves no number writes nothing', async () => {
    await count({ Records: [renamed] }, context);
    expect(tables.client.commandCalls(TransactWriteCommand)).toHaveLength(0);
    expect(differenceOf({})).toEqual({ open: 0, done: 0 });
  });

  test.each([
    ['holds no task', { ...made, dynamodb: { SequenceNumber: '1', NewImage: { owner: { S: sub } } } }],
    ['holds nothing', { eventID: '1', dynamodb: { SequenceNumber: '1' } }],
  ])(
    'a record that %s is given back as refused, and those before it stay done [serverless-untrusted-input]',
    async (_, poison) => {
      expect(await count({ Records: [made, poison, finished] }, context)).toEqual({
        batchItemFailures: [{ itemIdentifier: '1' }],
      });
      expect(total()).toEqual({ open: 1, done: 0 });
    },
  );
});

describe('publishing', () => {
  const sent = () =>
    posts
      .commandCalls(PostToConnectionCommand)
      .map(({ args: [{ input }] }) => [
        input.ConnectionId,
        JSON.parse(Buffer.from(input.Data as Uint8Array).toString()),
      ]);
  const connect = async (...ids: string[]) => {
    const { Connections } =
      require('../../../lambda/shared/connections') as typeof import('../../../lambda/shared/connections');
    const { DynamoDBClient } = require('@aws-sdk/client-dynamodb') as typeof import('@aws-sdk/client-dynamodb');
    for (const id of ids) await new Connections(new DynamoDBClient({}), 'connections').open(sub, id);
  };

  test('whoever is connected hears of changes of his own tasks, in their order, and of nobody else’s [serverless-web-application]', async () => {
    await connect('c1');
    const others = record('9', 'INSERT', { after: { owner: 'somebody' } });
    expect(await publish({ Records: [made, others, removed] }, context)).toEqual(done);
    expect(sent()).toEqual([
      [
        'c1',
        {
          action: 'written',
          task: { taskId: 'task-0001', text: 'milk', done: false, version: 1, updatedAt: '2026-11-28T10:00:00.000Z' },
        },
      ],
      ['c1', { action: 'removed', taskId: 'task-0001', version: 3 }],
    ]);
  });

  test('a connection that is gone is forgotten; one that cannot be reached has the change told again [serverless-websocket-api]', async () => {
    await connect('c1', 'c2');
    posts
      .on(PostToConnectionCommand, { ConnectionId: 'c1' })
      .rejects(new GoneException({ message: '', $metadata: {} }));
    expect(await publish({ Records: [made] }, context)).toEqual(done);
    expect(tables.all('connections').map(({ connectionId }) => connectionId)).toEqual(['c2']);
    posts.on(PostToConnectionCommand).rejects(new Error('LimitExceeded'));
    expect(await publish({ Records: [made, removed] }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1'.padStart(21, '0') }],
    });
  });
});

test('whoever is signed in gets a ticket of his own, good for one connection [serverless-websocket-api]', async () => {
  const answer = await tickets(rest('POST /tickets'), context);
  expect(answer.statusCode).toBe(201);
  const { url, expiresIn } = JSON.parse(answer.body);
  expect(url).toMatch(/^wss:\/\/a1b2c3d4e5\.execute-api\.eu-west-1\.amazonaws\.com\/live\?ticket=[A-Za-z0-9_-]{32}$/);
  expect(expiresIn).toBe(30);
  expect(tables.all('tickets')).toEqual([expect.objectContaining({ owner: sub })]);
});

test.each(['tasks', 'messages', 'tickets', 'publish', 'count'] as const)(
  '%s does not start without being told what it works with',
  (file) => {
    jest.isolateModules(() => expect(() => start(file, {})).toThrow('environment variables missing'));
  },
);
