import { Duration } from 'aws-cdk-lib';
import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { FlowCapture, FlowDestination, FlowSource } from '../../constructs/network/flow-capture';
import { RejectedPortAlarm } from '../../constructs/network/rejected-port-alarm';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';

export interface KnockWatchProps {
  /** A public subnet. */
  readonly subnet: ISubnet;
  readonly alarms: AlarmTopic;
}

/** Tells when somebody knocks at SSH or RDP in a subnet: its flow logs in CloudWatch, minute by minute, and the alarm on them. */
export class KnockWatch extends Construct {
  readonly capture: FlowCapture;
  readonly knocks: RejectedPortAlarm;

  constructor(scope: Construct, id: string, { subnet, alarms }: KnockWatchProps) {
    super(scope, id);
    this.capture = new FlowCapture(this, 'Capture', {
      source: FlowSource.subnet(subnet),
      destination: FlowDestination.logs(),
      aggregation: Duration.minutes(1),
      twiceReason:
        'An alarm needs records in CloudWatch Logs within minutes, queries need those of the whole network where they are cheapest to keep; what is paid twice are the public subnets alone.',
    });
    this.knocks = new RejectedPortAlarm(this, 'Knocks', { capture: this.capture, alarms });
  }
}
