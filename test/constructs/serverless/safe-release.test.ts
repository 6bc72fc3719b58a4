import { Duration, Stack, type App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { ReleaseStrategy } from '../../../lib/constructs/serverless/release-strategy';
import { SafeRelease, type SafeReleaseProps } from '../../../lib/constructs/serverless/safe-release';
import { testApp } from '../../support/app';

type More = Partial<SafeReleaseProps> & {
  readonly function?: never;
  readonly code?: string;
  readonly with?: Partial<AppFunctionProps>;
};

function released(
  { code = 'exports.handler = async () => 1', with: settings, ...props }: More = {},
  app: App = testApp(),
): Stack {
  const stack = new Stack(app, 'Stack');
  const alarms = new AlarmTopic(stack, 'Alarms');
  const answer = new AppFunction(stack, 'Answer', { description: 'Answers', code: Code.fromInline(code), ...settings });
  new SafeRelease(stack, 'Release', { function: answer, alarms, ...props });
  return stack;
}
const synthesise = (more: More = {}): Template => Template.fromStack(released(more));
const versionIn = (template: Template): string => Object.keys(template.findResources('AWS::Lambda::Version'))[0];

describe('a version', () => {
  test('is another one when code or settings change, and the same one when nothing does [serverless-version-immutable]', () => {
    const first = versionIn(synthesise());
    expect(versionIn(synthesise())).toBe(first);
    expect(versionIn(synthesise({ code: 'exports.handler = async () => 2' }))).not.toBe(first);
    expect(versionIn(synthesise({ with: { environment: { GREETING: 'hello' } } }))).not.toBe(first);
    expect(versionIn(synthesise({ with: { memorySize: 512 } }))).not.toBe(first);
  });

  test('stays when the next one takes its place [serverless-version-immutable]', () => {
    synthesise().hasResource('AWS::Lambda::Version', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' });
  });
});

describe('SafeRelease', () => {
  test('callers call an alias, which points to the version of this synthesis [serverless-alias-pointer]', () => {
    const template = synthesise();
    template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [versionIn(template), 'Version'] },
      RoutingConfig: Match.absent(),
    });
    synthesise({ aliasName: 'beta' }).hasResourceProperties('AWS::Lambda::Alias', { Name: 'beta' });
  });

  test.each([
    ['all at once', ReleaseStrategy.allAtOnce(), 'CodeDeployDefault.LambdaAllAtOnce'],
    ['by canary', ReleaseStrategy.canary(), 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    [
      'by a slower canary',
      ReleaseStrategy.canary({ interval: Duration.minutes(30) }),
      'CodeDeployDefault.LambdaCanary10Percent30Minutes',
    ],
    ['step by step', ReleaseStrategy.linear(), 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
    [
      'step by slower step',
      ReleaseStrategy.linear({ interval: Duration.minutes(3) }),
      'CodeDeployDefault.LambdaLinear10PercentEvery3Minutes',
    ],
  ])('CodeDeploy moves the alias %s [serverless-gradual-release]', (_, strategy, config) => {
    const template = synthesise({ strategy });
    const [group] = Object.keys(template.findResources('AWS::CodeDeploy::DeploymentGroup'));
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { DeploymentConfigName: config });
    template.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: group } } },
    });
  });

  test.each([
    [
      'canary',
      ReleaseStrategy.canary({ percentage: 25, interval: Duration.minutes(7) }),
      'TimeBasedCanary',
      { CanaryPercentage: 25, CanaryInterval: 7 },
    ],
    [
      'linear',
      ReleaseStrategy.linear({ percentage: 20, interval: Duration.hours(1) }),
      'TimeBasedLinear',
      { LinearPercentage: 20, LinearInterval: 60 },
    ],
  ])(
    'a %s shift that CodeDeploy does not have ready gets a configuration of its own [serverless-gradual-release]',
    (_, strategy, routing, values) => {
      synthesise({ strategy }).hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
        ComputePlatform: 'Lambda',
        TrafficRoutingConfig: { Type: routing, [routing]: values },
      });
    },
  );

  test('an error of the version that is being released, and of no other, rolls a gradual release back [serverless-gradual-release, serverless-metrics-alarms]', () => {
    const template = synthesise();
    const [alarm] = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: alarm } }] },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    const called = { Ref: Match.stringLikeRegexp('^AnswerFunction') };
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      Dimensions: [
        { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [versionIn(template), 'Version'] } },
        { Name: 'FunctionName', Value: called },
        { Name: 'Resource', Value: { 'Fn::Join': ['', [called, ':live']] } },
      ],
    });
  });

  test('a release all at once watches no alarm of its own, as it is over before one could go off', () => {
    const template = synthesise({ strategy: ReleaseStrategy.allAtOnce() });
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AutoRollbackConfiguration: { Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'] },
    });
  });

  test('further alarms and test hooks have a say, and hooks may report how they went [serverless-gradual-release]', () => {
    const stack = new Stack(testApp(), 'Stack');
    const alarms = new AlarmTopic(stack, 'Alarms');
    const code = Code.fromInline('exports.handler = async () => 1');
    const [answer, before, after] = ['Answer', 'Before', 'After'].map(
      (id) => new AppFunction(stack, id, { description: id, code }),
    );
    const broken = new Alarm(stack, 'Broken', {
      metric: new Metric({ namespace: 'Mine', metricName: 'Broken' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new SafeRelease(stack, 'Release', {
      function: answer,
      alarms,
      rollBackOn: [broken],
      preHook: before.function,
      postHook: after.function,
    });
    const template = Template.fromStack(stack);
    const hook = (id: string) => ({ Ref: Match.stringLikeRegexp(`^${id}Function`) });
    template.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: hook('Before'), AfterAllowTrafficHook: hook('After') },
      },
    });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: {
        Alarms: [{ Name: Match.anyValue() }, { Name: { Ref: Match.stringLikeRegexp('^Broken') } }],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^BeforeRole') }],
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'codedeploy:PutLifecycleEventHookExecutionStatus' })]),
      },
    });
  });

  test('with a fixed weight one older version keeps a share, and nothing moves by itself [serverless-weighted-alias]', () => {
    const template = synthesise({ strategy: ReleaseStrategy.fixedWeight({ version: '3', weight: 0.9 }) });
    template.hasResourceProperties('AWS::Lambda::Alias', {
      FunctionVersion: { 'Fn::GetAtt': [versionIn(template), 'Version'] },
      RoutingConfig: { AdditionalVersionWeights: [{ FunctionVersion: '3', FunctionWeight: 0.9 }] },
    });
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });

  test.each([
    [
      '$LATEST',
      'give the number of a published version, as an alias cannot share calls with code that is still changing',
    ],
    ['beta', 'give the number of a published version, as an alias cannot share calls with anything else'],
    ['0', 'give the number of a published version'],
  ])('fails when the older version is %s [serverless-weighted-alias]', (version, remedy) => {
    expect(() => released({ strategy: ReleaseStrategy.fixedWeight({ version, weight: 0.5 }) })).toThrow(
      `Stack/Release:\n  strategy.version is ${version}; ${remedy}`,
    );
  });

  test.each([0, 1, 1.5, -0.1, NaN])(
    'fails when the older version keeps a share of %d [serverless-weighted-alias]',
    (weight) => {
      expect(() => released({ strategy: ReleaseStrategy.fixedWeight({ version: '3', weight }) })).toThrow(
        `strategy.weight is ${weight}; give a share above 0 and below 1, or leave the older version out`,
      );
    },
  );

  test('fails when fixed weights are to be rolled back, which nothing would do [serverless-gradual-release]', () => {
    const stack = new Stack(testApp(), 'Other');
    const broken = new Alarm(stack, 'Broken', {
      metric: new Metric({ namespace: 'M', metricName: 'B' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    expect(() =>
      released({ strategy: ReleaseStrategy.fixedWeight({ version: '3', weight: 0.5 }), rollBackOn: [broken] }),
    ).toThrow(
      'rollBackOn, preHook and postHook need a strategy that CodeDeploy carries out; fixed weights move by hand, so leave them out or take another strategy',
    );
  });

  test.each([110, 100, 0, 12.5])(
    'fails when a canary or a step is %d %% [serverless-gradual-release]',
    (percentage) => {
      for (const strategy of [ReleaseStrategy.canary({ percentage }), ReleaseStrategy.linear({ percentage })]) {
        expect(() => released({ strategy })).toThrow(
          `Stack/Release:\n  strategy.percentage is ${percentage} %; give a whole number from 1 to 99 %`,
        );
      }
    },
  );

  test.each([Duration.seconds(30), Duration.hours(49)])(
    'fails when a canary is watched for %s [serverless-gradual-release]',
    (interval) => {
      expect(() => released({ strategy: ReleaseStrategy.canary({ interval }) })).toThrow(
        `strategy.interval is ${interval.toHumanString()}; give 1 minute to 2 days`,
      );
    },
  );

  test.each(['1', '42', 'with blank', 'a'.repeat(129), ''])(
    'fails when the alias is called "%s" [serverless-alias-pointer]',
    (aliasName) => {
      expect(() => released({ aliasName })).toThrow(
        `aliasName is ${aliasName}; use at most 128 letters, digits, hyphens and underscores, and not digits alone, which Lambda reads as a version`,
      );
    },
  );
});
