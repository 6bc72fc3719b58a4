import { healthyMarker } from '../../../lambda/shared/environment';
import { healthReport } from '../../../lambda/shared/health-report';

const fine = () => Promise.resolve(true);

test('is healthy when every dependency says so, and says that before anything else [edge-health-string]', async () => {
  const { healthy, body } = await healthReport({ store: fine, queue: fine }, 1000);
  expect(healthy).toBe(true);
  expect(body.indexOf(healthyMarker)).toBe(0);
  expect(JSON.parse(body)).toEqual({ status: 'healthy', dependencies: { store: 'ok', queue: 'ok' } });
});

test('says so within the first 5,120 bytes however much follows [edge-health-string]', async () => {
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`dependency-${at}`, fine]));
  const { body } = await healthReport(many, 1000);
  expect(Buffer.byteLength(body)).toBeGreaterThan(5120 * 5);
  expect(Buffer.from(body).subarray(0, 5120).toString()).toContain(healthyMarker);
});

test('is unhealthy when one says no or throws, and the marker stands nowhere [edge-health-endpoint]', async () => {
  const broken = () => Promise.reject(new Error('refused'));
  const { healthy, body } = await healthReport(
    { store: fine, queue: () => Promise.resolve(false), other: broken },
    1000,
  );
  expect(healthy).toBe(false);
  expect(body).not.toContain(healthyMarker);
  expect(JSON.parse(body)).toEqual({
    status: 'unhealthy',
    dependencies: { store: 'ok', queue: 'failed', other: 'failed' },
  });
});

describe('a slow dependency', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('does not make the answer slow: it is given up when the budget is used up [edge-health-endpoint]', async () => {
    let told: AbortSignal | undefined;
    const hangs = (signal: AbortSignal) => {
      told = signal;
      return new Promise<boolean>(() => undefined);
    };
    const report = healthReport({ store: fine, slow: hangs }, 1500);
    await jest.advanceTimersByTimeAsync(1499);
    expect(told!.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(told!.aborted).toBe(true);
    expect(JSON.parse((await report).body)).toEqual({
      status: 'unhealthy',
      dependencies: { store: 'ok', slow: 'late' },
    });
  });

  test('leaves no timer behind when all have answered', async () => {
    await healthReport({ store: fine }, 1500);
    expect(jest.getTimerCount()).toBe(0);
  });
});
