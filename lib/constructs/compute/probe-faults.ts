import { Duration } from 'aws-cdk-lib';
import { outsideDuration, outsideRange } from '../faults';

interface Probe {
  readonly port?: number;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly healthyAfter?: number;
  readonly unhealthyAfter?: number;
}

/** What no load balancer takes of the probes of its targets, whatever they ask. */
export const probeFaults = ({
  port,
  interval,
  timeout,
  healthyAfter,
  unhealthyAfter,
}: Probe): (string | undefined | false)[] => [
  outsideRange('health.port', port, 1, 65_535),
  outsideDuration('health.interval', interval, Duration.seconds(5), Duration.seconds(300)),
  outsideDuration('health.timeout', timeout, Duration.seconds(2), Duration.seconds(120)),
  timeout.toMilliseconds() >= interval.toMilliseconds() &&
    `health.timeout is ${timeout.toHumanString()} and health.interval ${interval.toHumanString()}; let one probe end before the next begins`,
  outsideRange('health.healthyAfter', healthyAfter, 2, 10, 'answers'),
  outsideRange('health.unhealthyAfter', unhealthyAfter, 2, 10, 'answers'),
];
