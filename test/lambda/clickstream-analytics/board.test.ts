import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { aClick, context, recordOf } from './clicks';
import { counted, mostPages, others, windowState } from '../../../lambda/clickstream-analytics/board-window';
import { handler } from '../../../lambda/clickstream-analytics/board';

const dynamodb = mockClient(DynamoDBClient);
const window = { start: '2026-11-28T10:15:00Z', end: '2026-11-28T10:16:00Z' };
const told = { window, shardId: 'shardId-000000000000', isWindowTerminatedEarly: false };
const run = (records: unknown[], state: object, isFinalInvokeForWindow = false) =>
  handler({ ...told, Records: records.map((each) => recordOf(each)), state, isFinalInvokeForWindow }, context);
const written = () => dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  dynamodb.reset();
  dynamodb.on(PutItemCommand).resolves({});
});

describe('the leaderboard', () => {
  test('counts are handed on from run to run, and nothing is written before the window is over [messaging-stream-window-function]', async () => {
    const first = await run([aClick(), aClick({ page: '/help' })], {});
    expect(first).toEqual({ state: { pages: { '/shop': 1, '/help': 1 }, late: 0 }, batchItemFailures: [] });
    const second = await run([aClick()], first.state);
    expect(second.state.pages).toEqual({ '/shop': 2, '/help': 1 });
    expect(written()).toEqual([]);
  });

  test('the last run of a window writes what was counted, by window and shard; run again it writes the same [messaging-stream-window-function]', async () => {
    const state = { pages: { '/shop': 2, '/help': 1 }, late: 1 };
    await run([], state, true);
    await run([], state, true);
    expect(written()).toHaveLength(2);
    for (const { TableName, Item } of written()) {
      expect(TableName).toBe('board');
      expect(Item).toMatchObject({
        id: { S: 'board' },
        at: { S: '2026-11-28T10:16:00Z#shardId-000000000000' },
        pages: { M: { '/shop': { N: '2' }, '/help': { N: '1' } } },
        late: { N: '1' },
      });
    }
  });

  test('a window in which nobody clicked is not written', async () => {
    await run([], {}, true);
    expect(written()).toEqual([]);
  });

  test('a click that was made before its window counts where it arrives, and is told apart [messaging-stream-window-function]', async () => {
    const { state } = await run([aClick({ at: '2026-11-28T10:14:59Z' }), aClick()], {});
    expect(state).toEqual({ pages: { '/shop': 2 }, late: 1 });
  });

  test('stops at a record that is no click, with what it had counted by then', async () => {
    const answer = await run([aClick(), 'poison', aClick()], {});
    expect(answer.state.pages).toEqual({ '/shop': 1 });
    expect(answer.batchItemFailures).toHaveLength(1);
  });

  test('a last run that could not write fails, so that it is run again', async () => {
    dynamodb.on(PutItemCommand).rejects(new Error('down'));
    await expect(run([], { pages: { '/shop': 1 }, late: 0 }, true)).rejects.toThrow('down');
  });

  test('fails when it is told no window, as without tumblingWindow in its mapping', async () => {
    await expect(handler({ Records: [] } as never, context)).rejects.toThrow('window');
  });

  test('its state stays far below a megabyte, whatever pages there are', () => {
    let state = windowState.parse({});
    for (let i = 0; i < mostPages + 50; i++)
      state = counted(state, aClick({ page: `/${String(i).padStart(198, 'x')}` }), window);
    expect(Object.keys(state.pages)).toHaveLength(mostPages + 1);
    expect(state.pages[others]).toBe(50);
    expect(JSON.stringify(state).length).toBeLessThan(200_000);
    expect(counted(state, aClick({ page: `/${'0'.padStart(198, 'x')}` }), window).pages[others]).toBe(50);
  });

  test('a page may have any name, those of objects too', () => {
    expect(counted(windowState.parse({}), aClick({ page: '/__proto__' }), window).pages).toEqual({ '/__proto__': 1 });
  });
});
