import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import * as fc from 'fast-check';
import type { IScalingStrategy } from '../../../lib/constructs/compute/scaled-group';
import { ScalingStrategy } from '../../../lib/constructs/compute/scaling-strategy';
import { simulateFleet, sumOf, type SimulatedFleet } from '../../../lib/constructs/compute/simulate-fleet';

const minutes = (...parts: readonly [many: number, each: number][]) =>
  parts.flatMap(([many, each]) => Array.from({ length: many }, () => each));
/** An instance answers a hundred requests a minute and boots for two. */
const fleet = (load: readonly number[], more: Partial<SimulatedFleet> = {}): SimulatedFleet => ({
  load,
  perMinute: 100,
  bootMinutes: 2,
  minCapacity: 1,
  maxCapacity: 10,
  ...more,
});
const desired = (load: readonly number[], ...strategies: readonly IScalingStrategy[]) =>
  simulateFleet(strategies, fleet(load)).map((minute) => minute.desired);
/** When it changed, and to what. */
const changes = (sizes: readonly number[]) =>
  sizes.flatMap((size, minute) => (size === sizes[minute - 1] ? [] : [[minute, size]]));

const steps = ScalingStrategy.step({
  out: [
    { above: 60, add: 1 },
    { above: 70, add: 2 },
    { above: 80, add: 3 },
  ],
  in: { below: 30, remove: 1 },
});
const simple = (cooldown = 5) =>
  ScalingStrategy.simple({
    out: { above: 50, add: 2 },
    in: { below: 30, remove: 2 },
    cooldown: Duration.minutes(cooldown),
  });

test('target tracking goes in one go to the size that holds the target, after three minutes above it [compute-asg-target-tracking]', () => {
  const load = minutes([5, 20], [20, 90]);
  expect(changes(desired(load, ScalingStrategy.targetTracking({ cpu: 30 })))).toEqual([
    [0, 1],
    [8, 3],
  ]);
});

test('it takes fifteen quiet minutes before anybody goes, and nobody goes where only growth was asked [compute-asg-target-tracking]', () => {
  const load = minutes([10, 90], [40, 10]);
  const sizes = desired(load, ScalingStrategy.targetTracking({ cpu: 30 }));
  expect(changes(sizes)).toEqual([
    [0, 1],
    [3, 3],
    [25, 1],
  ]);
  expect(Math.min(...desired(load, ScalingStrategy.targetTracking({ cpu: 30, scaleOutOnly: true })).slice(3))).toBe(3);
});

test('requests for each instance are held before the CPU shows anything [compute-asg-target-tracking]', () => {
  expect(changes(desired(minutes([5, 20], [10, 80]), ScalingStrategy.requestsPerTarget({ perMinute: 40 })))).toEqual([
    [0, 1],
    [8, 2],
  ]);
});

test('steps add the more the further it is above: one, two or three; what boots counts [compute-asg-step]', () => {
  for (const [load, size] of [
    [65, 2],
    [75, 3],
    [85, 4],
  ])
    expect(changes(desired(minutes([4, load]), steps))).toEqual([
      [0, 1],
      [3, size],
    ]);
  // While one boots, a breach of the same step adds none.
  expect(desired(minutes([5, 65]), steps)).toEqual([1, 1, 1, 2, 2]);
});

test('steps remove one at a time below the other threshold [compute-asg-step]', () => {
  const sizes = simulateFleet([steps], fleet(minutes([5, 85], [20, 5]), { minCapacity: 1 })).map((one) => one.desired);
  expect(Math.max(...sizes)).toBe(4);
  const falls = sizes.map((size, minute) => size - (sizes[minute - 1] ?? size)).filter((change) => change < 0);
  expect(new Set(falls)).toEqual(new Set([-1]));
  expect(sizes.at(-1)).toBe(1);
});

test('simple scaling adds two and then rests, whatever happens, for as long as it is told [compute-asg-simple, compute-asg-cooldown]', () => {
  const load = minutes([20, 900]);
  expect(changes(desired(load, simple(5)))).toEqual([
    [0, 1],
    [3, 3],
    [9, 5],
    [15, 7],
  ]);
  expect(changes(desired(load, simple(10)))).toEqual([
    [0, 1],
    [3, 3],
    [14, 5],
  ]);
});

test('a clock moves the bounds: at least ten from 17:00 on Fridays, two at most at night [compute-asg-scheduled]', () => {
  const scheduled = ScalingStrategy.scheduled({
    timeZone: 'Europe/Berlin',
    sizes: {
      Friday: { at: Schedule.cron({ hour: '17', minute: '0', weekDay: '5' }), min: 10, max: 10 },
      Night: { at: Schedule.cron({ hour: '22', minute: '30' }), min: 1, max: 2 },
    },
  });
  const week = desired(minutes([7 * 1_440, 0]), scheduled);
  expect(changes(week)).toEqual([
    [0, 1],
    [4 * 1_440 + 17 * 60, 10],
    [4 * 1_440 + 22 * 60 + 30, 2],
  ]);
});

test('a forecast has enough for the hour before it begins, and takes nobody away [compute-asg-predictive]', () => {
  const history = minutes([9 * 60, 30], [60, 240], [14 * 60, 30]);
  const predictive = ScalingStrategy.predictive({ cpu: 50, act: true, ahead: Duration.minutes(10) });
  const day = simulateFleet([predictive], fleet(history, { history }));
  expect(changes(day.map((minute) => minute.desired))).toEqual([
    [0, 1],
    [8 * 60 + 50, 5],
  ]);
  const looksOnly = ScalingStrategy.predictive({ cpu: 50 });
  expect(changes(simulateFleet([looksOnly], fleet(history, { history })).map((one) => one.desired))).toEqual([[0, 1]]);
});

test('requests without room are lost and counted, and so are the hours of instances', () => {
  const day = simulateFleet([], fleet(minutes([60, 150])));
  expect(sumOf(day)).toEqual({ instanceHours: 1, mostInstances: 1, lostPercent: 100 / 3 });
  expect(day[0]).toMatchObject({ cpu: 100, lost: 50, waiting: 0 });
});

test('memory is no matter of requests, so that nothing is simulated', () => {
  expect(changes(desired(minutes([30, 500]), ScalingStrategy.memory({ percent: 50 })))).toEqual([[0, 1]]);
});

test('whatever the load and the strategies, a fleet stays in its bounds [compute-asg-core]', () => {
  const loads = fc.array(fc.nat({ max: 1_500 }), { minLength: 1, maxLength: 120 });
  const strategies = fc.subarray([ScalingStrategy.targetTracking({ cpu: 50 }), steps, simple()], { minLength: 1 });
  fc.assert(
    fc.property(loads, strategies, (load, some) => {
      for (const { desired: size, running } of simulateFleet(some, fleet(load))) {
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(10);
        expect(running).toBeLessThanOrEqual(size);
      }
    }),
  );
});

test('fails on a day of the month, which a simulated week has not', () => {
  const monthly = ScalingStrategy.scheduled({
    timeZone: 'Europe/Berlin',
    sizes: { First: { at: Schedule.cron({ hour: '8', minute: '0', day: '1' }), min: 2 } },
  });
  expect(() => desired([1], monthly)).toThrow('0 8 1 * * says a day of the month or a month');
});

test.each(['0 8 * * FRI', '*/15 8 * * 1', '0 8-x * * *'])(
  'fails on %s, which it cannot read, rather than leave the fleet as it is [compute-asg-scheduled]',
  (expression) => {
    const scheduled = ScalingStrategy.scheduled({
      timeZone: 'Europe/Berlin',
      sizes: { Some: { at: Schedule.expression(expression), min: 2 } },
    });
    expect(() => desired(minutes([7 * 1_440, 0]), scheduled)).toThrow(
      new RegExp(`^${expression.replaceAll('*', '\\*')} has .*, which a simulation does not read; write numbers`),
    );
  },
);

test('fails on a history that is no whole day, of which no hour could be told [compute-asg-predictive]', () => {
  const predictive = ScalingStrategy.predictive({ cpu: 50, act: true });
  expect(() => simulateFleet([predictive], fleet([1], { history: [1, 2, 3] }))).toThrow(
    'history has 3 minutes; give the 1440 of a usual day',
  );
});
