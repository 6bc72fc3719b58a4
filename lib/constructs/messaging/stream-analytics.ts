import { ArnFormat, Aws, Duration, Stack, Token } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { CfnApplication, CfnApplicationCloudWatchLoggingOption } from 'aws-cdk-lib/aws-kinesisanalyticsv2';
import { CfnLogStream, LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { hourlyCostFault, outsideRange, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { DataStream } from './data-stream';

/** A program for Flink, as it lies in a bucket. */
export interface FlinkProgram {
  readonly bucket: IBucket;
  /** The JAR with everything in it, or a ZIP of a Python program. */
  readonly key: string;
  /**
   * Which version of the object.
   * @default - the newest when the application is made or changed
   */
  readonly version?: string;
}

export interface StreamAnalyticsProps {
  /** What it reads. */
  readonly source: DataStream;
  readonly program: FlinkProgram;
  /** Why an hourly price, for two processing units and more, is accepted; refused without. A window function costs by use. */
  readonly acceptHourlyCost: string;
  /** Where alarms report to: of an application that is down, or that cannot save where it is. */
  readonly alarms: AlarmTopic;
  /**
   * Processing units it works with at the beginning, 1 to 64, each with a processor and 4 GB; it takes more by itself. One more
   * is billed for its conductor.
   * @default 1
   */
  readonly units?: number;
  /**
   * Settings for the program, by group.
   * @default - it gets the name of the stream and the region in the group `source`
   */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Computing on a stream while it flows, for what a function with a window cannot: windows that slide, joins of streams, state for
 * hours. It is Managed Service for Apache Flink, with a checkpoint each minute, from which it goes on after a failure as if there
 * had been none.
 *
 * A deployment makes it and does not start it: until `aws kinesisanalyticsv2 start-application` it costs nothing.
 *
 * @claims messaging-stream-analytics
 */
export class StreamAnalytics extends Construct {
  readonly application: CfnApplication;
  /** What the program runs as; grant it where results go. */
  readonly role: IRole;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: StreamAnalyticsProps) {
    super(scope, id);
    const { source, program, acceptHourlyCost, units = 1, settings = {} } = props;
    refuse(this, [
      hourlyCostFault(
        acceptHourlyCost,
        'an application of two processing units and more',
        'count with a StreamConsumer and its tumblingWindow',
      ),
      outsideRange('units', units, 1, 64),
      !Token.isUnresolved(program.key) &&
        !/\.(jar|zip)$/.test(program.key) &&
        `program.key is ${program.key}; name a .jar, or a .zip of a Python program`,
    ]);

    const role = new Role(this, 'Role', {
      description: `Runs ${this.node.path}`,
      assumedBy: new ServicePrincipal('kinesisanalytics.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.role = role;
    this.logGroup = new LogGroup(this, 'Logs');
    this.application = new CfnApplication(this, 'Application', {
      applicationMode: 'STREAMING',
      runtimeEnvironment: 'FLINK-1_20',
      serviceExecutionRole: role.roleArn,
      applicationConfiguration: {
        applicationCodeConfiguration: { codeContentType: 'ZIPFILE', codeContent: { s3ContentLocation: at(program) } },
        applicationSnapshotConfiguration: { snapshotsEnabled: true },
        applicationSystemRollbackConfiguration: { rollbackEnabled: true },
        environmentProperties: {
          propertyGroups: Object.entries({
            source: { stream: source.stream.streamArn, region: Stack.of(this).region },
            ...settings,
          }).map(([propertyGroupId, propertyMap]) => ({ propertyGroupId, propertyMap })),
        },
        flinkApplicationConfiguration: {
          checkpointConfiguration: {
            configurationType: 'CUSTOM',
            checkpointingEnabled: true,
            checkpointInterval: Duration.minutes(1).toMilliseconds(),
            minPauseBetweenCheckpoints: Duration.seconds(5).toMilliseconds(),
          },
          monitoringConfiguration: { configurationType: 'CUSTOM', logLevel: 'INFO', metricsLevel: 'APPLICATION' },
          parallelismConfiguration: {
            configurationType: 'CUSTOM',
            autoScalingEnabled: true,
            parallelism: units,
            parallelismPerKpu: 1,
          },
        },
      },
    });
    const policy = this.permit(props, role);
    if (policy) this.application.node.addDependency(policy);
    this.watch(props.alarms);
  }

  /** Its program, its stream, its log; and what the program writes to is granted by whoever knows that. */
  private permit({ source, program }: StreamAnalyticsProps, grantee: Role): Construct | undefined {
    const { stream } = source;
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resourceArns: [program.bucket.arnForObjects(program.key)],
    });
    stream.grant(
      grantee,
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    );
    stream.encryptionKey?.grantDecrypt(grantee);
    // The CDK's own would be kept when the group is gone.
    const { ref: logStreamName } = new CfnLogStream(this, 'Stream', { logGroupName: this.logGroup.logGroupName });
    const logStreamArn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${this.logGroup.logGroupName}:log-stream:${logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    Grant.addToPrincipal({
      grantee,
      actions: ['logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resourceArns: [this.logGroup.logGroupArn],
    });
    new CfnApplicationCloudWatchLoggingOption(this, 'Logging', {
      applicationName: this.application.ref,
      cloudWatchLoggingOption: { logStreamArn },
    });
    return grantee.node.tryFindChild('DefaultPolicy');
  }

  private watch(alarms: AlarmTopic): void {
    const period = Duration.minutes(1);
    const figure = (metricName: string) =>
      new Metric({
        namespace: 'AWS/KinesisAnalytics',
        metricName,
        dimensionsMap: { Application: this.application.ref },
        statistic: 'Maximum',
        period,
      });
    const over = (id: string, alarmDescription: string, metric: IMetric) =>
      alarms.alarm(this, id, {
        alarmDescription: `${this.node.path} ${alarmDescription}`,
        metric,
        threshold: 0,
        evaluationPeriods: 5,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    over('Down', 'has been down for five minutes; its log says why.', figure('downtime'));
    // Flink counts failures from the start on.
    const unsaved = new MathExpression({
      expression: 'DIFF(failed)',
      usingMetrics: { failed: figure('numberOfFailedCheckpoints') },
      period,
    });
    over('Unsaved', 'cannot save where it is, so that a failure would cost it more each minute.', unsaved);
  }
}

const at = ({ bucket, key, version }: FlinkProgram): CfnApplication.S3ContentLocationProperty => ({
  bucketArn: bucket.bucketArn,
  fileKey: key,
  ...(version !== undefined && { objectVersion: version }),
});
