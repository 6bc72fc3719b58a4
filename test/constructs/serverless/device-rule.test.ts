import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Code } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Stack } from 'aws-cdk-lib';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { DeviceAction } from '../../../lib/constructs/serverless/device-action';
import { DeviceRule } from '../../../lib/constructs/serverless/device-rule';
import { FailureQueue } from '../../../lib/constructs/serverless/failure-queue';
import { testStack } from '../../support/app';

const usual = "SELECT *, topic(2) AS device FROM 'cameras/+/pictures'";
const worker = (stack: Stack) =>
  new AppFunction(stack, 'Worker', {
    description: 'Works',
    code: Code.fromInline('exports.handler = async () => 1'),
  });

function ruled(sql = usual, actionOf: (stack: Stack) => DeviceAction = (stack) => DeviceAction.invoke(worker(stack))) {
  const stack = testStack();
  const failures = new FailureQueue(stack, 'Failures', { alarms: new AlarmTopic(stack, 'Alarms') });
  new DeviceRule(stack, 'Pictures', { description: 'Pictures of cameras', sql, action: actionOf(stack), failures });
  return Template.fromStack(stack);
}
const arn = (id: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(id), 'Arn'] });
const rule = 'AWS::IoT::TopicRule';

describe('DeviceRule', () => {
  test('chooses messages by a query and hands each to the function [serverless-iot-rule]', () => {
    ruled().hasResourceProperties(rule, {
      TopicRulePayload: {
        Sql: usual,
        AwsIotSqlVersion: '2016-03-23',
        RuleDisabled: false,
        Actions: [{ Lambda: { FunctionArn: arn('^WorkerFunction') } }],
      },
    });
  });

  test('only this rule of this account may have the function called [serverless-iot-rule, serverless-resource-policy]', () => {
    const template = ruled();
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'iot.amazonaws.com',
      SourceArn: arn('^PicturesRule'),
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  test('a message the function cannot be given goes to the failure queue, by a role that may send there and nothing else [serverless-iot-rule]', () => {
    const template = ruled();
    template.hasResourceProperties(rule, {
      TopicRulePayload: {
        ErrorAction: {
          Sqs: { QueueUrl: { Ref: Match.stringLikeRegexp('^FailuresQueue') }, RoleArn: arn('^PicturesReporter') },
        },
      },
    });
    template.hasResource(rule, {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^PicturesReporterDefaultPolicy')]),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^PicturesReporter') }],
      PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: arn('^FailuresQueue') }] },
    });
  });

  test('so does one that fails three times in the function, as nobody waits for it [serverless-iot-rule, serverless-async-invoke]', () => {
    ruled().hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: arn('^FailuresQueue') } },
    });
  });

  test('calls the alias where there is one [serverless-iot-rule]', () => {
    const template = ruled(usual, (stack) => {
      const called = worker(stack);
      return DeviceAction.invoke(
        called,
        new Alias(stack, 'Live', { aliasName: 'live', version: called.currentVersion }),
      );
    });
    template.hasResourceProperties(rule, {
      TopicRulePayload: { Actions: [{ Lambda: { FunctionArn: { Ref: Match.stringLikeRegexp('^Live') } } }] },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { Qualifier: 'live' });
  });

  test('starts a state machine by a role that may start this one and nothing else [serverless-iot-rule]', () => {
    const template = ruled(usual, (stack) =>
      DeviceAction.startExecution(
        new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Pass')) }),
      ),
    );
    template.hasResourceProperties(rule, {
      TopicRulePayload: {
        Actions: [
          {
            StepFunctions: {
              StateMachineName: {
                'Fn::Select': [6, { 'Fn::Split': [':', { Ref: Match.stringLikeRegexp('^Machine') }] }],
              },
              RoleArn: arn('^PicturesStarter'),
            },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^PicturesStarter') }],
      PolicyDocument: {
        Statement: [
          { Action: 'states:StartExecution', Effect: 'Allow', Resource: { Ref: Match.stringLikeRegexp('^Machine') } },
        ],
      },
    });
  });

  test.each([
    [
      'no topic in quotes',
      'SELECT * FROM cameras',
      `sql is "SELECT * FROM cameras"; write SELECT what FROM 'topic', such as SELECT * FROM 'cameras/+/pictures'`,
    ],
    ['an empty topic', "SELECT * FROM ''", "sql reads from no topic; name one, such as 'cameras/+/pictures'"],
    [
      'every topic there is',
      "SELECT * FROM '#'",
      "sql reads from '#', which is every message of every device of the account, each of which is paid for; name the topics",
    ],
    [
      'a # in the middle',
      "SELECT * FROM 'cameras/#/pictures'",
      "sql reads from 'cameras/#/pictures'; # stands at the end only",
    ],
    [
      'a wildcard within a level',
      "SELECT * FROM 'cameras/a+/b'",
      "sql reads from 'cameras/a+/b'; + and # stand for whole levels between slashes",
    ],
    [
      'too many levels',
      "SELECT * FROM '1/2/3/4/5/6/7/8/9'",
      "sql reads from '1/2/3/4/5/6/7/8/9', which has 9 levels; IoT takes 8",
    ],
    ['too long a query', `SELECT * FROM 'a' WHERE x = '${'x'.repeat(2048)}'`, 'sql holds 2078 bytes; IoT takes 2048'],
  ])('fails with %s [serverless-iot-rule]', (_, sql, fault) => {
    expect(() => ruled(sql)).toThrow(`Stack/Pictures:\n  ${fault}`);
  });

  test("a rule may listen to all below a topic, and to AWS's own", () => {
    expect(() => ruled("SELECT * FROM 'cameras/#'")).not.toThrow();
    expect(() => ruled("select clientId from '$aws/events/presence/connected/#'")).not.toThrow();
  });
});
