import { Duration } from 'aws-cdk-lib';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { outsideDuration } from '../faults';
import type { ComputeTemplate } from './compute-template';
import type { IScalingStrategy } from './scaled-group';

/** What is wrong with the addresses of instances in these subnets. */
export function addressFaults(vpc: IVpc, subnets: readonly ISubnet[], publicAddress: boolean): (string | false)[] {
  const open = subnets.filter(({ subnetId }) => vpc.publicSubnets.some((other) => other.subnetId === subnetId));
  return [
    publicAddress &&
      open.length < subnets.length &&
      'template gives public addresses but subnets are private, where they lead nowhere; give public subnets, or leave publicAddress out',
    !publicAddress &&
      open.length > 0 &&
      'subnets are public but template gives no public addresses, so instances would have no way out; give private subnets, or ask for publicAddress',
  ];
}

/** What is wrong with what a group launches. */
export function templateFaults({ boot, spot }: ComputeTemplate): (string | false)[] {
  return [
    boot === undefined &&
      'template has no boot program, so nothing would signal that an instance serves; give it one, if only to check that it does',
    spot?.type === 'persistent' &&
      'template asks for spot persistently, and a group that replaces its own instances would get each twice; take SpotRequest.oneTime(), or mixed',
  ];
}

interface Times {
  readonly bootTime: Duration;
  readonly healthCheckGracePeriod: Duration;
  readonly cooldown: Duration;
}

/** What is wrong with how long a group waits. */
export function timeFaults({ bootTime, healthCheckGracePeriod, cooldown }: Times): (string | undefined | false)[] {
  return [
    outsideDuration('bootTime', bootTime, Duration.seconds(10), Duration.hours(1)),
    healthCheckGracePeriod.toMilliseconds() < bootTime.toMilliseconds() &&
      `healthCheckGracePeriod is ${healthCheckGracePeriod.toHumanString()} but bootTime ${bootTime.toHumanString()}; forgive at least that long, or every new instance is replaced before it serves`,
    outsideDuration('cooldown', cooldown, Duration.seconds(0), Duration.hours(24)),
  ];
}

/** Strategies that would adjust the group by the same metric in their own ways. */
export function contradictions(scaling: readonly IScalingStrategy[]): string[] {
  return scaling.flatMap(({ name, metric }, i) => {
    const earlier = metric && scaling.slice(0, i).find((other) => other.metric === metric);
    return earlier
      ? [`scaling has ${earlier.name} and ${name}, which both go by ${metric} and pull against each other; keep one`]
      : [];
  });
}
