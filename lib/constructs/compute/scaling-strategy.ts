import { Duration, Token } from 'aws-cdk-lib';
import {
  AdjustmentType,
  CfnScalingPolicy,
  MetricAggregationType,
  PredefinedMetric,
  TargetTrackingScalingPolicy,
  type IAutoScalingGroup,
  type Schedule,
} from 'aws-cdk-lib/aws-autoscaling';
import { CfnAlarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { outsideDuration, outsideRange } from '../faults';
import type { MetricsAgent } from './metrics-agent';
import type { SimulatedFleet } from './simulate-fleet';
import type { SimulatedMinute } from './simulate-scaling';
import {
  forecastBounds,
  holding,
  resting,
  scheduledBounds,
  stepping,
  type SimulatedStrategy,
} from './simulated-policies';
import type { TargetPool } from './target-pool';

export interface TargetTrackingOptions {
  /** The average CPU use of the group to hold, 1 to 100 percent. */
  readonly cpu: number;
  /**
   * Whether only to add instances, leaving their removal to another strategy.
   * @default false
   */
  readonly scaleOutOnly?: boolean;
}

export interface RequestsPerTargetOptions {
  /** Requests a minute one instance should get, 1 or more. */
  readonly perMinute: number;
}

export interface MemoryOptions {
  /** The share of memory in use to hold, averaged over the group, 1 to 100 percent. */
  readonly percent: number;
}

export interface ScaleOutStep {
  /** Average CPU use from which this step acts, 1 to 100 percent. */
  readonly above: number;
  /** How many instances to add, 1 or more, and more than the step below adds. */
  readonly add: number;
}

export interface ScaleInStep {
  /** Average CPU use up to which this step acts, 0 to 99 percent. */
  readonly below: number;
  /** How many instances to remove, 1 or more. */
  readonly remove: number;
}

export interface StepOptions {
  /** What to add, in ascending order. */
  readonly out: readonly ScaleOutStep[];
  /** When to remove, below the first step out. */
  readonly in: ScaleInStep;
  /**
   * How long a new instance is left out of the average.
   * @default - the group's warm-up
   */
  readonly warmup?: Duration;
}

export interface SimpleOptions {
  readonly out: ScaleOutStep;
  readonly in: ScaleInStep;
  /**
   * How long the group then rests, 0 to 24 hours.
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
  /**
   * Whether thresholds closer than ten points are meant, though the group may then go up and down without end.
   * @default false
   */
  readonly acceptFlapping?: boolean;
}

export interface ScheduledSize {
  /** When; `Schedule.cron({ hour: '17', minute: '0', weekDay: '5' })`. */
  readonly at: Schedule;
  /** The group's minimum from then on. */
  readonly min?: number;
  /** The group's maximum from then on. */
  readonly max?: number;
}

export interface ScheduledOptions {
  /** IANA name of the zone the times are in, such as Europe/Berlin; a summer time is followed. */
  readonly timeZone: string;
  /** What to do, by a short name each. */
  readonly sizes: Readonly<Record<string, ScheduledSize>>;
}

export interface PredictiveOptions {
  /** The average CPU use to plan for, 1 to 100 percent. */
  readonly cpu: number;
  /**
   * Whether to act on the forecast. Look at a few days of forecasts first.
   * @default false
   */
  readonly act?: boolean;
  /**
   * How long before the forecast hour instances are started, 0 to 60 minutes; as long as they take to serve.
   * @default Duration.minutes(5)
   */
  readonly ahead?: Duration;
  /**
   * How far the group may grow above its maximum when the forecast says so, in percent, 0 to 100.
   * @default - not at all
   */
  readonly aboveMaximum?: number;
}

/** The group a strategy scales. */
export interface ScaledGroup {
  readonly group: IAutoScalingGroup;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly warmup: Duration;
  /** Where it takes requests, if it does. */
  readonly targets?: TargetPool;
  readonly agent?: MetricsAgent | undefined;
}

/** What can be judged before the group is made. */
export interface PlannedGroup {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly isBalanced: boolean;
  /** What measures inside its instances, if anything does. */
  readonly agent?: MetricsAgent | undefined;
}

/** What an adjusting strategy reads; two of them on the same metric would pull against each other. */
export type ScaledMetric = 'cpu' | 'requests' | 'memory' | 'backlog';
type Faults = (string | false | undefined)[];

/**
 * When a group grows and shrinks. Several may be given: the largest size any of them asks for wins.
 *
 * @claims compute-asg-target-tracking, compute-asg-step, compute-asg-simple, compute-asg-scheduled, compute-asg-predictive,
 * compute-asg-cooldown, compute-asg-memory
 */
export abstract class ScalingStrategy {
  /** Holds the average CPU use at a target; the alarms are made and kept by Auto Scaling. The one to start with. */
  static targetTracking(options: TargetTrackingOptions): ScalingStrategy {
    return new TargetTracking(options);
  }

  /** Holds the number of requests each instance gets; reacts before the CPU does. Needs a balancer. */
  static requestsPerTarget(options: RequestsPerTargetOptions): ScalingStrategy {
    return new RequestsPerTarget(options);
  }

  /** Holds the average use of memory, which only an agent inside the instances sees (`MetricsAgent`). */
  static memory(options: MemoryOptions): ScalingStrategy {
    return new Memory(options);
  }

  /** Adds the more instances the further the CPU use is above the first threshold. */
  static step(options: StepOptions): ScalingStrategy {
    return new Step(options);
  }

  /** One alarm to add, one to remove, and a rest after each. Kept for what step and target tracking cannot say. */
  static simple(options: SimpleOptions): ScalingStrategy {
    return new Simple(options);
  }

  /** Changes minimum and maximum by the clock, for load that is known beforehand. */
  static scheduled(options: ScheduledOptions): ScalingStrategy {
    return new Scheduled(options);
  }

  /** Forecasts load from its daily and weekly pattern and adds instances ahead of it. It never removes any. */
  static predictive(options: PredictiveOptions): ScalingStrategy {
    return new Predictive(options);
  }

  /** The strategy's name, as its factory method has it. */
  abstract readonly name: string;
  /** What it adjusts the group by as it happens; none for clock and forecast. */
  readonly metric?: ScaledMetric;
  abstract faults(size: PlannedGroup): Faults;
  /** What it does in a simulation (`simulateFleet`). */
  abstract simulated(fleet: SimulatedFleet): SimulatedStrategy;
  /** Makes its policies below the fleet. */
  abstract apply(fleet: Construct, scaled: ScaledGroup): void;
}

class TargetTracking extends ScalingStrategy {
  readonly name = 'targetTracking';
  override readonly metric = 'cpu';
  constructor(private readonly options: TargetTrackingOptions) {
    super();
  }

  faults({ minCapacity }: { minCapacity: number }): Faults {
    return [percent('targetTracking.cpu', this.options.cpu), nothingToMeasure(this.name, minCapacity)];
  }

  simulated(): SimulatedStrategy {
    return { policy: holding(this.options.cpu, ({ cpu }) => cpu, this.options.scaleOutOnly) };
  }

  apply(_: Construct, { group, warmup }: ScaledGroup): void {
    group.scaleOnCpuUtilization('Cpu', {
      targetUtilizationPercent: this.options.cpu,
      estimatedInstanceWarmup: warmup,
      disableScaleIn: this.options.scaleOutOnly ?? false,
    });
  }
}

class RequestsPerTarget extends ScalingStrategy {
  readonly name = 'requestsPerTarget';
  override readonly metric = 'requests';
  constructor(private readonly options: RequestsPerTargetOptions) {
    super();
  }

  faults({ isBalanced }: { isBalanced: boolean }): Faults {
    return [
      outsideRange('requestsPerTarget.perMinute', this.options.perMinute, 1, 10_000_000, 'requests'),
      !isBalanced && 'requestsPerTarget counts requests but the group has no targets; give targets, or scale on cpu',
    ];
  }

  simulated(): SimulatedStrategy {
    const each = ({ arrived, running }: SimulatedMinute) => arrived / Math.max(1, running);
    return { policy: holding(this.options.perMinute, each) };
  }

  apply(fleet: Construct, { group, warmup, targets }: ScaledGroup): void {
    const { targetGroup } = targets!;
    const policy = new TargetTrackingScalingPolicy(fleet, 'Requests', {
      autoScalingGroup: group,
      targetValue: this.options.perMinute,
      predefinedMetric: PredefinedMetric.ALB_REQUEST_COUNT_PER_TARGET,
      resourceLabel: `${targetGroup.firstLoadBalancerFullName}/${targetGroup.targetGroupFullName}`,
      estimatedInstanceWarmup: warmup,
    });
    policy.node.addDependency(targetGroup.loadBalancerAttached);
  }
}

class Memory extends ScalingStrategy {
  readonly name = 'memory';
  override readonly metric = 'memory';
  constructor(private readonly options: MemoryOptions) {
    super();
  }

  faults({ minCapacity, agent }: PlannedGroup): Faults {
    return [
      percent('memory.percent', this.options.percent),
      agent === undefined &&
        'memory is seen by nobody outside an instance, and the boot program has no agent; give it a MetricsAgent, or scale on cpu',
      nothingToMeasure(this.name, minCapacity, 'memory'),
    ];
  }

  /** Requests say nothing about memory. */
  simulated(): SimulatedStrategy {
    return {};
  }

  apply(_: Construct, { group, warmup, agent }: ScaledGroup): void {
    group.scaleToTrackMetric('Memory', {
      metric: agent!.memory(group),
      targetValue: this.options.percent,
      estimatedInstanceWarmup: warmup,
    });
  }
}

class Step extends ScalingStrategy {
  readonly name = 'step';
  override readonly metric = 'cpu';
  constructor(private readonly options: StepOptions) {
    super();
  }

  faults({ minCapacity }: { minCapacity: number }): Faults {
    const { out } = this.options;
    return [
      out.length === 0 && 'step.out is empty; give at least one step such as { above: 70, add: 2 }',
      ...out.flatMap((step, i) => [
        ...outFaults(`step.out[${i}]`, step),
        i > 0 &&
          (step.above <= out[i - 1].above || step.add <= out[i - 1].add) &&
          `step.out[${i}] is above ${step.above} % add ${step.add}, after above ${out[i - 1].above} % add ${out[i - 1].add}; go up in both`,
      ]),
      ...inFaults('step.in', this.options.in),
      out.length > 0 && apart('step', out[0], this.options.in, 1),
      outsideDuration('step.warmup', this.options.warmup, Duration.seconds(0), Duration.hours(1)),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated(): SimulatedStrategy {
    return { policy: stepping(this.options.out, this.options.in) };
  }

  apply(_: Construct, { group, warmup }: ScaledGroup): void {
    const { out, in: down } = this.options;
    group.scaleOnMetric('CpuSteps', {
      metric: cpuOf(group),
      scalingSteps: [
        { upper: down.below, change: -down.remove },
        ...out.map(({ above, add }, i) => ({ lower: above, upper: out[i + 1]?.above, change: add })),
      ],
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      estimatedInstanceWarmup: this.options.warmup ?? warmup,
      metricAggregationType: MetricAggregationType.AVERAGE,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
    });
  }
}

class Simple extends ScalingStrategy {
  readonly name = 'simple';
  override readonly metric = 'cpu';
  constructor(private readonly options: SimpleOptions) {
    super();
  }

  faults({ minCapacity }: { minCapacity: number }): Faults {
    const { out, acceptFlapping = false, cooldown } = this.options;
    return [
      ...outFaults('simple.out', out),
      ...inFaults('simple.in', this.options.in),
      !acceptFlapping && apart('simple', out, this.options.in, 10),
      outsideDuration('simple.cooldown', cooldown, Duration.seconds(0), Duration.hours(24)),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated(): SimulatedStrategy {
    const { out, in: down, cooldown = Duration.minutes(5) } = this.options;
    return { policy: resting(out, down, cooldown.toMinutes({ integral: false })) };
  }

  apply(fleet: Construct, { group }: ScaledGroup): void {
    const { out, in: down, cooldown = Duration.minutes(5) } = this.options;
    this.policy(fleet, group, 'Out', out.add, cooldown, 'GreaterThanThreshold', out.above);
    this.policy(fleet, group, 'In', -down.remove, cooldown, 'LessThanThreshold', down.below);
  }

  private policy(
    fleet: Construct,
    group: IAutoScalingGroup,
    id: string,
    change: number,
    cooldown: Duration,
    comparisonOperator: string,
    threshold: number,
  ): void {
    const policy = new CfnScalingPolicy(fleet, `Simple${id}`, {
      autoScalingGroupName: group.autoScalingGroupName,
      policyType: 'SimpleScaling',
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      scalingAdjustment: change,
      cooldown: `${cooldown.toSeconds()}`,
    });
    new CfnAlarm(fleet, `Simple${id}Alarm`, {
      alarmDescription: `Tells the group to change by ${change}; nobody is notified`,
      namespace: 'AWS/EC2',
      metricName: 'CPUUtilization',
      dimensions: [{ name: 'AutoScalingGroupName', value: group.autoScalingGroupName }],
      statistic: Stats.AVERAGE,
      period: 60,
      evaluationPeriods: 3,
      threshold,
      comparisonOperator,
      alarmActions: [policy.ref],
    });
  }
}

class Scheduled extends ScalingStrategy {
  readonly name = 'scheduled';
  constructor(private readonly options: ScheduledOptions) {
    super();
  }

  faults(size: { minCapacity: number; maxCapacity: number }): Faults {
    const entries = Object.entries(this.options.sizes);
    return [
      !isTimeZone(this.options.timeZone) &&
        `scheduled.timeZone is ${this.options.timeZone}; give an IANA name such as Europe/Berlin`,
      entries.length === 0 && 'scheduled.sizes is empty; give at least one, and one that undoes it',
      ...entries.flatMap(([name, { min, max }]) => [
        min === undefined && max === undefined && `scheduled.sizes.${name} changes nothing; give min, max or both`,
        outsideRange(`scheduled.sizes.${name}.min`, min, 0, 10_000, 'instances'),
        outsideRange(`scheduled.sizes.${name}.max`, max, 0, 10_000, 'instances'),
        min !== undefined &&
          max !== undefined &&
          min > max &&
          `scheduled.sizes.${name} has min ${min} above its max ${max}; turn them round`,
        min !== undefined &&
          max === undefined &&
          min > size.maxCapacity &&
          `scheduled.sizes.${name} has min ${min} above the group's maximum of ${size.maxCapacity}; give it a max too`,
        max !== undefined &&
          min === undefined &&
          max < size.minCapacity &&
          `scheduled.sizes.${name} has max ${max} below the group's minimum of ${size.minCapacity}; give it a min too`,
      ]),
    ];
  }

  simulated(): SimulatedStrategy {
    const sizes = Object.values(this.options.sizes).map(({ at, ...size }) => ({ at: at.expressionString, ...size }));
    return { bounds: scheduledBounds(sizes) };
  }

  apply(_: Construct, { group }: ScaledGroup): void {
    for (const [name, { at, min, max }] of Object.entries(this.options.sizes)) {
      group.scaleOnSchedule(name, {
        schedule: at,
        timeZone: this.options.timeZone,
        ...(min !== undefined && { minCapacity: min }),
        ...(max !== undefined && { maxCapacity: max }),
      });
    }
  }
}

class Predictive extends ScalingStrategy {
  readonly name = 'predictive';
  constructor(private readonly options: PredictiveOptions) {
    super();
  }

  faults({ minCapacity }: { minCapacity: number }): Faults {
    const { cpu, ahead, aboveMaximum } = this.options;
    return [
      percent('predictive.cpu', cpu),
      outsideDuration('predictive.ahead', ahead, Duration.seconds(0), Duration.hours(1)),
      outsideRange('predictive.aboveMaximum', aboveMaximum, 0, 100, '%'),
      nothingToMeasure(this.name, minCapacity),
    ];
  }

  simulated({ history, perMinute }: SimulatedFleet): SimulatedStrategy {
    const { cpu, act = false, ahead = Duration.minutes(5) } = this.options;
    if (!act || !history) return {};
    return { bounds: forecastBounds(history, (perMinute * cpu) / 100, ahead.toMinutes()) };
  }

  apply(fleet: Construct, { group }: ScaledGroup): void {
    const { cpu, act = false, ahead = Duration.minutes(5), aboveMaximum } = this.options;
    new CfnScalingPolicy(fleet, 'Predictive', {
      autoScalingGroupName: group.autoScalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: act ? 'ForecastAndScale' : 'ForecastOnly',
        schedulingBufferTime: ahead.toSeconds(),
        ...(aboveMaximum === undefined
          ? { maxCapacityBreachBehavior: 'HonorMaxCapacity' }
          : { maxCapacityBreachBehavior: 'IncreaseMaxCapacity', maxCapacityBuffer: aboveMaximum }),
        metricSpecifications: [
          {
            targetValue: cpu,
            predefinedMetricPairSpecification: { predefinedMetricType: 'ASGCPUUtilization' },
          },
        ],
      },
    });
  }
}

const cpuOf = (group: IAutoScalingGroup): Metric =>
  new Metric({
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
    statistic: Stats.AVERAGE,
    period: Duration.minutes(1),
  });

function percent(name: string, value: number): string | false {
  if (Token.isUnresolved(value) || (value >= 1 && value <= 100)) return false;
  return `${name} is ${value} %; give 1 to 100 %`;
}

const nothingToMeasure = (name: string, minCapacity: number, measured = 'CPU'): string | false =>
  minCapacity === 0 &&
  `${name} reads the ${measured} use of running instances but minCapacity is 0; with none left it has nothing to grow from, so give 1 or more`;

const outFaults = (name: string, { above, add }: ScaleOutStep): Faults => [
  percent(`${name}.above`, above),
  outsideRange(`${name}.add`, add, 1, 1_000, 'instances'),
];

const inFaults = (name: string, { below, remove }: ScaleInStep): Faults => [
  !(below >= 0 && below <= 99) && `${name}.below is ${below} %; give 0 to 99 %`,
  outsideRange(`${name}.remove`, remove, 1, 1_000, 'instances'),
];

const apart = (name: string, out: ScaleOutStep, down: ScaleInStep, gap: number): string | false =>
  out.above - down.below < gap &&
  `${name} adds above ${out.above} % and removes below ${down.below} %; keep them ${gap === 1 ? 'apart' : `${gap} points apart`}, or the group goes up and down without end`;

function isTimeZone(name: string): boolean {
  try {
    return name.includes('/') && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
