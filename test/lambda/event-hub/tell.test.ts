import { start, told, World } from './world';

const world = new World();
const at = '2026-11-28T09:00:00Z';
const stored = told(
  'photos.intake',
  'upload.stored',
  { key: 'uploads/a.jpg', version: 'v1', bytes: 10, at, title: 'Sea' },
  { id: 'a@v1#1' },
);

beforeEach(() => {
  world.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

describe('the feed', () => {
  test.each([
    ['a photo', stored, { at: `${at} uploads/a.jpg@v1`, text: 'New photo: Sea' }],
    [
      'a closed day',
      told('photos.usage', 'day.closed', { day: '2026-11-27', uploads: 3, bytes: 12, at }, { id: 'day-2026-11-27' }),
      { at: `${at} day-2026-11-27`, text: '2026-11-27: 3 photos, 12 bytes' },
    ],
    [
      'an announcement',
      told('photos.clock', 'announcement.due', { text: 'Closed on Sunday', at }),
      { at: `${at} one`, text: 'Closed on Sunday' },
    ],
  ])('has an entry for %s', async (_, event, entry) => {
    await start('tell')(event);
    expect(world.items('feed')).toEqual([{ feed: 'everyone', ...entry }]);
  });

  test('has one entry however often it is told, replayed too [messaging-event-archive]', async () => {
    const tell = start('tell');
    await tell(stored);
    await tell({ ...stored, 'replay-name': 'last-hour' });
    await start('tell')(stored);
    expect(world.items('feed')).toHaveLength(1);
  });

  test('has one entry for a photo that two attempts stored, because a run died between', async () => {
    const again = told(
      'photos.intake',
      'upload.stored',
      { key: 'uploads/a.jpg', version: 'v1', bytes: 10, at, title: 'Sea' },
      { id: 'a@v1#2', attempt: 2 },
    );
    await start('tell')(stored);
    await start('tell')(again);
    expect(world.items('feed')).toHaveLength(1);
  });

  test.each([
    ['another event', told('photos.clock', 'hour.passed', { at }), 'no entry is made of hour.passed'],
    ['an event of another', { ...stored, source: 'shop' }, 'not an event photos.intake upload.stored: source: '],
    ['nothing', undefined, 'no entry is made of undefined'],
  ])('fails when it is told of %s', async (_, event, message) => {
    await expect(start('tell')(event)).rejects.toThrow(message);
    expect(world.items('feed')).toEqual([]);
  });
});
