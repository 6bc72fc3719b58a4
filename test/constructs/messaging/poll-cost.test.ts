import fc from 'fast-check';
import { pollCost } from '../../../lib/constructs/messaging/poll-cost';

describe('pollCost', () => {
  test('an idle queue asked by five consumers: twenty times fewer requests with long polling [messaging-queue-polling]', () => {
    const short = pollCost({ messages: 0, waitSeconds: 0 });
    const long = pollCost({ messages: 0, waitSeconds: 20 });
    expect(short).toEqual({ requests: 12_960_000, emptyRequests: 12_960_000, dollars: (11_960_000 * 0.4) / 1e6 });
    expect(long).toEqual({ requests: 648_000, emptyRequests: 648_000, dollars: 0 });
  });

  test('ten messages come with one request and go with one [messaging-queue-polling]', () => {
    expect(pollCost({ messages: 1_000_000, waitSeconds: 20, pollers: 0 }).requests).toBe(200_000);
    expect(pollCost({ messages: 1_000_000, waitSeconds: 20, pollers: 0, batch: 1 }).requests).toBe(2_000_000);
  });

  test('a request is billed for every 64 KB it brings [messaging-queue-polling]', () => {
    const billed = (messageBytes: number) =>
      pollCost({ messages: 10, messageBytes, waitSeconds: 20, pollers: 0 }).requests;
    expect(billed(6_553)).toBe(2);
    expect(billed(6_554)).toBe(3);
    expect(billed(104_857)).toBe(17);
  });

  test('beyond a million requests, FIFO costs a quarter more', () => {
    const busy = { messages: 20_000_000, waitSeconds: 20, batch: 1, pollers: 0 };
    expect(pollCost(busy).dollars).toBeCloseTo(39 * 0.4, 10);
    expect(pollCost({ ...busy, fifo: true }).dollars).toBeCloseTo(39 * 0.5, 10);
  });

  test('waiting longer never costs more [messaging-queue-polling]', () => {
    fc.assert(
      fc.property(
        fc.nat(1e7),
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, waitSeconds, pollers) => {
          const cost = (seconds: number) => pollCost({ messages, waitSeconds: seconds, pollers }).requests;
          expect(cost(waitSeconds + 1)).toBeLessThanOrEqual(cost(waitSeconds));
          expect(cost(waitSeconds)).toBeLessThanOrEqual(cost(0));
        },
      ),
    );
  });
});
