import { Duration } from 'aws-cdk-lib';
import {
  LambdaDeploymentConfig,
  TimeBasedCanaryTrafficRouting,
  TimeBasedLinearTrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import type { ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';

export interface TrafficShift {
  /**
   * The share of calls the new version gets at first, or with each step, in percent: a whole number from 1 to 99.
   * @default 10
   */
  readonly percentage?: number;
  /**
   * How long the first share is watched before the rest follows, or how long between two steps: 1 minute to 48 hours.
   * @default - 5 minutes for a canary, 1 minute for a linear shift
   */
  readonly interval?: Duration;
}

export interface FixedWeight {
  /** Number of the published version that keeps a share of the calls. */
  readonly version: string;
  /** Its share, above 0 and below 1. */
  readonly weight: number;
}

/** How the calls of an alias move from one version of a function to the next. */
export abstract class ReleaseStrategy {
  /** All calls go to the new version at once: quick, and a bad release reaches everybody. */
  static allAtOnce(): ReleaseStrategy {
    return new Shift('allAtOnce');
  }

  /** A share of the calls goes to the new version and is watched; the rest follows if no alarm goes off meanwhile. */
  static canary(shift: TrafficShift = {}): ReleaseStrategy {
    return new Shift('canary', { percentage: 10, interval: Duration.minutes(5), ...shift });
  }

  /** The same share more with each step, until all calls have moved. */
  static linear(shift: TrafficShift = {}): ReleaseStrategy {
    return new Shift('linear', { percentage: 10, interval: Duration.minutes(1), ...shift });
  }

  /**
   * An older version keeps a share of the calls until somebody changes it: for comparing two versions, not for releasing.
   * Nothing moves by itself and nothing rolls back.
   */
  static fixedWeight(weight: FixedWeight): ReleaseStrategy {
    return new Fixed(weight);
  }

  /** The older version that keeps a share, if the strategy fixes one. */
  abstract readonly fixed?: FixedWeight;
  /** Whether two versions answer side by side for a while, so that one can be watched against the other. */
  abstract readonly gradual: boolean;
  /** What cannot work about it. */
  abstract faults(): (string | undefined | false)[];
  /** How CodeDeploy is to do it; undefined when it has no part in it. */
  abstract deploymentConfig(release: Construct): ILambdaDeploymentConfig | undefined;
}

class Shift extends ReleaseStrategy {
  readonly fixed = undefined;
  readonly gradual: boolean;

  constructor(
    private readonly kind: 'allAtOnce' | 'canary' | 'linear',
    private readonly shift: Required<TrafficShift> = { percentage: 100, interval: Duration.minutes(0) },
  ) {
    super();
    this.gradual = kind !== 'allAtOnce';
  }

  faults(): (string | undefined)[] {
    if (!this.gradual) return [];
    return [
      outsideRange('strategy.percentage', this.shift.percentage, 1, 99, '%'),
      outsideDuration('strategy.interval', this.shift.interval, Duration.minutes(1), Duration.hours(48)),
    ];
  }

  deploymentConfig(release: Construct): ILambdaDeploymentConfig {
    const { percentage, interval } = this.shift;
    if (this.kind === 'allAtOnce') return LambdaDeploymentConfig.ALL_AT_ONCE;
    const known = percentage === 10 ? predefined[this.kind][interval.toMinutes()] : undefined;
    const Routing = this.kind === 'canary' ? TimeBasedCanaryTrafficRouting : TimeBasedLinearTrafficRouting;
    return (
      known ?? new LambdaDeploymentConfig(release, 'Config', { trafficRouting: new Routing({ percentage, interval }) })
    );
  }
}

class Fixed extends ReleaseStrategy {
  readonly gradual = false;

  constructor(readonly fixed: FixedWeight) {
    super();
  }

  faults(): (string | false)[] {
    const { version, weight } = this.fixed;
    return [
      !/^[1-9]\d*$/.test(version) &&
        `strategy.version is ${version}; give the number of a published version, as an alias cannot share calls with ${version === '$LATEST' ? 'code that is still changing' : 'anything else'}`,
      !(weight > 0 && weight < 1) &&
        `strategy.weight is ${weight}; give a share above 0 and below 1, or leave the older version out`,
    ];
  }

  deploymentConfig(): undefined {
    return undefined;
  }
}

/** What CodeDeploy has ready, by minutes; anything else becomes a configuration of the stack's own. */
const predefined: Readonly<Record<'canary' | 'linear', Readonly<Record<number, ILambdaDeploymentConfig>>>> = {
  canary: {
    5: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
    10: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
    15: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
    30: LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
  },
  linear: {
    1: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
    2: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_2MINUTES,
    3: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
    10: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_10MINUTES,
  },
};
