import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { CfnLifecycleHook, DefaultResult } from 'aws-cdk-lib/aws-autoscaling';
import { Template } from 'aws-cdk-lib/assertions';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { LifecycleWork, type LifecycleWorkProps } from '../../../lib/constructs/compute/lifecycle-work';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const script = join(__dirname, 'warm-up.sh');
const built = (...works: readonly Partial<LifecycleWorkProps>[]) => {
  const parts = new Parts(testStack());
  const fleet = parts.fleet({ bootTime: Duration.minutes(3) });
  works.forEach(
    (props) =>
      new LifecycleWork(parts.stack, props.on === 'termination' ? 'Leaving' : 'Joining', {
        fleet,
        on: 'launch',
        script,
        alarms: parts.alarms,
        ...props,
      }),
  );
  guardCompute(parts.stack);
  return Template.fromStack(parts.stack);
};
const both = built({}, { on: 'termination', heartbeat: Duration.minutes(2), longest: Duration.minutes(1) });
const all = (type: string, template = both) =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties, Metadata }]) => ({
    id,
    Metadata,
    ...Properties,
  }));
const group = all('AutoScaling::AutoScalingGroup')[0].id;

describe('LifecycleWork', () => {
  test('instances wait before they join and before they go; unanswered, the one is abandoned and the other goes [compute-asg-lifecycle-hooks]', () => {
    const hooks = all('AutoScaling::LifecycleHook').map((hook) => [
      hook.AutoScalingGroupName.Ref,
      hook.LifecycleTransition,
      hook.HeartbeatTimeout,
      hook.DefaultResult,
    ]);
    expect(hooks).toEqual([
      [group, 'autoscaling:EC2_INSTANCE_LAUNCHING', 600, 'ABANDON'],
      [group, 'autoscaling:EC2_INSTANCE_TERMINATING', 120, 'CONTINUE'],
    ]);
    const [hook] = all('AutoScaling::LifecycleHook', built({ defaultResult: DefaultResult.CONTINUE }));
    expect(hook.DefaultResult).toBe('CONTINUE');
  });

  test('a rule hears of whoever waits at this hook of this group, and a function answers; what does not get there is kept [compute-asg-lifecycle-hooks]', () => {
    const rules = all('Events::Rule');
    const hooks = all('AutoScaling::LifecycleHook').map(({ id }) => id);
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual(
      ['launch', 'terminate'].map((verb, i) => ({
        source: ['aws.autoscaling'],
        'detail-type': [`EC2 Instance-${verb} Lifecycle Action`],
        detail: { AutoScalingGroupName: [{ Ref: group }], LifecycleHookName: [{ Ref: hooks[i] }] },
      })),
    );
    for (const { Targets } of rules) {
      expect(Targets[0].Arn['Fn::GetAtt'][0]).toMatch(/^(Joining|Leaving)WorkerFunction/);
      expect(Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^(Joining|Leaving)FailuresQueue/);
    }
    for (const { DestinationConfig, MaximumRetryAttempts } of all('Lambda::EventInvokeConfig')) {
      expect(DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]).toMatch(/FailuresQueue/);
      expect(MaximumRetryAttempts).toBe(2);
    }
  });

  test('the function may have instances of this group run this script, and answer for this group alone [compute-asg-lifecycle-handler]', () => {
    const statements = all('IAM::Policy')
      .filter(({ id }) => id.startsWith('Leaving'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action }) => !/^logs/.test([Action].flat()[0]));
    const text = (value: unknown) => JSON.stringify(value);
    expect(statements.map(({ Action }) => [Action].flat().join(' ')).sort()).toEqual([
      'autoscaling:CompleteLifecycleAction autoscaling:RecordLifecycleActionHeartbeat',
      'sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage',
      'ssm:GetCommandInvocation ssm:ListCommands xray:PutTelemetryRecords xray:PutTraceSegments',
      'ssm:SendCommand',
      'ssm:SendCommand',
    ]);
    const [document, instances] = statements.filter(({ Action }) => Action === 'ssm:SendCommand');
    expect(text(document.Resource)).toContain(':document/');
    expect(instances.Condition).toEqual({
      StringEquals: { 'ssm:resourceTag/aws:autoscaling:groupName': { Ref: group } },
    });
    const answering = statements.find(({ Action }) => String(Action).includes('Complete'));
    expect(text(answering.Resource)).toContain(`autoScalingGroupName/",{"Ref":"${group}"}`);
  });

  test('the document holds the script and its time; the function knows both times [compute-asg-lifecycle-handler]', () => {
    const [, leaving] = all('SSM::Document');
    expect(leaving.Content.mainSteps).toEqual([
      {
        name: 'script',
        action: 'aws:runShellScript',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: '60', runCommand: ['#!/bin/bash', 'set -euo pipefail', 'echo "warm"'] },
      },
    ]);
    const variables = all('Lambda::Function').flatMap(({ Environment }) => Environment?.Variables ?? []);
    expect(variables.map(({ HEARTBEAT_SECONDS, REACH_SECONDS }) => [HEARTBEAT_SECONDS, REACH_SECONDS])).toEqual([
      ['600', '360'],
      ['120', '60'],
    ]);
  });

  test.each([
    [{ heartbeat: Duration.seconds(10) }, 'heartbeat is 10 seconds; give 30 seconds to 2 hours'],
    [{ heartbeat: Duration.hours(3) }, 'heartbeat is 3 hours; give 30 seconds to 2 hours'],
    [{ longest: Duration.minutes(31) }, 'longest is 31 minutes; give 1 second to 30 minutes'],
    [{ reach: Duration.seconds(29) }, 'reach is 29 seconds; give 30 seconds to 20 minutes'],
    [
      { longest: Duration.minutes(20), heartbeat: Duration.minutes(4) },
      'heartbeat is 4 minutes, and reach and longest together are more than one run of a function; give 5 minutes or more, so that the group waits for the next run',
    ],
    [
      { longest: Duration.minutes(30), reach: Duration.minutes(20) },
      'reach is 20 minutes and longest 30 minutes, and the 3 runs of the function wait for 42 minutes together; shorten one, or what ends later is answered by nobody',
    ],
  ])('fails with %j [compute-asg-lifecycle-hooks]', (props, fault) => {
    expect(() => built(props)).toThrow(`Stack/Joining:\n  ${fault}`);
  });

  test('fails when there is no such script', () => {
    expect(() => built({ script: 'nowhere.sh' })).toThrow(
      'there is no file nowhere.sh; give the path of one that exists',
    );
  });
});

describe('a hook beside the blocks', () => {
  const raw =
    (heartbeatTimeout: number, notificationTargetArn = 'arn:aws:sns:eu-west-1:123456789012:waiting') =>
    () => {
      const stack = testStack();
      new CfnLifecycleHook(stack, 'Raw', {
        autoScalingGroupName: 'group',
        lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        heartbeatTimeout,
        ...(notificationTargetArn !== '' && { notificationTargetArn }),
      });
      guardCompute(stack);
      return Template.fromStack(stack);
    };

  test.each([10, 29, 7_201, 10_800])(
    'fails with a heartbeat of %d seconds [compute-asg-lifecycle-hooks]',
    (seconds) => {
      expect(raw(seconds)).toThrow(
        `Stack/Raw:\n  HeartbeatTimeout is ${seconds} seconds; give 30 to 7200, and extend it by heartbeats for longer work`,
      );
    },
  );

  test.each([30, 7_200])('may have one of %d seconds [compute-asg-lifecycle-hooks]', (seconds) => {
    expect(raw(seconds)).not.toThrow();
  });

  test('fails when nobody answers it [compute-asg-lifecycle-hooks]', () => {
    expect(raw(300, '')).toThrow(
      'Stack/Raw:\n  nobody answers this hook, so each instance would wait until it gives up; take LifecycleWork, or name a NotificationTargetARN',
    );
  });
});
