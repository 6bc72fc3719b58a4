import * as fc from 'fast-check';
import { backlogPolicy, simulateScaling, type Simulation } from '../../../lib/constructs/compute/simulate-scaling';

/** Ten messages a worker, of which it does four a minute; three minutes to boot, five quiet ones before anybody goes. */
const tier = (load: readonly number[], more: Partial<Simulation> = {}): Simulation => ({
  load,
  jobsPerMinute: 4,
  bootMinutes: 3,
  min: 0,
  max: 10,
  policy: backlogPolicy({ messagesPerWorker: 10, maxCapacity: 10, quietMinutes: 5 }),
  ...more,
});
const minutes = (...parts: readonly [many: number, each: number][]) =>
  parts.flatMap(([many, each]) => Array.from({ length: many }, () => each));
const column = <Key extends 'desired' | 'running' | 'waiting'>(load: readonly number[], key: Key) =>
  simulateScaling(tier(load)).map((minute) => minute[key]);

describe('a tier that scales by its backlog', () => {
  test('starts from zero at the first message, and goes back to zero when the queue has been empty for five minutes [messaging-worker-tier, compute-asg-queue]', () => {
    const load = [1, ...minutes([12, 0])];
    expect(column(load, 'desired')).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(column(load, 'running')).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  test('reaches the number that is needed within three minutes, by steps that double [messaging-worker-tier]', () => {
    expect(column([70, 0, 0, 0, 0], 'desired')).toEqual([0, 4, 6, 7, 7]);
  });

  test('asks for no instance twice that still boots', () => {
    expect(Math.max(...column([30, ...minutes([30, 0])], 'desired'))).toBe(3);
  });

  test('works a burst of a hundred in half an hour, and costs nothing before and after [messaging-worker-tier]', () => {
    const day = simulateScaling(tier(minutes([60, 0], [1, 100], [60, 0])));
    const cleared = day.findLastIndex(({ waiting, working }) => waiting + working > 0);
    expect(cleared - 60).toBeLessThan(30);
    expect(day.slice(0, 61).every(({ desired }) => desired === 0)).toBe(true);
    expect(day.at(-1)).toMatchObject({ desired: 0, running: 0, waiting: 0 });
  });

  test('never goes to zero while something waits or is worked, never above its bounds, and loses nothing [messaging-worker-tier, compute-asg-queue]', () => {
    const loads = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(loads, (load) => {
        const all = simulateScaling(tier([...load, ...minutes([400, 0])]));
        const worked = all.reduce((sum, { working }) => sum + working, 0);
        expect(worked).toBe(load.reduce((sum, jobs) => sum + jobs, 0));
        expect(Math.max(...all.map(({ desired }) => desired))).toBeLessThanOrEqual(10);
        const abandoned = all.filter(({ waiting, working }, i) => waiting + working > 0 && all[i + 1]?.desired === 0);
        // Only the very first job finds nobody, and nobody asked for yet.
        expect(abandoned.filter(({ desired }) => desired > 0)).toEqual([]);
        expect(all.at(-1)).toMatchObject({ desired: 0, running: 0 });
      }),
    );
  });

  test('stays within a minimum that is not zero', () => {
    expect(simulateScaling(tier(minutes([20, 0]), { min: 2 })).every(({ desired }) => desired === 2)).toBe(true);
  });

  test('fails when nothing could be done', () => {
    expect(() => simulateScaling(tier([1], { jobsPerMinute: 0 }))).toThrow('jobsPerMinute is 0; give more than 0');
    expect(() => simulateScaling(tier([1], { min: 3, max: 2 }))).toThrow('min is 3 and max 2; turn them round');
  });
});
