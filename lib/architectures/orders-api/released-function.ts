import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { failureMetric } from '../../../lambda/shared/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { SafeRelease } from '../../constructs/serverless/safe-release';
import { handlerCode } from '../../handlers';

/** Under which names the functions count what they do. */
export const namespace = 'Groundplan';
export const service = 'orders-api';

/** How every function of this API is run. */
export interface RunningProps {
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
}

export interface ReleasedFunctionProps extends RunningProps {
  readonly description: string;
  /** The file of `lambda/orders-api`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Whether it works events nobody waits for.
   * @default false
   */
  readonly asynchronous?: boolean;
}

/** One function of this API with the alias callers call, its way of releasing, and its alarms. */
export class ReleasedFunction extends Construct {
  readonly function: AppFunction;
  readonly alias: IAlias;

  constructor(scope: Construct, id: string, props: ReleasedFunctionProps) {
    super(scope, id);
    const { alarms, strategy, asynchronous = false } = props;
    this.function = new AppFunction(this, 'Handler', {
      description: props.description,
      code: handlerCode('orders-api', props.handler),
      // Half a vCPU: starts cold in half the time of the least, for a fraction of a cent in a thousand calls.
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: {
        POWERTOOLS_SERVICE_NAME: service,
        POWERTOOLS_METRICS_NAMESPACE: namespace,
        ...props.environment,
      },
    });
    // Answers with 500 are no errors to Lambda, so a release of a function that answers callers is watched for them besides.
    const rollBackOn = strategy.gradual && !asynchronous ? [this.failuresOfRelease(alarms)] : [];
    this.alias = new SafeRelease(this, 'Release', { function: this.function, alarms, strategy, rollBackOn }).alias;
    new FunctionAlarms(this, 'Alarms', { alarms, function: this.function, qualifier: this.alias, asynchronous });
  }

  private failuresOfRelease(alarms: AlarmTopic): IAlarm {
    return alarms.alarm(this, 'AnswersAlarm', {
      alarmDescription: `The version of ${this.node.path} that is being released answers with 500; the release is rolled back.`,
      metric: new Metric({
        namespace,
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
