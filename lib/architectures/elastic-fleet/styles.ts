import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import type { IScalingStrategy } from '../../constructs/compute/scaled-group';
import { ScalingStrategy } from '../../constructs/compute/scaling-strategy';

/** A way for the fleet to grow and shrink. */
export interface Style {
  readonly what: string;
  readonly scaling: (fleet: { readonly min: number; readonly max: number }) => readonly IScalingStrategy[];
  /**
   * Whether it needs an agent inside the instances.
   * @default false
   */
  readonly inside?: boolean;
}

const cpu = 50;

/** Every style, the one to begin with first. */
export const styles = {
  'by-target': {
    what: 'holds the average CPU use at 50 percent; Auto Scaling makes and keeps the alarms',
    scaling: () => [ScalingStrategy.targetTracking({ cpu })],
  },
  'by-requests': {
    what: 'holds 1,500 requests a minute for each instance, which it sees before the CPU shows them',
    scaling: () => [ScalingStrategy.requestsPerTarget({ perMinute: 1_500 })],
  },
  'by-steps': {
    what: 'adds one instance above 60 percent of CPU, two above 70, three above 80; removes one below 30',
    scaling: () => [
      ScalingStrategy.step({
        out: [
          { above: 60, add: 1 },
          { above: 70, add: 2 },
          { above: 80, add: 3 },
        ],
        in: { below: 30, remove: 1 },
      }),
    ],
  },
  'by-simple-alarms': {
    what: 'adds two above 50 percent of CPU, removes two below 30, and rests for five minutes after each',
    scaling: () => [ScalingStrategy.simple({ out: { above: 50, add: 2 }, in: { below: 30, remove: 2 } })],
  },
  'by-clock': {
    what: 'has more from 6:30 on working days and most from 17:30 to 21:30; in between it holds 50 percent of CPU',
    scaling: ({ min, max }) => [
      ScalingStrategy.scheduled({
        timeZone: 'Europe/Berlin',
        sizes: {
          Morning: { at: Schedule.cron({ hour: '6', minute: '30', weekDay: '1-5' }), min: Math.ceil(max / 3), max },
          Evening: { at: Schedule.cron({ hour: '17', minute: '30' }), min: Math.ceil((2 * max) / 3), max },
          Night: { at: Schedule.cron({ hour: '21', minute: '30' }), min, max },
        },
      }),
      ScalingStrategy.targetTracking({ cpu }),
    ],
  },
  'by-forecast': {
    what: 'has what the days before needed, five minutes ahead; what is more comes and goes by 50 percent of CPU',
    scaling: () => [
      ScalingStrategy.predictive({ cpu, act: true, ahead: Duration.minutes(5) }),
      ScalingStrategy.targetTracking({ cpu }),
    ],
  },
  'by-memory': {
    what: 'holds the average memory in use at 70 percent, which only an agent inside the instances sees',
    scaling: () => [ScalingStrategy.memory({ percent: 70 })],
    inside: true,
  },
} as const satisfies Readonly<Record<string, Style>>;

export type StyleName = keyof typeof styles;
