import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { dayBefore, dayOf } from '../../../lambda/event-hub/day';
import { start, told, World } from './world';

const world = new World();
const count = (day: string, name: string, bytes: number) =>
  world.tables.usage.set(`${day} | upload#${name}`, { day, entry: `upload#${name}`, bytes });
const summary = (day: string) => world.tables.usage.get(`${day} | summary`);
const midnight = { scheduledTime: '2026-11-27T23:00:00Z' };
const hour = (at: string) => told('photos.clock', 'hour.passed', { at });

beforeEach(() => {
  world.reset();
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
  for (const [i, bytes] of [1, 2, 3, 4, 5].entries()) count('2026-11-27', `${i}`, bytes);
});

describe('when an hour has passed', () => {
  test('the day is summed up, over all pages', async () => {
    await start('close')(hour('2026-11-27T10:00:00Z'));
    expect(summary('2026-11-27')).toEqual({ day: '2026-11-27', entry: 'summary', uploads: 5, bytes: 15 });
    expect(world.said).toEqual([]);
  });

  test('a day that is closed stays as it is', async () => {
    const close = start('close');
    await close(midnight);
    count('2026-11-27', 'late', 100);
    await close(hour('2026-11-27T22:59:59Z'));
    expect(summary('2026-11-27')).toMatchObject({ bytes: 15, closedAt: midnight.scheduledTime });
  });
});

describe('when a day has ended', () => {
  test('it is closed and told [serverless-cron]', async () => {
    await start('close')(midnight);
    expect(summary('2026-11-27')).toMatchObject({ uploads: 5, bytes: 15, closedAt: '2026-11-27T23:00:00Z' });
    expect(world.said).toEqual([
      told(
        'photos.usage',
        'day.closed',
        { day: '2026-11-27', uploads: 5, bytes: 15, at: '2026-11-27T23:00:00Z' },
        { id: 'day-2026-11-27' },
      ),
    ]);
  });

  test('and asked again for the same time, it is closed once and told alike [serverless-cron]', async () => {
    await start('close')(midnight);
    count('2026-11-27', 'late', 100);
    await start('close')(midnight);
    expect(summary('2026-11-27')).toMatchObject({ uploads: 5, bytes: 15 });
    expect(world.said).toHaveLength(2);
    expect(world.said[1]).toEqual(world.said[0]);
  });

  test('and the bus does not take it, it is told when Lambda tries again', async () => {
    world.events.on(PutEventsCommand).resolvesOnce({ Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'no' }] });
    const close = start('close');
    world.events
      .on(PutEventsCommand)
      .rejectsOnce(new Error('down'))
      .rejectsOnce(new Error('down'))
      .rejectsOnce(new Error('down'))
      .resolves({ Entries: [] });
    await expect(close(midnight)).rejects.toThrow('1 of 1 events were not taken');
    await close(midnight);
    expect(world.events.commandCalls(PutEventsCommand)).toHaveLength(4);
  });

  test('fails when it is told neither', async () => {
    await expect(start('close')({})).rejects.toThrow('not an event photos.clock hour.passed');
  });
});

describe('days', () => {
  test.each([
    ['in winter', '2026-11-27T23:00:00Z', '2026-11-27'],
    ['in summer', '2026-07-14T22:00:00Z', '2026-07-14'],
    ['when summer time begins', '2026-03-29T22:00:00Z', '2026-03-29'],
    ['when it ends', '2026-10-25T23:00:00Z', '2026-10-25'],
    ['a quarter of an hour late', '2026-11-27T23:15:00Z', '2026-11-27'],
    ['at the turn of the year', '2026-12-31T23:00:00Z', '2026-12-31'],
  ])('end at midnight %s, by our clock', (_, moment, day) => expect(dayBefore(moment, 'Europe/Berlin')).toBe(day));

  test('follow each other without a gap', () => {
    const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'), (at, zone) => {
        const day = dayOf(at.toISOString(), zone);
        const before = new Date(`${dayBefore(at.toISOString(), zone)}T00:00:00Z`);
        expect(Date.parse(`${day}T00:00:00Z`) - before.getTime()).toBe(86_400_000);
      }),
    );
  });
});
