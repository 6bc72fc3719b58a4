import fc from 'fast-check';
import { failoverTime } from '../../../lib';

test('a client is sent to what is gone for as long as nobody noticed, and as long as answers are kept', () => {
  expect(failoverTime({ interval: 30, failureThreshold: 3, ttl: 60 })).toEqual({
    noticed: 96,
    forgotten: 60,
    whole: 156,
  });
});

test('asking more often, fewer failures and a shorter TTL each make it faster', () => {
  const settings = fc.record({
    interval: fc.constantFrom(10, 30),
    failureThreshold: fc.integer({ min: 1, max: 9 }),
    ttl: fc.integer({ min: 0, max: 3600 }),
  });
  fc.assert(
    fc.property(settings, (given) => {
      const { whole } = failoverTime(given);
      for (const slower of [
        { ...given, interval: given.interval + 20 },
        { ...given, failureThreshold: given.failureThreshold + 1 },
        { ...given, ttl: given.ttl + 1 },
      ])
        expect(failoverTime(slower).whole).toBeGreaterThan(whole);
    }),
  );
});
