import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling';
import { GetCommandInvocationCommand, ListCommandsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { answer, type Action } from '../../../lambda/lifecycle-work/action';
import { InstanceScript } from '../../../lambda/shared/instance-command';

const ssm = mockClient(SSMClient);
const autoScaling = mockClient(AutoScalingClient);
const began = Date.parse('2026-11-28T12:00:00Z');
const region = { region: 'eu-west-1' };
const tools = {
  autoScaling: new AutoScalingClient(region),
  script: new InstanceScript(new SSMClient(region), 'warm-up'),
};
const joining: Action = {
  group: 'web',
  hook: 'Joining',
  token: '87654321-4321-4321-4321-210987654321',
  instance: 'i-0123456789abcdef0',
  leaves: false,
  since: began,
};
const leaving: Action = { ...joining, hook: 'Leaving', leaves: true };
const settings = { heartbeatSeconds: 60, reachSeconds: 120, lookSeconds: 0 };
const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });
const expired = named('ValidationError', `No active Lifecycle Action found with instance ID ${joining.instance}`);

/** An instance as Systems Manager and its group see it; each look at it takes five seconds. */
class Region {
  /** How many looks the script takes, and what becomes of it. */
  looks = 1;
  ends = 'Success';
  /** After how many looks the agent reports. */
  silent = 0;
  readonly did: string[] = [];
  private readonly commands: { CommandId: string; Comment: string; DocumentName: string }[] = [];

  constructor() {
    ssm.reset();
    autoScaling.reset();
    jest.setSystemTime(began);
    ssm.on(ListCommandsCommand).callsFake(() => {
      this.pass();
      return { Commands: this.commands };
    });
    ssm.on(SendCommandCommand).callsFake(({ Comment, DocumentName }) => {
      if (this.silent-- > 0) throw named('InvalidInstanceId');
      const CommandId = `command-${this.commands.length + 1}`;
      this.did.push(`sent ${CommandId}`);
      this.commands.push({ CommandId, Comment, DocumentName });
      return { Command: { CommandId } };
    });
    ssm.on(GetCommandInvocationCommand).callsFake(() => {
      this.pass();
      this.looks -= 1;
      return this.looks > 0 ? { Status: 'InProgress' } : { Status: this.ends, StatusDetails: this.ends };
    });
    autoScaling.on(RecordLifecycleActionHeartbeatCommand).callsFake(({ LifecycleActionToken: token }) => {
      this.did.push(`beat ${token === joining.token}`);
      return {};
    });
    autoScaling.on(CompleteLifecycleActionCommand).callsFake((given) => {
      this.did.push(`${given.AutoScalingGroupName} ${given.LifecycleHookName} ${given.LifecycleActionResult}`);
      return {};
    });
  }

  private pass(): void {
    jest.setSystemTime(Date.now() + 5_000);
  }
}

let world: Region;
beforeAll(() => jest.useFakeTimers({ doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick'] }));
afterAll(() => jest.useRealTimers());
beforeEach(() => (world = new Region()));
const run = (action: Action, remaining = () => 900_000) =>
  answer(tools, action, settings, { getRemainingTimeInMillis: remaining });

describe('an instance that waits at a hook', () => {
  test('runs the script, and joins when it has done so [compute-asg-lifecycle-handler]', async () => {
    expect(await run(joining)).toEqual({ work: 'done', told: 'CONTINUE', why: 'Success' });
    expect(world.did).toEqual(['sent command-1', 'web Joining CONTINUE']);
  });

  test.each(['Failed', 'TimedOut', 'Undeliverable', 'Cancelled'])(
    'is abandoned at launch when the script is %s, and goes in any case when it leaves [compute-asg-lifecycle-handler]',
    async (status) => {
      world.ends = status;
      expect(await run(joining)).toEqual({ work: 'failed', told: 'ABANDON', why: status });
      world = new Region();
      world.ends = status;
      expect(await run(leaving)).toEqual({ work: 'failed', told: 'CONTINUE', why: status });
    },
  );

  test('is kept by heartbeats while the script works, one in half the time each gives [compute-asg-lifecycle-handler]', async () => {
    world.looks = 20;
    await run(joining);
    expect(world.did).toEqual(['sent command-1', 'beat true', 'beat true', 'web Joining CONTINUE']);
  });

  test('runs the script once, whatever comes twice; the second answer finds nobody who waits [compute-asg-lifecycle-handler]', async () => {
    await run(joining);
    autoScaling.on(CompleteLifecycleActionCommand).rejects(expired);
    expect(await run(joining)).toEqual({ work: 'done', told: 'too late', why: 'Success' });
    expect(world.did.filter((did) => did.startsWith('sent'))).toEqual(['sent command-1']);
  });

  test('of another occasion runs it again, as does one with another script', async () => {
    await run(joining);
    await run({ ...joining, token: 'another' });
    const other = { ...tools, script: new InstanceScript(new SSMClient(region), 'other') };
    await answer(other, joining, settings, { getRemainingTimeInMillis: () => 900_000 });
    expect(world.did.filter((did) => did.startsWith('sent'))).toHaveLength(3);
  });

  test('is left when nobody waits for it any more: the token has expired [compute-asg-lifecycle-handler]', async () => {
    world.looks = 1_000;
    autoScaling.on(RecordLifecycleActionHeartbeatCommand).rejects(expired);
    autoScaling.on(CompleteLifecycleActionCommand).rejects(expired);
    expect(await run(joining)).toEqual({
      work: 'not reached',
      told: 'too late',
      why: 'nobody waits for it any more',
    });
  });

  test('is waited for until its agent reports', async () => {
    world.silent = 4;
    expect(await run(joining)).toMatchObject({ work: 'done', told: 'CONTINUE' });
  });

  test('whose agent never reports is abandoned at launch, and goes when it leaves [compute-asg-lifecycle-handler]', async () => {
    world.silent = 1_000;
    const why = 'its agent did not report within 120 seconds';
    expect(await run(joining)).toEqual({ work: 'not reached', told: 'ABANDON', why });
    world = new Region();
    world.silent = 1_000;
    expect(await run(leaving)).toEqual({ work: 'not reached', told: 'CONTINUE', why });
  });

  test('is handed to the next run when this one ends: the wait is extended, and the script goes on [compute-asg-lifecycle-handler]', async () => {
    world.looks = 4;
    let left = 24_000;
    await expect(run(joining, () => (left -= 5_000))).rejects.toThrow('out of time');
    expect(world.did).toEqual(['sent command-1', 'beat true']);
    expect(await run(joining)).toMatchObject({ work: 'done', told: 'CONTINUE' });
    expect(world.did).toEqual(['sent command-1', 'beat true', 'web Joining CONTINUE']);
  });

  test('fails where a service refuses, so that Lambda tries again', async () => {
    ssm.on(SendCommandCommand).rejects(named('AccessDeniedException', 'not allowed'));
    await expect(run(joining)).rejects.toThrow('not allowed');
    world = new Region();
    ssm.on(GetCommandInvocationCommand).rejects(named('ThrottlingException', 'Rate exceeded'));
    await expect(run(joining)).rejects.toThrow('Rate exceeded');
    world = new Region();
    autoScaling.on(CompleteLifecycleActionCommand).rejects(named('ValidationError', 'no such group'));
    await expect(run(joining)).rejects.toThrow('no such group');
  });

  test('waits on while Systems Manager does not know the command yet', async () => {
    ssm.on(GetCommandInvocationCommand).rejectsOnce(named('InvocationDoesNotExist')).resolves({ Status: 'Success' });
    expect(await run(joining)).toMatchObject({ work: 'done' });
  });
});

describe('the handler', () => {
  const context = { functionName: 'worker', getRemainingTimeInMillis: () => 900_000 } as Context;
  const start = () => {
    Object.assign(process.env, {
      DOCUMENT: 'warm-up',
      HEARTBEAT_SECONDS: '60',
      REACH_SECONDS: '120',
      AWS_REGION: 'eu-west-1',
    });
    return require('../../../lambda/lifecycle-work/act') as typeof import('../../../lambda/lifecycle-work/act');
  };
  /** As Auto Scaling writes it. */
  const event = (transition: string) => ({
    version: '0',
    id: '12345678-1234-1234-1234-123456789012',
    'detail-type': 'EC2 Instance-launch Lifecycle Action',
    source: 'aws.autoscaling',
    account: '123456789012',
    time: '2026-11-28T12:00:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/web'],
    detail: {
      LifecycleActionToken: joining.token,
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'Joining',
      EC2InstanceId: joining.instance,
      LifecycleTransition: transition,
      NotificationMetadata: '',
      Origin: 'EC2',
      Destination: 'AutoScalingGroup',
    },
  });

  test.each([
    ['autoscaling:EC2_INSTANCE_LAUNCHING', 'ABANDON'],
    ['autoscaling:EC2_INSTANCE_TERMINATING', 'CONTINUE'],
  ])('reads the notice of %s: what failed ends in %s', async (transition, told) => {
    world.ends = 'Failed';
    expect(await start().handler(event(transition), context)).toMatchObject({ told });
  });

  test.each([[{}], [null], [event('autoscaling:TEST_NOTIFICATION')]])('fails when the event is %j', async (wrong) => {
    await expect(start().handler(wrong, context)).rejects.toThrow(
      `this is no notice of a lifecycle hook: ${JSON.stringify(wrong)}`,
    );
    expect(ssm.calls()).toEqual([]);
  });
});
