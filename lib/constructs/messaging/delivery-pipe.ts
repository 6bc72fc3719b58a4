import { Aws, Duration, Size, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream, type CfnDeliveryStreamProps } from 'aws-cdk-lib/aws-kinesisfirehose';
import { CfnLogStream, LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { outsideDuration, outsideSize, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { AppFunction } from '../serverless/app-function';
import type { DataStream } from './data-stream';
import type { DeliveryDestination } from './delivery-destination';

export interface DeliveryPipeProps {
  /** Where records go. */
  readonly destination: DeliveryDestination;
  /** What is written, as the description of the role: `Writes access logs of an API`. */
  readonly description: string;
  /**
   * The stream whose records it takes.
   * @default - none; whoever may, puts records into the pipe itself
   */
  readonly source?: DataStream;
  /**
   * What each record goes through on the way; it must answer as `transformRecords` of `lambda/shared/transform.ts` does. A
   * timeout above five minutes is refused, as Firehose waits no longer.
   * @default - records arrive as they were put
   */
  readonly transform?: AppFunction;
  /**
   * How long records are gathered, 0 to 900 whole seconds; to Splunk up to 60.
   * @default Duration.seconds(60)
   */
  readonly bufferInterval?: Duration;
  /**
   * How much is gathered at most, 1 to 128 whole MiB; less for other destinations than buckets.
   * @default Size.mebibytes(5)
   */
  readonly bufferSize?: Size;
  /**
   * Where alarms report to when records are late. With it, errors of delivery are logged too.
   * @default - nobody is told, and no errors are logged: for records of records, which nobody waits for
   */
  readonly alarms?: AlarmTopic;
  /**
   * The delivery stream's name, where its writer asks for one.
   * @default - CloudFormation gives it one
   */
  readonly streamName?: string;
}

/** How many times the buffer's interval records may be late: what is tried again or transformed takes its time. */
const patience = 5;
const longestTransform = Duration.minutes(5);

/**
 * A Data Firehose stream that gathers records for a minute and puts them down for keeping: it needs no servers, scales by itself,
 * is billed by volume, and is near real time, no more. It may write where it is told, and nowhere else.
 *
 * @claims messaging-delivery-stream, messaging-delivery-transform, messaging-delivery-destinations
 */
export class DeliveryPipe extends Construct {
  readonly stream: CfnDeliveryStream;
  /** What could not be delivered, and why; there with `alarms`. */
  readonly errors?: ILogGroup;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: DeliveryPipeProps) {
    super(scope, id);
    const { destination, source, transform, alarms, streamName } = props;
    const { bufferInterval = Duration.seconds(60), bufferSize = Size.mebibytes(5) } = props;
    const { longestSeconds, mostMebibytes, metric } = destination.kind;
    refuse(this, [
      ...destination.faults(),
      outsideDuration('bufferInterval', bufferInterval, Duration.seconds(0), Duration.seconds(longestSeconds)),
      outsideSize('bufferSize', bufferSize, 1, mostMebibytes),
      transform &&
        transform.timeout.toSeconds() > longestTransform.toSeconds() &&
        `transform has a timeout of ${transform.timeout.toHumanString()}, and Firehose waits ${longestTransform.toHumanString()}; give the function no more`,
    ]);

    this.role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.errors = alarms && new LogGroup(this, 'Errors');
    const bound = destination.bind({
      role: this.role,
      bufferingHints: { intervalInSeconds: bufferInterval.toSeconds(), sizeInMBs: bufferSize.toMebibytes() },
      common: {
        ...(transform && { processingConfiguration: this.processing(transform) }),
        ...(this.errors && { cloudWatchLoggingOptions: this.logging(this.errors) }),
      },
    });
    this.stream = new CfnDeliveryStream(this, 'Stream', {
      ...(streamName !== undefined && { deliveryStreamName: streamName }),
      ...(source ? this.from(source) : direct),
      ...bound,
    });
    if (source)
      Validations.of(this.stream).acknowledge({
        id: 'AwsSolutions::AwsSolutions-KDF1',
        reason:
          'What it gathers is encrypted by the key of the stream it reads; Firehose takes a setting of its own only where records are put directly.',
      });
    // Firehose tries at once what it may do.
    const policy = this.role.node.tryFindChild('DefaultPolicy');
    if (policy) this.stream.node.addDependency(policy);
    // On destroy the stream goes first, so that it writes nothing into a bucket that was just emptied.
    this.stream.node.addDependency(destination.bucket);
    if (alarms) this.watch(alarms, `${metric}.DataFreshness`, bufferInterval, source);
  }

  private from({ stream }: DataStream): Partial<CfnDeliveryStreamProps> {
    stream.grant(
      this.role,
      'kinesis:DescribeStream',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    );
    stream.encryptionKey?.grantDecrypt(this.role);
    return {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: this.role.roleArn },
    };
  }

  private processing(transform: AppFunction): CfnDeliveryStream.ProcessingConfigurationProperty {
    Validations.of(transform.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Firehose waits for the answer of this function, and puts aside what it could not transform, so that a dead-letter queue would never be used.',
    });
    const unpublished = `${transform.function.functionArn}:$LATEST`;
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [transform.function.functionArn, unpublished],
      }),
    );
    const parameters = {
      LambdaArn: unpublished,
      RoleArn: this.role.roleArn,
      NumberOfRetries: '3',
      // What comes back must fit into 6 MB, which text that grows or base64 would not.
      BufferSizeInMBs: '1',
      BufferIntervalInSeconds: '60',
    };
    return {
      enabled: true,
      processors: [
        {
          type: 'Lambda',
          parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({
            parameterName,
            parameterValue,
          })),
        },
      ],
    };
  }

  private logging(logGroup: ILogGroup): CfnDeliveryStream.CloudWatchLoggingOptionsProperty {
    // The CDK's own would be kept when the group is gone.
    const { ref: logStreamName } = new CfnLogStream(this, 'Deliveries', { logGroupName: logGroup.logGroupName });
    logGroup.grantWrite(this.role);
    return { enabled: true, logGroupName: logGroup.logGroupName, logStreamName };
  }

  private watch(alarms: AlarmTopic, freshness: string, interval: Duration, source?: DataStream): void {
    const late = (id: string, alarmDescription: string, metricName: string, threshold: number) =>
      alarms.alarm(this, id, {
        alarmDescription,
        metric: new Metric({
          namespace: 'AWS/Firehose',
          metricName,
          dimensionsMap: { DeliveryStreamName: this.stream.ref },
          statistic: 'Maximum',
          period: Duration.minutes(5),
        }),
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    const seconds = patience * Math.max(60, interval.toSeconds());
    const path = this.node.path;
    late('Late', `${path} holds records that it should have delivered; its error log says why.`, freshness, seconds);
    if (source)
      late(
        'Behind',
        `${path} is behind the stream it reads, which will forget what it has not read.`,
        'KinesisMillisBehindLatest',
        1000 * seconds,
      );
  }
}

/** Records from a stream are encrypted by the stream; those put directly by a key of Firehose, free of charge. */
const direct: Partial<CfnDeliveryStreamProps> = {
  deliveryStreamType: 'DirectPut',
  deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
};
