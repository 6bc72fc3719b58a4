import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  SetInstanceHealthCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListCommandsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { hurry } from '../../../lambda/spot-drain/leave';
import { drainTimeout } from '../../../lib/constructs/compute/spot-drain';

const [autoScaling, balancers, ssm] = [
  mockClient(AutoScalingClient),
  mockClient(ElasticLoadBalancingV2Client),
  mockClient(SSMClient),
];
const instance = 'i-1234567890abcdef0';
const pool = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1';
const context = { functionName: 'drain' } as Context;
/** As EC2 writes them. */
const warning = {
  version: '0',
  id: '1e5527d7-bb36-4607-3370-4164db56a40e',
  'detail-type': 'EC2 Spot Instance Interruption Warning',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2026-11-28T12:00:00Z',
  region: 'eu-west-1',
  resources: [`arn:aws:ec2:eu-west-1b:instance/${instance}`],
  detail: { 'instance-id': instance, 'instance-action': 'terminate' },
};
const recommendation = {
  ...warning,
  'detail-type': 'EC2 Instance Rebalance Recommendation',
  detail: { 'instance-id': instance },
};
const start = () => {
  Object.assign(process.env, { GROUP: 'web', DOCUMENT: 'stop', AWS_REGION: 'eu-west-1' });
  return require('../../../lambda/spot-drain/drain') as typeof import('../../../lambda/spot-drain/drain');
};
const tell = (event: unknown) => start().handler(event, context);
const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });

beforeEach(() => {
  for (const mock of [autoScaling, balancers, ssm]) mock.reset();
  autoScaling
    .on(DescribeAutoScalingInstancesCommand)
    .resolves({ AutoScalingInstances: [{ InstanceId: instance, AutoScalingGroupName: 'web' } as never] });
  autoScaling
    .on(DescribeAutoScalingGroupsCommand)
    .resolves({ AutoScalingGroups: [{ TargetGroupARNs: [pool] } as never] });
  autoScaling.on(SetInstanceHealthCommand).resolves({});
  balancers.on(DeregisterTargetsCommand).resolves({});
  well('i-2');
  ssm.on(ListCommandsCommand).resolves({});
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: 'command-1' } });
});
const well = (...ids: readonly string[]) =>
  balancers.on(DescribeTargetHealthCommand).resolves({
    TargetHealthDescriptions: [instance, ...ids].map((Id) => ({
      Target: { Id },
      TargetHealth: { State: 'healthy' },
    })),
  });
const deregistered = () => balancers.commandCalls(DeregisterTargetsCommand).map(({ args: [{ input }] }) => input);

describe('an instance that goes in two minutes', () => {
  test('gets no more requests, stops its application, and is replaced at once, young as it may be [compute-spot-interruption]', async () => {
    expect(await tell(warning)).toEqual({
      outcome: 'drained',
      did: ['asked for another', 'stopped its application', 'took its requests away'],
    });
    expect(deregistered()).toEqual([{ TargetGroupArn: pool, Targets: [{ Id: instance }] }]);
    const [{ args: sent }] = ssm.commandCalls(SendCommandCommand);
    expect(sent[0].input).toEqual({ DocumentName: 'stop', InstanceIds: [instance], Comment: warning.id });
    const [{ args: marked }] = autoScaling.commandCalls(SetInstanceHealthCommand);
    expect(marked[0].input).toEqual({
      InstanceId: instance,
      HealthStatus: 'Unhealthy',
      ShouldRespectGracePeriod: false,
    });
  });

  test('even if it is the last that is healthy: it goes anyway [compute-spot-interruption]', async () => {
    well();
    await tell(warning);
    expect(deregistered()).toHaveLength(1);
  });

  test.each([
    ['requests', () => balancers.on(DeregisterTargetsCommand).rejects(named('Throttling', 'no requests'))],
    ['application', () => ssm.on(SendCommandCommand).rejects(named('ThrottlingException', 'no application'))],
    ['replacement', () => autoScaling.on(SetInstanceHealthCommand).rejects(named('Throttling', 'no replacement'))],
  ])(
    'when one thing fails (its %s) the others are done all the same, and the next attempt does it',
    async (what, fail) => {
      fail();
      await expect(tell(warning)).rejects.toThrow(`${instance}: no ${what}`);
      const done = [
        deregistered().length,
        ssm.commandCalls(SendCommandCommand).length,
        autoScaling.commandCalls(SetInstanceHealthCommand).length,
      ];
      expect(done).toEqual([1, 1, 1]);
    },
  );

  test('a warning that comes twice stops the application once [compute-spot-interruption]', async () => {
    await tell(warning);
    ssm
      .on(ListCommandsCommand)
      .resolves({ Commands: [{ CommandId: 'command-1', Comment: warning.id, DocumentName: 'stop' }] });
    expect(await tell(warning)).toMatchObject({ outcome: 'drained' });
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
  });

  test('is fine when it cannot be reached or is gone already', async () => {
    ssm.on(SendCommandCommand).rejects(named('InvalidInstanceId'));
    autoScaling.on(SetInstanceHealthCommand).rejects(named('ValidationError', `Instance Id not found - ${instance}`));
    expect((await tell(warning)).did).toEqual(['did not reach it', 'took its requests away', 'was gone']);
  });

  test('even when no service answers, a run has tried everything within the time it has [compute-spot-interruption]', () => {
    // Which group it is in, where that group has its pools, who is healthy there, and out of the pool: one after the other.
    const { maxAttempts, requestHandler: handler } = hurry;
    const longest = 4 * maxAttempts * (handler.connectionTimeout + handler.requestTimeout);
    expect(longest / 1000).toBeLessThan(drainTimeout.toSeconds());
  });
});

describe('an instance that may have to go', () => {
  test('gets no more requests when others are healthy; its group does the rest [compute-spot-interruption]', async () => {
    expect(await tell(recommendation)).toEqual({ outcome: 'left to its group', did: ['took its requests away'] });
    expect(ssm.calls()).toEqual([]);
    expect(autoScaling.commandCalls(SetInstanceHealthCommand)).toEqual([]);
  });

  test('keeps its requests when it is the only one that is healthy [compute-spot-interruption]', async () => {
    well();
    expect((await tell(recommendation)).did).toEqual(['kept its requests, as no other instance is healthy']);
    expect(deregistered()).toEqual([]);
  });
});

test.each([[[]], [[{ InstanceId: instance, AutoScalingGroupName: 'other' }]]])(
  'an instance that is no member of the group is left alone: %j [compute-spot-interruption]',
  async (found) => {
    autoScaling.on(DescribeAutoScalingInstancesCommand).resolves({ AutoScalingInstances: found as never });
    expect(await tell(warning)).toEqual({ outcome: 'ignored', did: [] });
    expect([balancers.calls(), ssm.calls()]).toEqual([[], []]);
  },
);

test.each([
  [{}],
  [{ ...warning, detail: { 'instance-id': 'web-1' } }],
  [{ ...warning, 'detail-type': 'EC2 Instance State-change Notification' }],
])('fails when the event is another: %j', async (event) => {
  await expect(tell(event)).rejects.toThrow('this is no notice about spot capacity: ');
});
