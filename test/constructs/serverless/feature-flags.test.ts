import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { FeatureFlags, type FeatureFlagsProps } from '../../../lib/constructs/serverless/feature-flags';
import { testStack } from '../../support/app';

const flags = {
  newPage: { default: false },
  size: { default: 10, minimum: 1, maximum: 50 },
  colour: { default: 'grey', choices: ['grey', 'red'] },
};
const extension = 'arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension-Arm64:1';

function made(props: Partial<FeatureFlagsProps> = {}) {
  const stack = testStack();
  const metric = new Metric({ namespace: 'Shop', metricName: 'Failures' });
  const alarm = new Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
  return { stack, alarm, flags: new FeatureFlags(stack, 'Flags', { flags, rollBackOn: [alarm], ...props }) };
}

describe('FeatureFlags', () => {
  test('every change is held against a schema, which takes the defaults [serverless-feature-flags]', () => {
    const template = Template.fromStack(made().stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::AppConfig::ConfigurationProfile'));
    expect(Properties.Validators[0].Type).toBe('JSON_SCHEMA');
    expect(JSON.parse(Properties.Validators[0].Content)).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'object',
      properties: {
        newPage: { type: 'boolean' },
        size: { type: 'number', minimum: 1, maximum: 50 },
        colour: { type: 'string', enum: ['grey', 'red'] },
      },
      required: ['newPage', 'size', 'colour'],
      additionalProperties: false,
    });
    template.hasResourceProperties('AWS::AppConfig::HostedConfigurationVersion', {
      Content: '{"newPage":false,"size":10,"colour":"grey"}',
    });
  });

  test('a change reaches readers step by step and is taken back by an alarm [serverless-feature-flags]', () => {
    const { stack, alarm } = made({ step: 10, over: Duration.minutes(30), watchedFor: Duration.minutes(5) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::AppConfig::DeploymentStrategy', {
      GrowthFactor: 10,
      DeploymentDurationInMinutes: 30,
      FinalBakeTimeInMinutes: 5,
    });
    template.hasResourceProperties('AWS::AppConfig::Environment', {
      Monitors: [{ AlarmArn: stack.resolve(alarm.alarmArn), AlarmRoleArn: Match.anyValue() }],
    });
    template.resourceCountIs('AWS::AppConfig::Deployment', 1);
  });

  test('a function reads these flags and no others, through the extension beside it [serverless-feature-flags]', () => {
    const { stack, flags: block } = made();
    const reader = new AppFunction(stack, 'Answer', { description: 'Answers', code: Code.fromInline('x') });
    block.letRead(reader, extension);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Layers: [extension],
      Environment: { Variables: { FLAGS_PATH: Match.anyValue() } },
    });
    const ref = Match.objectLike({ Ref: Match.anyValue() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['appconfig:GetLatestConfiguration', 'appconfig:StartConfigurationSession'],
            Resource: {
              'Fn::Join': ['', Match.arrayWith([':application/', ref, '/environment/', ref, '/configuration/', ref])],
            },
          }),
        ]),
      },
    });
    expect(() => block.letRead(reader, extension.replace('-Arm64', ''))).toThrow(
      'give the ARN of a version of the layer AWS-AppConfig-Extension-Arm64, as the function runs on arm64',
    );
  });

  test('a function whose alarm takes its flags back does not wait for them, as they wait for it [serverless-feature-flags]', () => {
    const stack = testStack();
    const reader = new AppFunction(stack, 'Answer', { description: 'Answers', code: Code.fromInline('x') });
    const metric = reader.function.metricErrors();
    const alarm = new Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
    new FeatureFlags(stack, 'Flags', { flags, rollBackOn: [alarm] }).letRead(reader, extension);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { FLAGS_PATH: '/applications/Stack-Flags/environments/live/configurations/flags' },
      },
    });
    // What the function waits for: its role and the role's own policy, and not the policy that names the flags.
    const [{ DependsOn }] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(DependsOn.filter((id: string) => id.includes('Flags'))).toEqual([]);
    template.hasResourceProperties('AWS::AppConfig::Application', { Name: 'Stack-Flags' });
  });

  test('the extension is that of the region, unless one is given [serverless-feature-flags]', () => {
    const { stack, flags: block } = made();
    const reader = new AppFunction(stack, 'Answer', { description: 'Answers', code: Code.fromInline('x') });
    block.letRead(reader);
    const template = Template.fromStack(stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function'));
    const [table, , attribute] = Properties.Layers[0]['Fn::FindInMap'];
    const byRegion = Object.values(template.toJSON().Mappings[table]).map((row: any) => row[attribute]);
    expect(byRegion.length).toBeGreaterThan(20);
    for (const arn of byRegion)
      expect(arn).toMatch(/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:AWS-AppConfig-Extension-Arm64:\d+$/);
  });

  test.each<[string, Partial<FeatureFlagsProps>, string]>([
    ['no flag', { flags: {} }, 'flags is empty; name at least one setting'],
    [
      'a name with a space',
      { flags: { 'a b': { default: true } } },
      'flags has the name a b; begin with a small letter',
    ],
    [
      'a default out of bounds',
      { flags: { size: { default: 51, minimum: 1, maximum: 50 } } },
      'flags.size.default is 51; give a number from 1 to 50',
    ],
    [
      'a default that is no choice',
      { flags: { colour: { default: 'blue', choices: ['red', 'grey'] } } },
      'flags.colour.default is blue; give one of its choices: red, grey',
    ],
    ['nothing that watches', { rollBackOn: [] }, 'rollBackOn holds 0 alarms; give 1 to 5, as a change that nothing'],
    ['a step of nothing', { step: 0 }, 'step is 0 %; give a whole number from 1 to 100 %'],
    ['more than a day', { over: Duration.hours(25) }, 'over is 1 day 1 hour; give'],
    ['no time of watching', { watchedFor: Duration.minutes(0) }, 'watchedFor is 0 minutes; give 1 minute to'],
  ])('refuses %s [serverless-feature-flags]', (_, props, message) => {
    expect(() => made(props)).toThrow(message);
  });
});
