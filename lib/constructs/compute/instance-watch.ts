import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  Metric,
  TreatMissingData,
  type IAlarm,
  type IAlarmAction,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnInstance, type IInstance } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { downtimeInWords } from './downtime-budget';
import { recoveryFault } from './instance-rules';

export interface InstanceWatchProps {
  readonly instance: IInstance;
  /** Who hears of every failed check. */
  readonly alarms: AlarmTopic;
  /**
   * Whether the instance is moved to other hardware of its zone when the hardware fails. Refused for one with local disks, and on a dedicated host.
   * @default true
   */
  readonly recover?: boolean;
  /**
   * Whether the instance is rebooted when its own system fails.
   * @default true
   */
  readonly reboot?: boolean;
  /**
   * How available it is promised to be, such as 0.999; its alarms then say how long it may be down in a year.
   * @default - nothing is promised
   */
  readonly availability?: number;
}

/**
 * The checks EC2 makes of a running instance every minute, and what is done when one fails twice (the own system three times, so that it is not rebooted
 * while it moves): a failure of the hardware moves it to other hardware, with its id, volumes and addresses; a failure of its own system reboots it; a
 * volume that cannot be reached is told.
 *
 * An instance that is stopped is not checked, which is no failure.
 *
 * @claims compute-status-alarms, compute-auto-recovery
 */
export class InstanceWatch extends Construct {
  readonly system: IAlarm;
  readonly own: IAlarm;
  readonly volumes: IAlarm;
  private readonly props: InstanceWatchProps;

  constructor(scope: Construct, id: string, props: InstanceWatchProps) {
    super(scope, id);
    const { instance, recover = true, reboot = true, availability } = props;
    const resource = instance.node.defaultChild;
    refuse(this, [
      recover && resource instanceof CfnInstance && recoveryFault(resource),
      availability !== undefined &&
        !(availability > 0 && availability < 1) &&
        `availability is ${availability}; give a share below 1, such as 0.999 for 99.9 %`,
    ]);
    this.props = props;
    this.system = this.alarm(
      'System',
      'StatusCheckFailed_System',
      `The hardware of ${instance.node.path} fails.${recover ? ' It is moved to other hardware.' : ''}`,
      2,
      recover && new Ec2Action(Ec2InstanceAction.RECOVER),
    );
    this.own = this.alarm(
      'Own',
      'StatusCheckFailed_Instance',
      `${instance.node.path} does not answer: its file system, memory or kernel.${reboot ? ' It is rebooted.' : ''}`,
      3,
      reboot && new Ec2Action(Ec2InstanceAction.REBOOT),
    );
    this.volumes = this.alarm(
      'Volumes',
      'StatusCheckFailed_AttachedEBS',
      `A volume of ${instance.node.path} cannot be reached.`,
      2,
      false,
    );
  }

  private alarm(
    id: string,
    metricName: string,
    what: string,
    evaluationPeriods: number,
    action: IAlarmAction | false,
  ): IAlarm {
    const { instance, alarms, availability } = this.props;
    const budget =
      availability === undefined
        ? ''
        : ` At ${Number((availability * 100).toPrecision(7))} % it may be down for ${downtimeInWords(availability)} a year.`;
    return alarms.alarm(
      this,
      id,
      {
        alarmDescription: `${what}${budget}`,
        metric: new Metric({
          namespace: 'AWS/EC2',
          metricName,
          dimensionsMap: { InstanceId: instance.instanceId },
          statistic: 'Maximum',
          period: Duration.minutes(1),
        }),
        threshold: 1,
        evaluationPeriods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      },
      ...(action ? [action] : []),
    );
  }
}
