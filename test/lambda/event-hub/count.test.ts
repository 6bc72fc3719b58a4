import { start, told, World } from './world';

const world = new World();
const stored = (at: string, version = 'v1') =>
  told('photos.intake', 'upload.stored', { key: 'uploads/a.jpg', version, bytes: 10, at, title: 'Sea' });

beforeEach(() => {
  world.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

describe('a stored photo', () => {
  test('is counted for the day it came, by our clock', async () => {
    const count = start('count');
    await count(stored('2026-11-27T22:59:59Z'));
    await count(stored('2026-11-27T23:00:00Z', 'v2'));
    expect(world.items('usage')).toEqual([
      { day: '2026-11-27', entry: 'upload#uploads/a.jpg@v1', bytes: 10 },
      { day: '2026-11-28', entry: 'upload#uploads/a.jpg@v2', bytes: 10 },
    ]);
  });

  test('counts once, however often it is told, and in a replay [messaging-event-archive]', async () => {
    const event = stored('2026-11-28T09:00:00Z');
    await start('count')(event);
    await start('count')({ ...event, 'replay-name': 'last-hour' });
    expect(world.items('usage')).toHaveLength(1);
  });

  test('fails when it is no photo', async () => {
    await expect(start('count')({})).rejects.toThrow('not an event photos.intake upload.stored');
  });
});
