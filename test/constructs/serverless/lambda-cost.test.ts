import fc from 'fast-check';
import { freeEachMonth, lambdaCost } from '../../../lib/constructs/serverless/lambda-cost';

describe('lambdaCost', () => {
  test('a function that does not run costs nothing, however much memory it has [serverless-billing-model]', () => {
    expect(lambdaCost({ requests: 0, milliseconds: 900_000, memorySize: 10_240 }).dollars).toBe(0);
  });

  test('a million runs and 400,000 gigabyte-seconds a month are free, and one more of either is not [serverless-billing-model]', () => {
    const exactly = lambdaCost({ requests: 1_000_000, milliseconds: 400, memorySize: 1024 });
    expect(exactly).toEqual({ gigabyteSeconds: 400_000, forRequests: 0, forDuration: 0, dollars: 0 });
    const over = lambdaCost({ requests: 1_000_001, milliseconds: 400, memorySize: 1024 });
    expect(over.forRequests).toBeCloseTo(0.0000002, 12);
    expect(over.forDuration).toBeCloseTo(0.4 * 0.0000133334, 12);
  });

  test('beyond the free part, runs cost 20 cents a million and time by the memory it had [serverless-billing-model]', () => {
    const use = { requests: 10_000_000, milliseconds: 120, memorySize: 512 };
    expect(lambdaCost(use)).toEqual({
      gigabyteSeconds: 600_000,
      forRequests: expect.closeTo(1.8, 9),
      forDuration: expect.closeTo(200_000 * 0.0000133334, 9),
      dollars: expect.closeTo(1.8 + 2.66668, 6),
    });
    expect(lambdaCost({ ...use, arm: false }).forDuration).toBeCloseTo(200_000 * 0.0000166667, 9);
  });

  test('an account without a free part pays from the first run', () => {
    const use = { requests: 1, milliseconds: 1000, memorySize: 1024 };
    expect(lambdaCost(use, { requests: 0, gigabyteSeconds: 0 }).dollars).toBeCloseTo(0.0000002 + 0.0000133334, 12);
  });

  test('twice the memory in half the time costs the same, and nothing ever costs less than nothing', () => {
    const whole = { min: 0, max: 10_000_000 };
    fc.assert(
      fc.property(fc.nat(whole), fc.nat(900_000), fc.integer({ min: 128, max: 5120 }), (requests, ms, memorySize) => {
        const one = lambdaCost({ requests, milliseconds: ms, memorySize });
        const other = lambdaCost({ requests, milliseconds: ms / 2, memorySize: memorySize * 2 });
        expect(one.dollars).toBeCloseTo(other.dollars, 6);
        expect(one.dollars).toBeGreaterThanOrEqual(0);
        expect(one.gigabyteSeconds <= freeEachMonth.gigabyteSeconds ? one.forDuration : 0).toBe(0);
      }),
    );
  });

  test('fails when a figure is negative or no number, all in one error', () => {
    expect(() => lambdaCost({ requests: -1, milliseconds: NaN, memorySize: 128 })).toThrow(
      'requests is -1; give a number that is not negative\nmilliseconds is NaN; give a number that is not negative',
    );
  });
});
