import { Duration, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../operations/alarm-topic';

export interface FailureQueueProps {
  /** Where the alarm reports to that goes off at the first failure. */
  readonly alarms: AlarmTopic;
  /**
   * Whether the redrive policy of a subscription names it besides, by which the rule packs know it for a dead-letter queue.
   * @default false
   */
  readonly takesUndelivered?: boolean;
}

/**
 * Where failures of asynchronous runs wait for a person, for as long as SQS keeps anything: 14 days. An alarm goes off at
 * the first.
 *
 * It is an end point: no function works it. For work that waits its turn take a `WorkQueue`.
 *
 * @claims serverless-async-dead-letter, serverless-destinations
 */
export class FailureQueue extends Construct {
  readonly queue: IQueue;
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: FailureQueueProps) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    if (!props.takesUndelivered)
      Validations.of(queue).acknowledge({
        id: 'AwsSolutions::AwsSolutions-SQS3',
        reason:
          'Only a failure destination writes here and no consumer reads, so no message can fail a second time; a person looks at them when the alarm goes off.',
      });
    Validations.of(queue).acknowledge({
      id: 'Serverless::Serverless-SQSRedrivePolicy',
      reason:
        'Messages of this queue have failed already and are received by people only; a redrive policy would hide one that was looked at a few times.',
    });
    this.alarm = props.alarms.alarm(this, 'Alarm', {
      alarmDescription: `An event failed for good and lies in ${this.node.path}, with the reason.`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.queue = queue;
  }
}
