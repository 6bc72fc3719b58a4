import { Match } from 'aws-cdk-lib/assertions';
import { sweepEnvironment } from '../../lambda/file-intake/environment';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'file-intake';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const arn = (id: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(id), 'Arn'] });
const only = (type: string, id: RegExp): any => {
  const found = Object.entries(sandbox.findResources(type)).filter(([key]) => id.test(key));
  expect(found.map(([key]) => key)).toEqual([expect.stringMatching(id)]);
  return found[0][1].Properties;
};

describe('a file that arrives', () => {
  test('starts the resizer when it lies below incoming/ and is called like a picture, and results start nothing [serverless-file-processing]', () => {
    const { NotificationConfiguration } = only('Custom::S3BucketNotifications', /^Files/);
    expect(Object.keys(NotificationConfiguration)).toEqual(['LambdaFunctionConfigurations']);
    const rules = NotificationConfiguration.LambdaFunctionConfigurations.map(
      ({ Events, Filter, LambdaFunctionArn }: any) => [
        ...Events,
        LambdaFunctionArn['Fn::GetAtt'][0].slice(0, 'ResizerFunction'.length),
        ...Filter.Key.FilterRules.map(({ Value }: any) => Value).sort(),
      ],
    );
    expect(rules).toEqual(
      ['.jpg', '.JPG', '.jpeg', '.JPEG', '.png', '.PNG'].map((suffix) => [
        's3:ObjectCreated:*',
        'ResizerFunction',
        suffix,
        'incoming/',
      ]),
    );
  });

  test('is tried three times within an hour, and then lies in the failure queue, whose alarm goes off [serverless-async-invoke, serverless-destinations]', () => {
    for (const called of ['Resizer', 'Sweep'])
      sandbox.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: Match.stringLikeRegexp(`^${called}Function`) },
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: arn('^FailuresQueue') } },
      });
    expect(only('AWS::Lambda::EventInvokeConfig', /^Resizer/).MaximumEventAgeInSeconds).toBe(3600);
    expect(only('AWS::CloudWatch::Alarm', /^FailuresAlarm/)).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });

  test('is the matter of one function with one processor of its own, and no more than 50 in production [serverless-concurrency]', () => {
    expect(only('AWS::Lambda::Function', /^ResizerFunction/)).toMatchObject({ MemorySize: 1769, Timeout: 60 });
    sandbox.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.anyValue() }, 0);
    production.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 50 }, 1);
  });

  test('waits while resizing is switched off [serverless-concurrency]', () => {
    for (const profile of ['sandbox', 'production'] as const)
      architecture(name, { profile, variant: ['paused'] }).hasResourceProperties('AWS::Lambda::Function', {
        MemorySize: 1769,
        ReservedConcurrentExecutions: 0,
      });
  });
});

describe('what was missed', () => {
  test('is looked for every hour [serverless-cron]', () => {
    expect(only('AWS::Scheduler::Schedule', /^Sweep/)).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Target: {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/^SweepFunction/), 'Arn'] },
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^FailuresQueue/), 'Arn'] } },
      },
    });
  });

  test('is missed only after Lambda has given up, and looked for by more than one sweep', () => {
    const { Variables } = only('AWS::Lambda::Function', /^SweepFunction/).Environment;
    const [settled, reach] = [sweepEnvironment.settleSeconds, sweepEnvironment.reachSeconds].map((variable) =>
      Number(Variables[variable]),
    );
    const { MaximumEventAgeInSeconds: keptFor } = only('AWS::Lambda::EventInvokeConfig', /^Resizer/);
    expect(settled).toBeGreaterThan(keptFor);
    expect((reach - settled) / 3600).toBeGreaterThanOrEqual(2);
  });
});

describe('who asks', () => {
  test('asks at an address that takes signed calls only, and is told before the desk is cut off [serverless-function-url]', () => {
    expect(only('AWS::Lambda::Url', /^Desk/)).toMatchObject({ AuthType: 'AWS_IAM' });
    expect(
      Object.values(sandbox.findResources('AWS::Lambda::Permission')).map((each) => each.Properties.Principal),
    ).toEqual(['s3.amazonaws.com']);
    const timeout = (part: RegExp): number => only('AWS::Lambda::Function', part).Timeout;
    expect(timeout(/^DeskFunction/)).toBeGreaterThan(timeout(/^ResizerFunction/) + 1);
  });
});

describe('cameras', () => {
  const cameras = architecture(name, { variant: ['cameras'] });

  test('send pictures as messages, of whom the topic says; what cannot be taken goes to the failure queue [serverless-iot-rule]', () => {
    cameras.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: "SELECT name, picture, topic(2) AS device FROM 'cameras/+/pictures'",
        Actions: [{ Lambda: { FunctionArn: arn('^CamerasFunction') } }],
        ErrorAction: { Sqs: Match.objectLike({ QueueUrl: { Ref: Match.stringLikeRegexp('^FailuresQueue') } }) },
      },
    });
    cameras.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'iot.amazonaws.com',
      SourceArn: arn('^CamerasPicturesRule'),
    });
  });

  test('are there only where they are asked for', () => {
    for (const template of [sandbox, production]) template.resourceCountIs('AWS::IoT::TopicRule', 0);
  });
});

test('results and files live as long as the bucket; reasons for three months', () => {
  const { LifecycleConfiguration } = only('AWS::S3::Bucket', /^Files/);
  expect(LifecycleConfiguration.Rules).toContainEqual(
    expect.objectContaining({ Prefix: 'refused/', ExpirationInDays: 90 }),
  );
  expect(
    LifecycleConfiguration.Rules.filter((rule: any) => rule.ExpirationInDays && rule.Prefix !== 'refused/'),
  ).toEqual([]);
});

test('every function that nobody waits for has a place for what fails', () => {
  const called = Object.values(sandbox.findResources('AWS::Lambda::EventInvokeConfig')).map(
    ({ Properties }) => Properties.FunctionName.Ref,
  );
  expect(called.map((id) => id.slice(0, 6)).sort()).toEqual(['Resize', 'SweepF']);
});

describe('the template', () => matchesItsSnapshots(name));
