import { Duration } from 'aws-cdk-lib';
import { InstanceRefreshStrategy, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { outsideDuration, outsideRange } from '../faults';

export interface RollingOptions {
  /**
   * How long CloudFormation waits for the signal of a new instance, 1 minute to 1 hour; longer than a boot takes.
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;
  /**
   * How many instances are replaced at once, 1 or more.
   * @default 1
   */
  readonly batch?: number;
  /**
   * How many instances always serve, below the group's maximum.
   * @default - the group's minimum
   */
  readonly minInService?: number;
}

export interface RefreshOptions {
  /**
   * How long CloudFormation waits for the signals of the first instances, 1 minute to 12 hours.
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;
  /**
   * The share of the group that always serves, in percent, 0 to 100.
   * @default 100
   */
  readonly minHealthy?: number;
  /**
   * The share it may grow to meanwhile, in percent, 100 to 200 and at most 100 above `minHealthy`.
   * @default 110
   */
  readonly maxHealthy?: number;
  /**
   * Where to stop and look, in percent of the group, ascending, the last 100.
   * @default - nowhere
   */
  readonly checkpoints?: readonly number[];
  /**
   * How long to look, up to 48 hours.
   * @default Duration.minutes(10)
   */
  readonly checkpointDelay?: Duration;
  /**
   * Alarms that fail the roll-out, at most 10.
   * @default - none
   */
  readonly alarms?: readonly IAlarm[];
}

/** What a strategy has to know of its group. */
export interface GroupSize {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly bootTime: Duration;
}

/**
 * How a new release reaches running instances. There is no strategy that leaves them as they are: a new template version
 * would change none of them by itself, and the next instance to fail would come back different from its neighbours.
 *
 * @claims compute-asg-roll-out, compute-boot-signal
 */
export abstract class RollOut {
  /**
   * CloudFormation replaces instances in batches. Each new one must signal that it serves before the next batch begins; one
   * signal of failure, or none in time, and the whole group goes back to the release before.
   */
  static rolling(options: RollingOptions = {}): RollOut {
    return new Rolling(options);
  }

  /**
   * Auto Scaling replaces instances and judges them by their health checks and by alarms; with checkpoints it waits in
   * between. Signals count for the first creation only.
   */
  static instanceRefresh(options: RefreshOptions = {}): RollOut {
    return new Refresh(options);
  }

  /** How long the first instances have for their signals. */
  abstract readonly timeout: Duration;
  abstract faults(size: GroupSize): (string | false | undefined)[];
  abstract policy(size: GroupSize): UpdatePolicy;
}

class Rolling extends RollOut {
  readonly timeout: Duration;
  constructor(private readonly options: RollingOptions) {
    super();
    this.timeout = options.timeout ?? defaultTimeout;
  }

  faults({ minCapacity, maxCapacity, bootTime }: GroupSize): (string | false | undefined)[] {
    const { batch = 1, minInService = minCapacity } = this.options;
    return [
      // The pause of an update is bounded by an hour; CloudFormation takes more only when a group is created.
      outsideDuration('rollOut.timeout', this.timeout, Duration.minutes(1), Duration.hours(1)),
      tooShort(this.timeout, bootTime),
      outsideRange('rollOut.batch', batch, 1, 1_000, 'instances'),
      outsideRange('rollOut.minInService', minInService, 0, 1_000, 'instances'),
      minInService >= maxCapacity &&
        `rollOut.minInService is ${minInService} and maxCapacity ${maxCapacity}; leave room for at least one instance more, or nothing can be replaced`,
    ];
  }

  policy({ minCapacity }: GroupSize): UpdatePolicy {
    const { batch = 1, minInService = minCapacity } = this.options;
    return UpdatePolicy.rollingUpdate({
      maxBatchSize: batch,
      minInstancesInService: minInService,
      minSuccessPercentage: 100,
      pauseTime: this.timeout,
      waitOnResourceSignals: true,
    });
  }
}

class Refresh extends RollOut {
  readonly timeout: Duration;
  constructor(private readonly options: RefreshOptions) {
    super();
    this.timeout = options.timeout ?? defaultTimeout;
  }

  faults({ bootTime }: GroupSize): (string | false | undefined)[] {
    const { minHealthy = 100, maxHealthy = 110 } = this.options;
    const { checkpoints, checkpointDelay, alarms = [] } = this.options;
    const ascending = checkpoints?.every((at, i) => at >= 1 && at <= 100 && at > (checkpoints[i - 1] ?? 0));
    return [
      outsideDuration('rollOut.timeout', this.timeout, Duration.minutes(1), Duration.hours(12)),
      tooShort(this.timeout, bootTime),
      outsideRange('rollOut.minHealthy', minHealthy, 0, 100, '%'),
      outsideRange('rollOut.maxHealthy', maxHealthy, 100, 200, '%'),
      (maxHealthy - minHealthy > 100 || maxHealthy === minHealthy) &&
        `rollOut.minHealthy is ${minHealthy} % and maxHealthy ${maxHealthy} %; put 1 to 100 between them`,
      checkpoints !== undefined &&
        !(ascending && checkpoints.at(-1) === 100) &&
        `rollOut.checkpoints are ${checkpoints.join(', ')}; give ascending percentages that end with 100, or part of the group keeps the old release`,
      outsideDuration('rollOut.checkpointDelay', checkpointDelay, Duration.seconds(0), Duration.hours(48)),
      alarms.length > 10 && `rollOut.alarms are ${alarms.length}; give at most 10`,
    ];
  }

  policy({ bootTime }: GroupSize): UpdatePolicy {
    const { minHealthy = 100, maxHealthy = 110, checkpoints, alarms = [] } = this.options;
    return UpdatePolicy.instanceRefresh({
      strategy: InstanceRefreshStrategy.ROLLING,
      minHealthyPercentage: minHealthy,
      maxHealthyPercentage: maxHealthy,
      instanceWarmup: bootTime,
      skipMatching: true,
      ...(checkpoints && {
        checkpointPercentages: [...checkpoints],
        checkpointDelay: this.options.checkpointDelay ?? Duration.minutes(10),
      }),
      ...(alarms.length > 0 && { alarms: [...alarms] }),
    });
  }
}

const defaultTimeout = Duration.minutes(15);

const tooShort = (timeout: Duration, bootTime: Duration): string | false =>
  timeout.toMilliseconds() < bootTime.toMilliseconds() &&
  `rollOut.timeout is ${timeout.toHumanString()} but bootTime ${bootTime.toHumanString()}; wait for signals at least as long as a boot takes`;
