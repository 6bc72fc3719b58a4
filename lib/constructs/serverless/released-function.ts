import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Code, IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { failureMetric } from '../../../lambda/shared/environment';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from './app-function';
import { FunctionAlarms } from './function-alarms';
import type { ReleaseStrategy } from './release-strategy';
import { SafeRelease } from './safe-release';

/** Under which name all functions count what they do; CloudWatch tells their services apart by a dimension. */
export const metricsNamespace = 'Groundplan';

export interface ReleasedFunctionProps extends Pick<AppFunctionProps, 'layers' | 'secrets' | 'network'> {
  readonly alarms: AlarmTopic;
  /** How calls move to a new version. */
  readonly strategy: ReleaseStrategy;
  /** What the function is for, in a sentence. */
  readonly description: string;
  /** The code; its bundle's `index.js` exports `handler`. */
  readonly code: Code;
  /** What the function is a part of, by which its logs, traces and figures are told from others. */
  readonly service: string;
  /**
   * Environment variables besides those by which Powertools know the service.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Memory in MB: half a vCPU starts cold in half the time of the least, for a fraction of a cent in a thousand calls.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * How long one run may take.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Whether it works events nobody waits for.
   * @default false
   */
  readonly asynchronous?: boolean;
}

/**
 * One function with the alias callers call, its way of releasing, and its alarms. What a caller is answered with 500 counts
 * against a release besides what Lambda counts, where the handler tells (`restHandler` does).
 */
export class ReleasedFunction extends Construct {
  readonly function: AppFunction;
  readonly alias: IAlias;

  constructor(scope: Construct, id: string, props: ReleasedFunctionProps) {
    super(scope, id);
    const { alarms, strategy, asynchronous = false } = props;
    this.function = new AppFunction(this, 'Handler', {
      description: props.description,
      code: props.code,
      service: props.service,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(10),
      environment: {
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        ...props.environment,
      },
      ...(props.layers && { layers: props.layers }),
      ...(props.secrets && { secrets: props.secrets }),
      ...(props.network && { network: props.network }),
    });
    // Answers with 500 are no errors to Lambda, so a release of a function that answers callers is watched for them besides.
    const rollBackOn = strategy.gradual && !asynchronous ? [this.failuresOfRelease(alarms, props.service)] : [];
    this.alias = new SafeRelease(this, 'Release', { function: this.function, alarms, strategy, rollBackOn }).alias;
    new FunctionAlarms(this, 'Alarms', { alarms, function: this.function, qualifier: this.alias, asynchronous });
  }

  private failuresOfRelease(alarms: AlarmTopic, service: string): IAlarm {
    return alarms.alarm(this, 'AnswersAlarm', {
      alarmDescription: `The version of ${this.node.path} that is being released answers with 500; the release is rolled back.`,
      metric: new Metric({
        namespace: metricsNamespace,
        metricName: failureMetric.name,
        dimensionsMap: {
          service,
          [failureMetric.functionDimension]: this.function.function.functionName,
          [failureMetric.versionDimension]: this.function.currentVersion.version,
        },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  get role(): IRole {
    return this.function.role;
  }
}
