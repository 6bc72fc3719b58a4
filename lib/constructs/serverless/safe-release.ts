import { Duration, Token, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentGroup, type ILambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias, Version, type IAlias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { AppFunction } from './app-function';
import { ReleaseStrategy } from './release-strategy';

export interface SafeReleaseProps {
  readonly function: AppFunction;
  /** Where the alarm that rolls a release back reports to. */
  readonly alarms: AlarmTopic;
  /**
   * What callers call: letters, digits, hyphens and underscores, at most 128, and not a number, which would be a version.
   * @default 'live'
   */
  readonly aliasName?: string;
  /**
   * How calls move to a new version.
   * @default ReleaseStrategy.canary()
   */
  readonly strategy?: ReleaseStrategy;
  /**
   * Further alarms that roll a release back while it is under way, such as one of the API's answers.
   * @default - none
   */
  readonly rollBackOn?: readonly IAlarm[];
  /**
   * Called before any call moves: it tests the new version and tells CodeDeploy how it went.
   * @default - none
   */
  readonly preHook?: IFunction;
  /**
   * Called when all calls have moved, with the same duty.
   * @default - none
   */
  readonly postHook?: IFunction;
}

/**
 * A release that reaches callers step by step and goes away by itself when it is bad: each synthesis with changed code or
 * settings publishes a version, an alias with a fixed ARN is what everybody calls, and CodeDeploy moves the alias from one
 * version to the next while an alarm watches the new one.
 *
 * @claims serverless-alias-pointer, serverless-weighted-alias, serverless-gradual-release, serverless-version-immutable
 */
export class SafeRelease extends Construct {
  readonly alias: IAlias;
  /** Undefined with fixed weights, which nothing moves. */
  readonly deploymentGroup?: ILambdaDeploymentGroup;

  constructor(scope: Construct, id: string, props: SafeReleaseProps) {
    super(scope, id);
    const { aliasName = 'live', strategy = ReleaseStrategy.canary(), rollBackOn = [] } = props;
    refuse(this, [
      badAlias(aliasName) &&
        `aliasName is ${aliasName}; use at most 128 letters, digits, hyphens and underscores, and not digits alone, which Lambda reads as a version`,
      ...strategy.faults(),
      strategy.fixed &&
        (rollBackOn.length > 0 || props.preHook || props.postHook) &&
        'rollBackOn, preHook and postHook need a strategy that CodeDeploy carries out; fixed weights move by hand, so leave them out or take another strategy',
    ]);

    const { currentVersion } = props.function;
    const alias = new Alias(this, 'Alias', {
      aliasName,
      version: currentVersion,
      ...(strategy.fixed && {
        additionalVersions: [
          { version: this.older(props.function, strategy.fixed.version), weight: strategy.fixed.weight },
        ],
      }),
    });
    this.alias = alias;
    const deploymentConfig = strategy.deploymentConfig(this);
    if (!deploymentConfig) return;

    const watched = [...(strategy.gradual ? [failuresOf(this, alias, props.alarms)] : []), ...rollBackOn];
    const deploymentGroup = new LambdaDeploymentGroup(this, 'Group', {
      alias,
      deploymentConfig,
      alarms: watched,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: watched.length > 0 },
      ...(props.preHook && { preHook: props.preHook }),
      ...(props.postHook && { postHook: props.postHook }),
    });
    Validations.of(deploymentGroup).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason:
        'AWS keeps this policy in step with what CodeDeploy calls while it moves an alias; it may move aliases and read alarms, and can change neither code nor settings of a function.',
    });
    this.deploymentGroup = deploymentGroup;
  }

  private older(ofFunction: AppFunction, version: string) {
    return Version.fromVersionAttributes(this, 'Older', { lambda: ofFunction.function, version });
  }
}

/**
 * Errors of the version that is being released, and of no other: while calls are shared, Lambda counts by the version that
 * ran. Between releases it gets no data.
 */
function failuresOf(release: SafeRelease, alias: Alias, alarms: AlarmTopic): IAlarm {
  const { functionName } = alias.lambda;
  return alarms.alarm(release, 'FailureAlarm', {
    alarmDescription: `The version of ${alias.lambda.node.path} that is being released fails; the release is rolled back.`,
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensionsMap: {
        FunctionName: functionName,
        Resource: `${functionName}:${alias.aliasName}`,
        ExecutedVersion: alias.version.version,
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

const badAlias = (name: string): boolean =>
  !Token.isUnresolved(name) && (!/^[A-Za-z0-9_-]{1,128}$/.test(name) || /^\d+$/.test(name));
