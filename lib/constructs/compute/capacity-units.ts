/** What an Application Load Balancer carries in an hour. */
export interface BalancerUsage {
  /** On average over the hour. @default 0 */
  readonly newConnectionsPerSecond?: number;
  /** Sampled each minute. @default 0 */
  readonly activeConnections?: number;
  /** Requests and answers of instances and addresses. @default 0 */
  readonly gigabytesPerHour?: number;
  /** Requests and answers of functions, which cost two and a half times as much. @default 0 */
  readonly functionGigabytesPerHour?: number;
  /** @default 0 */
  readonly requestsPerSecond?: number;
  /** Rules that a request is held against, on average; the first ten are free. @default 0 */
  readonly rulesPerRequest?: number;
}

export type UnitDimension = 'new connections' | 'active connections' | 'bytes' | 'rule evaluations';

const freeRules = 10;

/**
 * The load balancer capacity units (LCU) of an hour: the highest of 25 new connections a second, 3,000 active ones a minute, 1 GB an hour (0.4 GB to
 * functions) and 1,000 rule evaluations a second. The hour of the balancer itself is billed besides.
 *
 * @returns the units, and the dimension that decides
 * @throws when a figure is negative
 * @claims compute-lcu-estimate
 */
export function lcu(usage: BalancerUsage): { readonly units: number; readonly decidedBy: UnitDimension } {
  for (const [name, value] of Object.entries(usage) as [string, number][])
    if (!(value >= 0)) throw new Error(`${name} is ${value}; give 0 or more`);
  const { requestsPerSecond = 0, rulesPerRequest = 0 } = usage;
  const dimensions: readonly (readonly [UnitDimension, number])[] = [
    ['new connections', (usage.newConnectionsPerSecond ?? 0) / 25],
    ['active connections', (usage.activeConnections ?? 0) / 3000],
    ['bytes', (usage.gigabytesPerHour ?? 0) + (usage.functionGigabytesPerHour ?? 0) / 0.4],
    ['rule evaluations', (requestsPerSecond * Math.max(0, rulesPerRequest - freeRules)) / 1000],
  ];
  const [decidedBy, units] = dimensions.reduce((most, one) => (one[1] > most[1] ? one : most));
  return { units, decidedBy };
}
