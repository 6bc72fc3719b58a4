import { lcu, type BalancerUsage } from '../../../lib/constructs/compute/capacity-units';

describe('load balancer capacity units', () => {
  test.each<[string, BalancerUsage, number, string]>([
    ['25 new connections a second are one', { newConnectionsPerSecond: 25 }, 1, 'new connections'],
    ['3,000 active connections are one', { activeConnections: 3000 }, 1, 'active connections'],
    ['a gigabyte an hour is one', { gigabytesPerHour: 1 }, 1, 'bytes'],
    ['0.4 gigabytes to functions are one', { functionGigabytesPerHour: 0.4 }, 1, 'bytes'],
    ['bytes to both add up', { gigabytesPerHour: 1, functionGigabytesPerHour: 0.4 }, 2, 'bytes'],
    ['1,000 evaluations a second are one', { requestsPerSecond: 100, rulesPerRequest: 20 }, 1, 'rule evaluations'],
    ['the first ten rules are free', { requestsPerSecond: 10_000, rulesPerRequest: 10 }, 0, 'new connections'],
    [
      'only the highest counts',
      {
        newConnectionsPerSecond: 50,
        activeConnections: 9000,
        gigabytesPerHour: 1,
        requestsPerSecond: 50,
        rulesPerRequest: 30,
      },
      3,
      'active connections',
    ],
  ])('%s [compute-lcu-estimate]', (_, usage, units, decidedBy) => {
    expect(lcu(usage)).toEqual({ units: expect.closeTo(units, 10), decidedBy });
  });

  test('a figure below zero is refused [compute-lcu-estimate]', () => {
    expect(() => lcu({ gigabytesPerHour: -1 })).toThrow('gigabytesPerHour is -1; give 0 or more');
  });
});
