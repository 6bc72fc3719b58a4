import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  CfnApplication,
  CfnConfigurationProfile,
  CfnDeployment,
  CfnDeploymentStrategy,
  CfnEnvironment,
  CfnHostedConfigurationVersion,
} from 'aws-cdk-lib/aws-appconfig';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LayerVersion, type Function } from 'aws-cdk-lib/aws-lambda';
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
 * @claims serverless-feature-flags
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
   * Lets a function read the flags through the extension of AppConfig, which stands beside it and keeps them fresh.
   *
   * @param extensionArn the layer of the extension for arm64 in this region, as the guide of AppConfig lists it
   */
  letRead(reader: AppFunction, extensionArn: string): void {
    refuse(this, [
      !/^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:AWS-AppConfig-Extension-Arm64:\d+$/.test(extensionArn) &&
        `extensionArn is ${extensionArn}; give the ARN of a version of the layer AWS-AppConfig-Extension-Arm64, as the function runs on arm64`,
    ]);
    const path = ['applications', this.application.ref, 'environments', this.environment.ref];
    const reading = reader.function as Function;
    reading.addLayers(LayerVersion.fromLayerVersionArn(this, `Extension-${reader.node.addr}`, extensionArn));
    reading.addEnvironment(flagsEnvironment.path, `/${[...path, 'configurations', this.profile.ref].join('/')}`);
    reader.role.addToPrincipalPolicy(
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
