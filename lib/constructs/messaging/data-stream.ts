import { Duration, Size, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  Stream,
  StreamConsumer,
  StreamEncryption,
  type CfnStream,
  type IStream,
  type IStreamConsumer,
} from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { StreamCapacity } from './stream-capacity';
import { StreamScaler } from './stream-scaler';

export interface DataStreamProps {
  /** Where alarms report to: of writers and readers that are turned away, and of readers that fall behind. */
  readonly alarms: AlarmTopic;
  /**
   * How much it takes.
   * @default StreamCapacity.shards(1)
   */
  readonly capacity?: StreamCapacity;
  /**
   * How long a record can be read, by whomever and however often: 24 to 8,760 whole hours. The first 24 are included in the
   * price.
   * @default Duration.hours(24)
   */
  readonly retention?: Duration;
  /**
   * Why records are kept longer than 24 hours, as every hour more is billed; refused without need, and needed beyond.
   * @default - none, for 24 hours
   */
  readonly retentionReason?: string;
  /**
   * The most one record may hold, with its key: 1 to 10 MiB, in whole KiB. A shard still takes 1 MB in a second on average.
   * @default Size.mebibytes(1)
   */
  readonly maxRecordSize?: Size;
  /**
   * A key to encrypt it with that one can control and withdraw.
   * @default - the key that AWS manages for Kinesis in this account
   */
  readonly encryptionKey?: IKey;
  /**
   * How far a reader may be behind before an alarm goes off. What is older than the retention is lost to it.
   * @default - half of the retention
   */
  readonly tolerableLag?: Duration;
}

const included = Duration.hours(24);
const longest = Duration.hours(8760);
const mostDedicatedReaders = 20;

/**
 * One moving window over what many writers write, for many readers, each at its own pace: reading takes nothing away. Order
 * holds within a shard, so for records of one key.
 *
 * @claims messaging-stream, messaging-stream-capacity, messaging-stream-retention, messaging-stream-record-size,
 * messaging-stream-consumers
 */
export class DataStream extends Construct {
  readonly stream: IStream;
  readonly retention: Duration;
  readonly maxRecordSize: Size;
  /** What doubles and halves it, if its capacity is scaled. */
  readonly scaler?: StreamScaler;
  private readonly dedicatedReaders: IStreamConsumer[] = [];

  constructor(scope: Construct, id: string, props: DataStreamProps) {
    super(scope, id);
    const { capacity = StreamCapacity.shards(1), retention = included, maxRecordSize = Size.mebibytes(1) } = props;
    const { retentionReason: reason, tolerableLag, encryptionKey } = props;
    refuse(this, [
      ...capacity.faults(),
      ...retentionFaults(retention, reason),
      recordSizeFault(maxRecordSize),
      outsideDuration('tolerableLag', tolerableLag, Duration.minutes(1), retention),
    ]);

    const stream = new Stream(this, 'Stream', {
      ...capacity.props,
      retentionPeriod: retention,
      ...(encryptionKey
        ? { encryption: StreamEncryption.KMS, encryptionKey }
        : { encryption: StreamEncryption.MANAGED }),
    });
    (stream.node.defaultChild as CfnStream).maxRecordSizeInKiB = maxRecordSize.toKibibytes();
    if (encryptionKey)
      Validations.of(stream).acknowledge({
        id: 'AwsSolutions::AwsSolutions-KDS3',
        reason:
          'A key of its own was asked for, so that access can be controlled and withdrawn by the key too; its monthly price is part of the bill.',
      });
    this.stream = stream;
    this.retention = retention;
    this.maxRecordSize = maxRecordSize;
    this.watch(props.alarms, tolerableLag ?? Duration.seconds(retention.toSeconds() / 2));
    if (capacity.scaled)
      this.scaler = new StreamScaler(this, 'Scaling', { stream, bounds: capacity.scaled, alarms: props.alarms });
  }

  /** Lets it put records, and ask nothing. */
  grantWrite(grantee: IGrantable): Grant {
    const grant = this.stream.grant(grantee, 'kinesis:PutRecord', 'kinesis:PutRecords');
    this.stream.encryptionKey?.grantEncrypt(grantee);
    return grant;
  }

  /** Lets it read at its own pace, by the throughput that all such readers share. */
  grantRead(grantee: IGrantable): Grant {
    const grant = this.stream.grant(
      grantee,
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    );
    this.stream.encryptionKey?.grantDecrypt(grantee);
    return grant;
  }

  /**
   * A reader with throughput of its own, 2 MB in a second from each shard, to whom records are pushed. It is billed by the
   * hour for each shard, and by volume; up to 20 of them.
   */
  addDedicatedReader(id: string): IStreamConsumer {
    refuse(this, [
      this.dedicatedReaders.length >= mostDedicatedReaders &&
        `${id} would be dedicated reader ${mostDedicatedReaders + 1}; a stream has at most ${mostDedicatedReaders}, so let some share, or read one that hands on`,
    ]);
    const reader = new StreamConsumer(this, id, {
      stream: this.stream,
      streamConsumerName: `${this.node.addr.slice(-8)}-${id}`,
    });
    this.dedicatedReaders.push(reader);
    return reader;
  }

  private watch(alarms: AlarmTopic, lag: Duration): void {
    const name = this.node.path;
    const over = (
      alarmId: string,
      alarmDescription: string,
      metricName: string,
      statistic: string,
      threshold: number,
    ) =>
      alarms.alarm(this, alarmId, {
        alarmDescription,
        metric: this.stream.metric(metricName, { statistic, period: Duration.minutes(5) }),
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    over(
      'WritesThrottled',
      `${name} turns records away: its shards take no more, or one key gets too many.`,
      'WriteProvisionedThroughputExceeded',
      Stats.SUM,
      0,
    );
    over(
      'ReadsThrottled',
      `${name} turns readers away: too many share it.`,
      'ReadProvisionedThroughputExceeded',
      Stats.SUM,
      0,
    );
    over(
      'Behind',
      `A reader of ${name} is ${lag.toHumanString()} behind; what is older than ${this.retention.toHumanString()} it will never see.`,
      'GetRecords.IteratorAgeMilliseconds',
      Stats.MAXIMUM,
      lag.toMilliseconds(),
    );
  }
}

function retentionFaults(retention: Duration, reason?: string): (string | false | undefined)[] {
  const isLonger = !retention.isUnresolved() && retention.toSeconds({ integral: false }) > included.toSeconds();
  return [
    outsideDuration('retention', retention, included, longest),
    isLonger &&
      !reason &&
      `retention is ${retention.toHumanString()} without a retentionReason; every hour beyond 24 is billed, so say what it is for or leave it out`,
    !isLonger && reason !== undefined && `retentionReason is "${reason}", but 24 hours are included; leave it out`,
  ];
}

function recordSizeFault(size: Size): string | undefined {
  if (size.isUnresolved()) return undefined;
  const kib = size.toBytes() / 1024;
  if (Number.isInteger(kib) && kib >= 1024 && kib <= 10_240) return undefined;
  return `maxRecordSize is ${kib} KiB; give a whole number of KiB from 1024 to 10240`;
}
