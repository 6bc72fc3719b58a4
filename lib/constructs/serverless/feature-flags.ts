import { ArnFormat, Duration, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  CfnApplication,
  CfnConfigurationProfile,
  CfnDeployment,
  CfnDeploymentStrategy,
  CfnEnvironment,
  CfnHostedConfigurationVersion,
} from 'aws-cdk-lib/aws-appconfig';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LayerVersion, type Function } from 'aws-cdk-lib/aws-lambda';
import { FactName } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { flagsEnvironment } from '../../../lambda/shared/environment';
import { outsideDuration, outsideRange, refuse } from '../faults';
import type { AppFunction } from './app-function';
import { flagDefaults, flagFaults, flagSchema, type Flags } from './flag-shape';

export interface FeatureFlagsProps {
  /** The settings by name, with their values until somebody changes them. */
  readonly flags: Flags;
  /** Alarms that take a change back while it is under way or just done: at least one, five at most. */
  readonly rollBackOn: readonly IAlarm[];
  /**
   * The share of readers that gets a change with each step, in percent, 1 to 100.
   * @default 20
   */
  readonly step?: number;
  /**
   * How long it takes until all have it, in whole minutes.
   * @default Duration.minutes(10)
   */
  readonly over?: Duration;
  /**
   * For how long the alarms are watched after that, in whole minutes.
   * @default Duration.minutes(10)
   */
  readonly watchedFor?: Duration;
}

/**
 * Settings that change while the code runs, without a release of it: AppConfig holds each change against the schema, gives it
 * to more and more readers, and takes it back when an alarm goes off. What this synthesis says is deployed so as well.
 *
 * @claims serverless-feature-flags, security-appconfig-flags
 */
export class FeatureFlags extends Construct {
  readonly application: CfnApplication;
  readonly environment: CfnEnvironment;
  readonly profile: CfnConfigurationProfile;
  readonly strategy: CfnDeploymentStrategy;

  constructor(scope: Construct, id: string, props: FeatureFlagsProps) {
    super(scope, id);
    const { flags, rollBackOn, step = 20, over = Duration.minutes(10), watchedFor = Duration.minutes(10) } = props;
    refuse(this, [
      ...flagFaults(flags),
      (rollBackOn.length === 0 || rollBackOn.length > 5) &&
        `rollBackOn holds ${rollBackOn.length} alarms; give 1 to 5, as a change that nothing watches is never taken back`,
      outsideRange('step', step, 1, 100, '%'),
      outsideDuration('over', over, Duration.minutes(0), Duration.hours(24)),
      outsideDuration('watchedFor', watchedFor, Duration.minutes(1), Duration.hours(24)),
    ]);
    const name = `${Stack.of(this).stackName}-${this.node.id}`.slice(0, 64);
    this.application = new CfnApplication(this, 'Application', { name });
    const applicationId = this.application.ref;
    const watcher = this.watcher();
    this.environment = new CfnEnvironment(this, 'Environment', {
      applicationId,
      name: 'live',
      monitors: rollBackOn.map(({ alarmArn }) => ({ alarmArn, alarmRoleArn: watcher.roleArn })),
    });
    // AppConfig reads the alarms with this role as soon as there is an environment.
    this.environment.node.addDependency(watcher);
    this.profile = new CfnConfigurationProfile(this, 'Profile', {
      applicationId,
      name: 'flags',
      locationUri: 'hosted',
      validators: [{ type: 'JSON_SCHEMA', content: JSON.stringify(flagSchema(flags)) }],
    });
    const version = new CfnHostedConfigurationVersion(this, 'Values', {
      applicationId,
      configurationProfileId: this.profile.ref,
      contentType: 'application/json',
      content: JSON.stringify(flagDefaults(flags)),
    });
    this.strategy = new CfnDeploymentStrategy(this, 'Strategy', {
      name,
      replicateTo: 'NONE',
      growthType: 'LINEAR',
      growthFactor: step,
      deploymentDurationInMinutes: over.toMinutes(),
      finalBakeTimeInMinutes: watchedFor.toMinutes(),
    });
    new CfnDeployment(this, 'Deployment', {
      applicationId,
      environmentId: this.environment.ref,
      configurationProfileId: this.profile.ref,
      configurationVersion: version.ref,
      deploymentStrategyId: this.strategy.ref,
    });
  }

  /**
   * Lets a function read the flags through the extension of AppConfig, which stands beside it and keeps them fresh. It asks by
   * names: by ids, a function could not be watched by an alarm that takes its flags back, as each would wait for the other.
   *
   * @param extensionArn the layer of the extension for arm64, as the guide of AppConfig lists it; the one the CDK knows in the
   *   stack's region unless given
   */
  letRead(reader: AppFunction, extensionArn: string = this.extension()): void {
    refuse(this, [
      !Token.isUnresolved(extensionArn) &&
        !/^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:AWS-AppConfig-Extension-Arm64:\d+$/.test(extensionArn) &&
        `extensionArn is ${extensionArn}; give the ARN of a version of the layer AWS-AppConfig-Extension-Arm64, as the function runs on arm64`,
    ]);
    const path = `/applications/${this.application.name}/environments/${this.environment.name}/configurations/${this.profile.name}`;
    const reading = reader.function as Function;
    // Of every runtime the CDK knows unless said, which is part of the version's id and grows while an app is made.
    const compatibleRuntimes = [reading.runtime];
    const extension = { layerVersionArn: extensionArn, compatibleRuntimes };
    reading.addLayers(LayerVersion.fromLayerVersionAttributes(reader, `${this.node.id}Extension`, extension));
    reading.addEnvironment(flagsEnvironment.path, path);
    // Fetched while the function starts, so that its first event need not wait for them.
    reading.addEnvironment('AWS_APPCONFIG_EXTENSION_PREFETCH_LIST', path);
    // A policy of its own, for which the function does not wait, for the same reason.
    const policy = new Policy(reader, `${this.node.id}Policy`, { roles: [reader.role] });
    policy.addStatements(
      new PolicyStatement({
        actions: ['appconfig:StartConfigurationSession', 'appconfig:GetLatestConfiguration'],
        resources: [
          Stack.of(this).formatArn({
            service: 'appconfig',
            resource: 'application',
            resourceName: `${this.application.ref}/environment/${this.environment.ref}/configuration/${this.profile.ref}`,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        ],
      }),
    );
  }

  private extension(): string {
    return Stack.of(this).regionalFact(FactName.appConfigLambdaLayerVersion('2.0.181', 'arm64'));
  }

  private watcher(): Role {
    const role = new Role(this, 'Watcher', { assumedBy: new ServicePrincipal('appconfig.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'AppConfig lists the alarms of the account to see the state of its own, and may do nothing else.',
    });
    return role;
  }
}
