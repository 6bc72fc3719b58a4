import type { Stack } from 'aws-cdk-lib';
import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { FunctionAlarms, type FunctionAlarmsProps } from '../../../lib/constructs/serverless/function-alarms';
import { testStack } from '../../support/app';

type More = Partial<Omit<FunctionAlarmsProps, 'alarms' | 'function' | 'qualifier'>> & { readonly aliased?: boolean };

function watched(more: More = {}, settings: (stack: Stack) => Partial<AppFunctionProps> = () => ({})): Template {
  const stack = testStack();
  const { aliased = false, ...props } = more;
  const answer = new AppFunction(stack, 'Answer', {
    description: 'Answers',
    code: Code.fromInline('exports.handler = async () => 1'),
    timeout: Duration.seconds(30),
    ...settings(stack),
  });
  const qualifier = aliased
    ? new Alias(stack, 'Live', { aliasName: 'live', version: answer.currentVersion })
    : undefined;
  new FunctionAlarms(stack, 'Watch', {
    alarms: new AlarmTopic(stack, 'Alarms'),
    function: answer,
    qualifier,
    ...props,
  });
  return Template.fromStack(stack);
}
const names = (template: Template): string[] =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties.MetricName)
    .sort();

describe('FunctionAlarms', () => {
  test('a function has an alarm on errors, on throttles and on coming near its timeout, all heard [serverless-metrics-alarms]', () => {
    const template = watched();
    expect(names(template)).toEqual(['Duration', 'Errors', 'Throttles']);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
      TreatMissingData: 'notBreaching',
    });
  });

  test('the alarm on duration goes off at 80 % of the timeout [serverless-metrics-alarms]', () => {
    watched().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Duration',
      Statistic: 'Maximum',
      Threshold: 24_000,
    });
  });

  test('with an alias its figures are watched, without one those of the function [serverless-metrics-alarms]', () => {
    const called = { Ref: Match.stringLikeRegexp('^AnswerFunction') };
    watched({ aliased: true }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: called },
        { Name: 'Resource', Value: { 'Fn::Join': ['', [called, ':live']] } },
      ],
    });
    watched().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: called }],
    });
  });

  test('reserved concurrency is watched where there is some [serverless-metrics-alarms]', () => {
    watched({}, () => ({ reservedConcurrentExecutions: 20 })).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ConcurrentExecutions',
      Threshold: 16,
    });
  });

  test('events that got lost on the way to a destination or a dead-letter queue are told [serverless-metrics-alarms]', () => {
    expect(names(watched({ asynchronous: true }))).toContain('DestinationDeliveryFailures');
    expect(names(watched({ asynchronous: true }))).not.toContain('DeadLetterErrors');
    const queued = watched({ asynchronous: true }, (stack) => ({ deadLetterQueue: new Queue(stack, 'Dead') }));
    expect(names(queued)).toContain('DeadLetterErrors');
  });

  test('fails when no error at all is one too many', () => {
    expect(() => watched({ errors: 0 })).toThrow('Stack/Watch:\n  errors is 0; give a whole number from 1 to 1000000');
  });
});
