import { Aws, Duration, Fn } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { FlowCapture } from './flow-capture';
import { flowRecordFields } from './flow-record';
import { portFault } from './ports';

export interface RejectedPortAlarmProps {
  /** What is listened to; refused unless its records go to a log group. */
  readonly capture: FlowCapture;
  readonly alarms: AlarmTopic;
  /**
   * The TCP ports nobody should knock at.
   * @default - 22 (SSH) and 3389 (RDP)
   */
  readonly ports?: readonly number[];
  /**
   * Refused connections within five minutes that are one too many, 1 or more. What is open to the internet is knocked at
   * all day.
   * @default 1
   */
  readonly attempts?: number;
}

/**
 * Tells when somebody knocks at a port of administration and is refused: a metric filter on flow logs, the alarm on its count.
 *
 * A record is minutes late, and sums up a span: ten knocks of one source in it are one attempt.
 *
 * @claims network-flow-log-alarm
 */
export class RejectedPortAlarm extends Construct {
  readonly alarm: IAlarm;
  /** What a record must look like to be counted, as CloudWatch Logs writes it. */
  readonly pattern: string;

  constructor(scope: Construct, id: string, props: RejectedPortAlarmProps) {
    super(scope, id);
    const { capture, ports = [22, 3389], attempts = 1 } = props;
    const { logGroup } = capture;
    refuse(this, [
      !logGroup && `capture ${capture.node.path} writes to no log group; give it FlowDestination.logs()`,
      ports.length === 0 && 'ports are none; name at least one, or leave them out',
      ...ports.map((port) => portFault('port', port)),
      outsideRange('attempts', attempts, 1, 1_000_000),
    ]);

    this.pattern = patternOf(ports);
    const filter = new MetricFilter(this, 'Knocks', {
      logGroup: logGroup!,
      filterPattern: FilterPattern.literal(this.pattern),
      metricNamespace: Fn.join('/', ['Groundplan', Aws.STACK_NAME]),
      metricName: `RejectedKnocks-${this.node.addr.slice(-8)}`,
      metricValue: '1',
    });
    this.alarm = props.alarms.alarm(this, 'Alarm', {
      alarmDescription: `Somebody knocked at port ${ports.join(' or ')} of ${capture.node.path} and was refused.`,
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: attempts,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** Every field by its name, in the order of the record, with a condition on three of them. */
function patternOf(ports: readonly number[]): string {
  const conditions: Readonly<Record<string, string>> = {
    dstport: ports.map((port) => `dstport=${port}`).join(' || '),
    protocol: 'protocol=6',
    action: 'action=REJECT',
  };
  const fields = flowRecordFields.map((field) => conditions[field] ?? field.replaceAll('-', '_'));
  return `[${fields.join(', ')}]`;
}
