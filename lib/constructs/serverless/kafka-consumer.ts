import { Duration, Fn, Names, Token, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  DestinationType,
  EventSourceMapping,
  StartingPosition,
  type IEventSourceMapping,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outsideDuration, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { AppFunction } from './app-function';
import type { AsyncDestination } from './async-destination';

/** What of EC2 the role of a function must be allowed (`unscopedActions`) that Lambda feeds from a network of its own choice. */
export const kafkaNetworkActions: readonly string[] = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

export interface KafkaConsumerProps {
  /** The cluster of Amazon MSK, which lets clients in by IAM: `arn:aws:kafka:<region>:<account>:cluster/<name>/<id>`. */
  readonly clusterArn: string;
  /** The topic to work. */
  readonly topic: string;
  /** The function that works it, with `kafkaNetworkActions` among its `unscopedActions`. */
  readonly consumer: AppFunction;
  /**
   * Where Lambda tells of a batch it gave up, after ten tries more: a standard queue or topic, or a bucket. The network of the cluster
   * needs an endpoint for it, as for Lambda and STS.
   */
  readonly onFailure: AsyncDestination;
  /** Where the alarm reports to that goes off when the function falls behind. */
  readonly alarms: AlarmTopic;
  /**
   * By which name the cluster remembers how far it has read; it cannot be changed later, and no other consumer may have it.
   * @default - made of the path of this construct
   */
  readonly group?: string;
  /**
   * Records a run gets at most, 1 to 10,000, and no more than 6 MB.
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * How long records are collected before a run starts, up to 300 seconds.
   * @default - half a second
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * How many records the function may be behind.
   * @default 10000
   */
  readonly lateAfter?: number;
}

/**
 * A function works a topic of Kafka, on a cluster there is already: Lambda reads each partition in order, from its oldest record,
 * and goes on when a batch is done. Without a place for failures Lambda would try one batch until Kafka forgets it.
 *
 * It makes no cluster, as one is billed by the hour whether anybody writes or not; `DataStream` is the stream that is not.
 *
 * @claims serverless-event-source-mapping
 */
export class KafkaConsumer extends Construct {
  readonly mapping: IEventSourceMapping;
  readonly group: string;
  /** Goes off when the function is behind by more than `lateAfter` records. */
  readonly late: IAlarm;

  constructor(scope: Construct, id: string, props: KafkaConsumerProps) {
    super(scope, id);
    const { clusterArn, topic, consumer, onFailure, batchSize = 100, maxBatchingWindow, lateAfter = 10_000 } = props;
    const { group = Names.uniqueResourceName(this, { maxLength: 200 }) } = props;
    const missing = kafkaNetworkActions.filter((action) => !consumer.unscopedActions.includes(action));
    refuse(this, [
      !Token.isUnresolved(clusterArn) &&
        !/^arn:[^:]+:kafka:[^:]+:\d{12}:cluster\/[^/]+\/[^/]+$/.test(clusterArn) &&
        `clusterArn is ${clusterArn}; give that of a cluster of Amazon MSK, such as arn:aws:kafka:eu-west-1:111122223333:cluster/name/id`,
      !Token.isUnresolved(topic) &&
        !/^[^.][\w.-]{0,248}$/.test(topic) &&
        `topic is "${topic}"; give 1 to 249 letters, digits, points, hyphens and underscores`,
      !/^[\w:/*+=.@-]{1,200}$/.test(group) &&
        `group is "${group}"; give 1 to 200 letters, digits and any of - / * : _ + = . @`,
      missing.length > 0 &&
        `consumer ${consumer.node.path} may not ${missing.join(', ')}, by which Lambda stands in the network of the cluster; give it unscopedActions: [...kafkaNetworkActions]`,
      ...onFailure.faults('stream').map((fault) => `onFailure ${fault}`),
      outsideRange('batchSize', batchSize, 1, 10_000),
      outsideDuration('maxBatchingWindow', maxBatchingWindow, Duration.seconds(0), Duration.seconds(300)),
      outsideRange('lateAfter', lateAfter, 1, 1_000_000_000),
    ]);

    this.group = group;
    this.mayRead(clusterArn, topic, consumer);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: consumer.function,
      eventSourceArn: clusterArn,
      kafkaTopic: topic,
      kafkaConsumerGroupId: group,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      onFailure: {
        bind: (_, handler) => onFailure.destination.bind(this, handler, { type: DestinationType.FAILURE }),
      },
      ...(maxBatchingWindow && { maxBatchingWindow }),
    });
    Validations.of(consumer.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'This function is run by a topic of Kafka and never asynchronously, so a dead-letter queue of its own would never be used; what it cannot work goes to the failure destination of the mapping.',
    });
    this.late = props.alarms.alarm(this, 'Late', {
      alarmDescription: `${consumer.node.path} is more than ${lateAfter} records behind ${topic}: it fails, or it is too slow.`,
      metric: consumer.function.metric('OffsetLag', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: lateAfter,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Lambda finds the cluster, and reads this one topic as this one group. */
  private mayRead(clusterArn: string, topic: string, { role }: AppFunction): void {
    const [before, name] = [0, 1].map((part) => Fn.select(part, Fn.split(':cluster/', clusterArn)));
    const of = (kind: string, what: string) => Fn.join('', [before, `:${kind}/`, name, '/', what]);
    const allow = (actions: string[], resource: string) =>
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(
      [
        'kafka:DescribeClusterV2',
        'kafka:GetBootstrapBrokers',
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeClusterDynamicConfiguration',
      ],
      clusterArn,
    );
    allow(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], of('topic', topic));
    allow(['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'], of('group', this.group));
  }
}
