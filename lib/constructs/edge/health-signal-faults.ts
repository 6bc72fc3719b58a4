import { Token } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { outsideRange } from '../faults';
import { addressFault } from '../network/cidr';
import { domainNameFault } from '../network/domain-name';
import { address6Fault } from '../network/ipv6';
import { unreachableFault } from './checked-address';
import { checkerRegions } from './checker-regions';
import type { EndpointSignalProps } from './health-signal';

/** What is wrong with whom to ask, and how often. */
export function endpointFaults(props: EndpointSignalProps): (string | undefined | false)[] {
  const { host, address, port, interval, failureThreshold, regions } = props;
  const unknown = regions?.find((region) => !checkerRegions.includes(region));
  return [
    host === undefined && address === undefined && 'neither host nor address is given; say what is to be asked',
    host !== undefined && !Token.isUnresolved(host) && domainNameFault('host', host),
    ...(address !== undefined && !Token.isUnresolved(address) ? addressFaults(address) : []),
    outsideRange('port', port, 1, 65_535),
    interval !== undefined &&
      !interval.isUnresolved() &&
      ![10, 30].includes(interval.toSeconds({ integral: false })) &&
      `interval is ${interval.toHumanString()}; give 30 seconds, or 10 seconds, which cost extra`,
    outsideRange('failureThreshold', failureThreshold, 1, 10),
    regions !== undefined &&
      new Set(regions).size < 3 &&
      `regions are ${regions.join(', ') || 'none'}; give three at least, or leave them out for all eight`,
    unknown !== undefined &&
      `regions has ${unknown as string}, where no checkers are; there are ${checkerRegions.join(', ')}`,
  ];
}

function addressFaults(address: string): (string | undefined)[] {
  const fault = address.includes(':') ? address6Fault('address', address) : addressFault('address', address);
  return [fault ?? unreachableFault('address', address)];
}

/** What is wrong with a page and the text on it. */
export const pageFaults = (path: string, contains: string | undefined): (string | false)[] => [
  (!path.startsWith('/') || path.length > 255) &&
    `path is ${path.slice(0, 40)}, ${path.length} characters; begin with / and write at most 255`,
  contains !== undefined &&
    (contains.length < 1 || contains.length > 255) &&
    `contains is ${contains.length} characters; give a text of 1 to 255 that stands in the first 5,120 bytes`,
];

/** Route 53 reads the metric itself, and does not understand every alarm. */
export function alarmFaults(alarm: IAlarm): (string | false)[] {
  const resource = alarm.node.defaultChild;
  const path = alarm.node.path;
  if (resource instanceof CfnCompositeAlarm)
    return [
      `the alarm ${path} is made of other alarms and has no metric that Route 53 could read; give one on a single metric, or a check for each and HealthSignal.calculated`,
    ];
  if (!(resource instanceof CfnAlarm)) return [];
  const { metrics, extendedStatistic, datapointsToAlarm, evaluationPeriods, period } = resource;
  return [
    metrics !== undefined &&
      `the alarm ${path} is on an expression of several metrics, which Route 53 cannot follow; give one on a single metric`,
    extendedStatistic !== undefined &&
      `the alarm ${path} is on ${extendedStatistic}; Route 53 follows Average, Minimum, Maximum, Sum and SampleCount`,
    datapointsToAlarm !== undefined &&
      datapointsToAlarm !== evaluationPeriods &&
      `the alarm ${path} wants ${datapointsToAlarm} of ${evaluationPeriods} periods, and Route 53 cannot count so; want all of them`,
    period !== undefined &&
      period < 60 &&
      `the alarm ${path} has periods of ${period} seconds; Route 53 follows those of 60 and more`,
  ];
}

/** What is wrong with how many of how many checks must be healthy. */
export function calculatedFaults(count: number, healthyAtLeast: number): (string | undefined)[] {
  if (count === 0) return ['children are none; give the checks that count'];
  if (count > 255) return [`children are ${count}; a check counts 255 at most`];
  const remedy = `give 1 to ${count}`;
  if (healthyAtLeast === 0) return [`healthyAtLeast is 0, which is always healthy; ${remedy}`];
  if (healthyAtLeast > count)
    return [`healthyAtLeast is ${healthyAtLeast} of ${count}, which is never healthy; ${remedy}`];
  return [outsideRange('healthyAtLeast', healthyAtLeast, 1, count)];
}
