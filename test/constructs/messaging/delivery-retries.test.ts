import fc from 'fast-check';
import { retrySchedule } from '../../../lib/constructs/messaging/delivery-retries';

const days = (seconds: number) => seconds / 86_400;

describe('retrySchedule', () => {
  test('queues and functions are tried 100,015 times more over 23 days [messaging-topic-delivery-retries]', () => {
    const { retries, lasts, phases } = retrySchedule('aws');
    expect(retries).toBe(100_015);
    expect(lasts.map((seconds) => Math.floor(days(seconds)))).toEqual([23, 23]);
    expect(phases.map(({ phase, retries }) => [phase, retries])).toEqual([
      ['immediate', 3],
      ['pre-backoff', 2],
      ['backoff', 10],
      ['post-backoff', 100_000],
    ]);
  });

  test('people and phones are tried fifty times more over six hours and a half [messaging-topic-delivery-retries]', () => {
    const { retries, lasts } = retrySchedule('people');
    expect(retries).toBe(50);
    expect(lasts[0] / 3600).toBeGreaterThan(6);
    expect(lasts[1] / 3600).toBeLessThan(8.1);
  });

  test('an HTTPS address is tried three times more, twenty seconds apart, unless it says otherwise [messaging-topic-delivery-retries]', () => {
    expect(retrySchedule({})).toEqual({
      phases: [{ phase: 'backoff', retries: 3, from: 20, to: 20 }],
      retries: 3,
      lasts: [60, 60],
    });
    expect(
      retrySchedule({
        numRetries: 50,
        numNoDelayRetries: 3,
        numMinDelayRetries: 2,
        numMaxDelayRetries: 35,
        minDelayTarget: 1,
        maxDelayTarget: 60,
      }),
    ).toMatchObject({
      phases: [
        { phase: 'immediate', retries: 3 },
        { phase: 'pre-backoff', retries: 2, from: 1, to: 1 },
        { phase: 'backoff', retries: 10, from: 1, to: 60 },
        { phase: 'post-backoff', retries: 35, from: 60, to: 60 },
      ],
      retries: 50,
      lasts: [2 + 10 + 35 * 60, 2 + 600 + 35 * 60],
    });
  });

  test('phases always add up to the retries asked for [messaging-topic-delivery-retries]', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(10), (none, least, most, rest) => {
        const numRetries = none + least + most + rest;
        const { retries, lasts } = retrySchedule({
          numRetries,
          numNoDelayRetries: none,
          numMinDelayRetries: least,
          numMaxDelayRetries: most,
          minDelayTarget: 1,
          maxDelayTarget: 9,
        });
        expect(retries).toBe(numRetries);
        expect(lasts[0]).toBeLessThanOrEqual(lasts[1]);
      }),
    );
  });
});
