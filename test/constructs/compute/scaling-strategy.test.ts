import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import { Template } from 'aws-cdk-lib/assertions';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import type { IScalingStrategy } from '../../../lib/constructs/compute/scaled-group';
import { ScalingStrategy } from '../../../lib/constructs/compute/scaling-strategy';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const size = { minCapacity: 2, maxCapacity: 12, isBalanced: true };
const faults = (strategy: IScalingStrategy, other: Partial<typeof size> = {}) =>
  strategy.faults({ ...size, ...other }).filter(Boolean);
const made = (...scaling: IScalingStrategy[]): Template => {
  const parts = new Parts(testStack());
  const targets = parts.pool();
  parts.balancer(targets);
  parts.fleet({ targets, scaling, size: FleetSize.between(2, 12), bootTime: Duration.minutes(3) });
  return Template.fromStack(parts.stack);
};
const policies = (template: Template) =>
  Object.values(template.findResources('AWS::AutoScaling::ScalingPolicy')).map(
    ({ Properties: { AutoScalingGroupName, ...policy } }) => policy,
  );
/** Alarms that act on the group, by what they do. */
const alarms = (template: Template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties)
    .filter(({ MetricName }) => MetricName === 'CPUUtilization');
const minutes = (amount: number): Duration => Duration.minutes(amount);

describe('target tracking', () => {
  test.each([35, 40, 50])(
    'holds the average CPU use at %d percent, without alarms of our own [compute-asg-target-tracking]',
    (cpu) => {
      const template = made(ScalingStrategy.targetTracking({ cpu }));
      expect(policies(template)).toEqual([
        {
          PolicyType: 'TargetTrackingScaling',
          EstimatedInstanceWarmup: 180,
          TargetTrackingConfiguration: {
            PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
            TargetValue: cpu,
            DisableScaleIn: false,
          },
        },
      ]);
      expect(alarms(template)).toEqual([]);
    },
  );

  test('or the requests each instance gets [compute-asg-target-tracking]', () => {
    const [policy] = policies(made(ScalingStrategy.requestsPerTarget({ perMinute: 600 })));
    expect(policy).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: 180,
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
        TargetValue: 600,
      },
    });
    const label = JSON.stringify(policy!.TargetTrackingConfiguration.PredefinedMetricSpecification.ResourceLabel);
    expect(label).toMatch(/EntryBalancerHttp.*PoolGroup.*TargetGroupFullName/);
  });

  test('removal can be left to another [compute-asg-target-tracking]', () => {
    const [policy] = policies(made(ScalingStrategy.targetTracking({ cpu: 50, scaleOutOnly: true })));
    expect(policy!.TargetTrackingConfiguration.DisableScaleIn).toBe(true);
  });

  test.each([1, 100])('%d percent can be held [compute-asg-target-tracking]', (cpu) => {
    expect(faults(ScalingStrategy.targetTracking({ cpu }))).toEqual([]);
  });

  test.each([0, 0.5, 101, 140, -1, NaN])('fails when it is to hold %d percent [compute-asg-target-tracking]', (cpu) => {
    expect(faults(ScalingStrategy.targetTracking({ cpu }))).toEqual([
      `targetTracking.cpu is ${cpu} %; give 1 to 100 %`,
    ]);
  });

  test('fails when there may be no instance to read [compute-asg-target-tracking]', () => {
    expect(faults(ScalingStrategy.targetTracking({ cpu: 50 }), { minCapacity: 0 })).toEqual([
      'targetTracking reads the CPU use of running instances but minCapacity is 0; with none left it has nothing to grow from, so give 1 or more',
    ]);
  });

  test('fails when requests are counted where none arrive, or none per instance is wanted [compute-asg-target-tracking]', () => {
    expect(faults(ScalingStrategy.requestsPerTarget({ perMinute: 0 }), { isBalanced: false })).toEqual([
      'requestsPerTarget.perMinute is 0 requests; give a whole number from 1 to 10000000 requests',
      'requestsPerTarget counts requests but the group has no targets; give targets, or scale on cpu',
    ]);
  });
});

describe('step', () => {
  const outs = [
    { above: 60, add: 1 },
    { above: 70, add: 2 },
    { above: 80, add: 3 },
  ];
  const down = { below: 30, remove: 1 };

  test('adds one above 60 %, two above 70 % and three above 80 %, and removes one below 30 % [compute-asg-step]', () => {
    const template = made(ScalingStrategy.step({ out: outs, in: down, warmup: minutes(4) }));
    const adjustments = policies(template).map(({ StepAdjustments, ...rest }) => [rest, StepAdjustments]);
    const common = {
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      MetricAggregationType: 'Average',
      EstimatedInstanceWarmup: 240,
    };
    expect(adjustments).toEqual([
      [common, [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }]],
      [
        common,
        [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 10, MetricIntervalUpperBound: 20, ScalingAdjustment: 2 },
          { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
        ],
      ],
    ]);
    expect(alarms(template).map(({ Threshold, ComparisonOperator }) => [Threshold, ComparisonOperator])).toEqual([
      [30, 'LessThanOrEqualToThreshold'],
      [60, 'GreaterThanOrEqualToThreshold'],
    ]);
  });

  test('adds two above 70 % and removes one below 30 % [compute-asg-step]', () => {
    const template = made(ScalingStrategy.step({ out: [{ above: 70, add: 2 }], in: down }));
    expect(policies(template).map(({ StepAdjustments }) => StepAdjustments)).toEqual([
      [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }],
      [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    ]);
  });

  test('a new instance warms up as long as a boot takes unless said otherwise, and no rest is written, for it would be ignored [compute-asg-step, compute-asg-cooldown]', () => {
    for (const policy of policies(made(ScalingStrategy.step({ out: outs, in: down })))) {
      expect(policy.EstimatedInstanceWarmup).toBe(180);
      expect(policy.Cooldown).toBeUndefined();
    }
  });

  test.each([
    [{ out: [], in: down }, 'step.out is empty; give at least one step such as { above: 70, add: 2 }'],
    [
      { out: [{ above: 70, add: -1 }], in: down },
      'step.out[0].add is -1 instances; give a whole number from 1 to 1000 instances',
    ],
    [{ out: [{ above: 101, add: 1 }], in: down }, 'step.out[0].above is 101 %; give 1 to 100 %'],
    [{ out: [outs[1], outs[0]], in: down }, 'step.out[1] is above 60 % add 1, after above 70 % add 2; go up in both'],
    [
      { out: [outs[0], { above: 70, add: 1 }], in: down },
      'step.out[1] is above 70 % add 1, after above 60 % add 1; go up in both',
    ],
    [
      { out: outs, in: { below: 30, remove: 0 } },
      'step.in.remove is 0 instances; give a whole number from 1 to 1000 instances',
    ],
    [{ out: outs, in: { below: -5, remove: 1 } }, 'step.in.below is -5 %; give 0 to 99 %'],
    [
      { out: outs, in: { below: 60, remove: 1 } },
      'step adds above 60 % and removes below 60 %; keep them apart, or the group goes up and down without end',
    ],
    [{ out: outs, in: down, warmup: minutes(61) }, 'step.warmup is 1 hour 1 minute; give 0 seconds to 1 hour'],
  ])('fails when steps make no stair: %# [compute-asg-step]', (options, fault) => {
    expect(faults(ScalingStrategy.step(options))).toEqual([fault]);
  });
});

describe('simple', () => {
  const out = { above: 60, add: 2 };
  const down = { below: 40, remove: 2 };

  test('adds two above its threshold and removes two below the other, and rests five minutes after each [compute-asg-simple, compute-asg-cooldown]', () => {
    const template = made(ScalingStrategy.simple({ out: { ...out, above: 50 }, in: { ...down, below: 40 } }));
    const simple = { PolicyType: 'SimpleScaling', AdjustmentType: 'ChangeInCapacity', Cooldown: '300' };
    expect(policies(template)).toEqual([
      { ...simple, ScalingAdjustment: 2 },
      { ...simple, ScalingAdjustment: -2 },
    ]);
    const ids = Object.keys(template.findResources('AWS::AutoScaling::ScalingPolicy'));
    expect(
      alarms(template).map((alarm) => [
        alarm.Threshold,
        alarm.ComparisonOperator,
        alarm.Statistic,
        alarm.AlarmActions,
        alarm.Dimensions[0].Name,
      ]),
    ).toEqual([
      [50, 'GreaterThanThreshold', 'Average', [{ Ref: ids[0] }], 'AutoScalingGroupName'],
      [40, 'LessThanThreshold', 'Average', [{ Ref: ids[1] }], 'AutoScalingGroupName'],
    ]);
  });

  test('the rest can be chosen [compute-asg-simple, compute-asg-cooldown]', () => {
    const chosen = policies(made(ScalingStrategy.simple({ out, in: down, cooldown: minutes(10) })));
    expect(chosen.map(({ Cooldown }) => Cooldown)).toEqual(['600', '600']);
  });

  test('50 and 50 flaps: fails when thresholds are less than ten points apart, unless that is accepted [compute-asg-simple]', () => {
    const options = { out: { above: 50, add: 2 }, in: { below: 50, remove: 2 } };
    expect(faults(ScalingStrategy.simple(options))).toEqual([
      'simple adds above 50 % and removes below 50 %; keep them 10 points apart, or the group goes up and down without end',
    ]);
    expect(faults(ScalingStrategy.simple({ ...options, in: { below: 41, remove: 2 } }))).toHaveLength(1);
    expect(faults(ScalingStrategy.simple({ ...options, in: { below: 40, remove: 2 } }))).toEqual([]);
    expect(faults(ScalingStrategy.simple({ ...options, acceptFlapping: true }))).toEqual([]);
  });

  test('fails when it adds or removes nothing, or rests for longer than a day [compute-asg-simple]', () => {
    expect(
      faults(
        ScalingStrategy.simple({
          out: { above: 70, add: 0 },
          in: { below: 30, remove: -2 },
          cooldown: Duration.hours(25),
        }),
      ),
    ).toEqual([
      'simple.out.add is 0 instances; give a whole number from 1 to 1000 instances',
      'simple.in.remove is -2 instances; give a whole number from 1 to 1000 instances',
      'simple.cooldown is 1 day 1 hour; give 0 seconds to 1 day',
    ]);
  });
});

describe('scheduled', () => {
  const friday = Schedule.cron({ minute: '0', hour: '17', weekDay: '5' });
  const monday = Schedule.cron({ minute: '0', hour: '6', weekDay: '1' });
  const scheduled = (sizes: Parameters<typeof ScalingStrategy.scheduled>[0]['sizes'], timeZone = 'Europe/Berlin') =>
    ScalingStrategy.scheduled({ timeZone, sizes });

  test('a minimum of ten at 17:00 on Fridays, and two again on Mondays [compute-asg-scheduled]', () => {
    const template = made(scheduled({ Weekend: { at: friday, min: 10 }, Week: { at: monday, min: 2, max: 12 } }));
    const actions = Object.values(template.findResources('AWS::AutoScaling::ScheduledAction')).map(
      ({ Properties: { AutoScalingGroupName, ...action } }) => action,
    );
    expect(actions).toEqual([
      { Recurrence: '0 17 * * 5', TimeZone: 'Europe/Berlin', MinSize: 10 },
      { Recurrence: '0 6 * * 1', TimeZone: 'Europe/Berlin', MinSize: 2, MaxSize: 12 },
    ]);
  });

  test('a deployment does not undo what the clock has set [compute-asg-scheduled]', () => {
    const template = made(scheduled({ Weekend: { at: friday, min: 10 } }));
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      UpdatePolicy: { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } },
    });
  });

  test.each([
    [{ A: { at: friday, min: 13 } }, "scheduled.sizes.A has min 13 above the group's maximum of 12; give it a max too"],
    [{ A: { at: friday, min: 10, max: 9 } }, 'scheduled.sizes.A has min 10 above its max 9; turn them round'],
    [{ A: { at: friday, max: 1 } }, "scheduled.sizes.A has max 1 below the group's minimum of 2; give it a min too"],
    [{ A: { at: friday } }, 'scheduled.sizes.A changes nothing; give min, max or both'],
    [
      { A: { at: friday, min: -1 } },
      'scheduled.sizes.A.min is -1 instances; give a whole number from 0 to 10000 instances',
    ],
    [{}, 'scheduled.sizes is empty; give at least one, and one that undoes it'],
  ])('fails when a size is none: %# [compute-asg-scheduled]', (sizes, fault) => {
    expect(faults(scheduled(sizes))).toEqual([fault]);
  });

  test('a minimum above the usual maximum goes with a maximum of its own [compute-asg-scheduled]', () => {
    expect(faults(scheduled({ A: { at: friday, min: 20, max: 30 }, B: { at: monday, min: 2, max: 12 } }))).toEqual([]);
  });

  test.each(['CET+1', 'Berlin', 'Europe/Atlantis', ''])(
    'fails when the time zone is "%s" [compute-asg-scheduled]',
    (timeZone) => {
      expect(faults(scheduled({ A: { at: friday, min: 10 } }, timeZone))).toEqual([
        `scheduled.timeZone is ${timeZone}; give an IANA name such as Europe/Berlin`,
      ]);
    },
  );
});

describe('predictive', () => {
  const configuration = (options: Omit<Parameters<typeof ScalingStrategy.predictive>[0], 'cpu'> = {}) =>
    policies(made(ScalingStrategy.predictive({ cpu: 40, ...options })))[0];

  test('forecasts first, and acts when asked to; what it may do to the maximum is written out [compute-asg-predictive]', () => {
    expect(configuration()).toEqual({
      PolicyType: 'PredictiveScaling',
      PredictiveScalingConfiguration: {
        Mode: 'ForecastOnly',
        SchedulingBufferTime: 300,
        MaxCapacityBreachBehavior: 'HonorMaxCapacity',
        MetricSpecifications: [
          { TargetValue: 40, PredefinedMetricPairSpecification: { PredefinedMetricType: 'ASGCPUUtilization' } },
        ],
      },
    });
    expect(
      configuration({ act: true, ahead: minutes(10), aboveMaximum: 25 })!.PredictiveScalingConfiguration,
    ).toMatchObject({
      Mode: 'ForecastAndScale',
      SchedulingBufferTime: 600,
      MaxCapacityBreachBehavior: 'IncreaseMaxCapacity',
      MaxCapacityBuffer: 25,
    });
  });

  test('fails when it plans for what there is not [compute-asg-predictive]', () => {
    expect(faults(ScalingStrategy.predictive({ cpu: 140, ahead: minutes(61), aboveMaximum: 101 }))).toEqual([
      'predictive.cpu is 140 %; give 1 to 100 %',
      'predictive.ahead is 1 hour 1 minute; give 0 seconds to 1 hour',
      'predictive.aboveMaximum is 101 %; give a whole number from 0 to 100 %',
    ]);
  });
});
