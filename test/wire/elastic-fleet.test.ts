import { resolve } from 'node:path';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { CreateDocumentCommand, ListCommandsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, kill, lostBefore, randomFaults, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { Chance } from './support/random';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const settings = {
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const groups = new AutoScalingClient(settings);
const balancers = new ElasticLoadBalancingV2Client(settings);
const ssm = new SSMClient(settings);
const events = new EventBridgeClient(settings);
const group = 'wire-fleet';
const hooks = { LAUNCHING: 'wire-joining', TERMINATING: 'wire-leaving' } as const;
const document = 'wire-script';
let wire: Wire;
let pools: Record<'act' | 'drain' | 'report', FunctionPool>;
let pool: string;
/** Where notices of hooks come, as they come to the function on AWS. */
let notices: string;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { Vpc } = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: '10.78.0.0/16' }));
  const { Subnet } = await aws.ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.78.0.0/24' }));
  const { Images } = await aws.ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  await aws.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: group,
      LaunchTemplateData: { ImageId: Images![0].ImageId! },
    }),
  );
  const { TargetGroups } = await balancers.send(
    new CreateTargetGroupCommand({ Name: group, Protocol: 'HTTP', Port: 80, VpcId: Vpc!.VpcId! }),
  );
  pool = TargetGroups![0].TargetGroupArn!;
  await groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: group,
      LaunchTemplate: { LaunchTemplateName: group, Version: '$Latest' },
      MinSize: 2,
      MaxSize: 60,
      VPCZoneIdentifier: Subnet!.SubnetId!,
      TargetGroupARNs: [pool],
    }),
  );
  for (const [transition, name] of Object.entries(hooks))
    await groups.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName: group,
        LifecycleHookName: name,
        LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
      }),
    );
  const { QueueUrl } = await aws.sqs.send(
    new CreateQueueCommand({
      QueueName: 'wire-fleet-notices',
      Attributes: {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Resource: '*',
              Principal: { Service: 'events.amazonaws.com' },
            },
          ],
        }),
      },
    }),
  );
  notices = QueueUrl!;
  const EventPattern = JSON.stringify({ source: ['aws.autoscaling'], detail: { AutoScalingGroupName: [group] } });
  await events.send(new PutRuleCommand({ Name: group, EventPattern }));
  const Arn = `arn:aws:sqs:${region}:${account}:wire-fleet-notices`;
  await events.send(new PutTargetsCommand({ Rule: group, Targets: [{ Id: 'queue', Arn }] }));
  const content = JSON.stringify({
    schemaVersion: '2.2',
    mainSteps: [{ name: 's', action: 'aws:runShellScript', inputs: { runCommand: ['true'] } }],
  });
  await ssm.send(new CreateDocumentCommand({ Name: document, Content: content, DocumentType: 'Command' }));
  const made = (folder: string, name: string, timeoutSeconds: number, environment: Record<string, string>, most = 4) =>
    new FunctionPool(
      {
        name: `fleet-${name}`,
        arn: `arn:aws:lambda:${region}:${account}:function:fleet-${name}`,
        bundle: new HandlerBundle(resolve('lambda', folder, `${name}.ts`)).folder(),
        handler: 'index.handler',
        timeoutSeconds,
        environment,
      },
      wire,
      most,
    );
  pools = {
    act: made('lifecycle-work', 'act', 900, { DOCUMENT: document, HEARTBEAT_SECONDS: '600', REACH_SECONDS: '60' }),
    drain: made('spot-drain', 'drain', 25, { GROUP: group, DOCUMENT: document }),
    // As the block reserves it: one run at a time.
    report: made('fleet-health-reporter', 'report', 30, { GROUP: group, MAX_CONCURRENT: '1' }, 1),
  };
});
afterAll(async () => {
  for (const each of Object.values(pools)) each.stop();
  aws.stop();
  for (const client of [groups, balancers, ssm, events]) client.destroy();
  await wire.stop();
});

/** The group has two instances, and nobody waits. */
beforeEach(async () => {
  wire.clear();
  await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: 2 }));
  for (let waiting = await waits(); waiting.length > 0; waiting = await waits())
    await Promise.all(waiting.map((each) => pools.act.invoke(each)));
  wire.clear();
});

/** The notices of all that wait. */
async function waits(): Promise<Notice[]> {
  await heard();
  const waiting = Object.entries(await members()).filter(([, state]) => state.endsWith(':Wait'));
  return waiting.map(([id]) => told.findLast(({ detail }) => detail.EC2InstanceId === id)!);
}

interface Notice {
  readonly detail: { readonly EC2InstanceId: string; readonly LifecycleTransition: string };
}

/** All that the group ever told. */
const told: Notice[] = [];

/** What the group has told since the last time. */
async function heard(): Promise<Notice[]> {
  const all: Notice[] = [];
  for (;;) {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: notices, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) {
      told.push(...all);
      return all;
    }
    for (const { Body, ReceiptHandle } of Messages) {
      all.push(JSON.parse(Body!) as Notice);
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl: notices, ReceiptHandle: ReceiptHandle! }));
    }
  }
}

async function members(): Promise<Record<string, string>> {
  const { AutoScalingGroups } = await groups.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  const found = AutoScalingGroups![0].Instances ?? [];
  return Object.fromEntries(found.map(({ InstanceId, LifecycleState }) => [InstanceId!, LifecycleState!]));
}
const serving = async () =>
  Object.entries(await members())
    .filter(([, is]) => is === 'InService')
    .map(([id]) => id);
const grow = async (by: number) => {
  await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: 2 + by }));
  return heard();
};
/** As Lambda does, and in the end a person: again until it comes through. */
async function through(run: () => Promise<{ error?: unknown }>): Promise<void> {
  for (let tries = 0; tries < 10; tries++) if ((await run()).error === undefined) return;
  throw new Error('it never came through');
}
const commandsOf = async (instance: string) =>
  (await ssm.send(new ListCommandsCommand({ InstanceId: instance }))).Commands!.length;
const completions = () => wire.effects('CompleteLifecycleAction').length;
const faults: [string, (call: Parameters<typeof throttled>[0]) => ReturnType<typeof throttled>][] = [
  ['throttled', (call) => throttled(call)],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
];

describe('an instance at a hook', () => {
  test('runs the script and joins; told twice at once, it does so once [compute-asg-lifecycle-handler]', async () => {
    const [one] = await grow(1);
    const runs = await Promise.all([pools.act.invoke(one), pools.act.invoke(one)]);
    expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect((await members())[one.detail.EC2InstanceId]).toBe('InService');
    expect(runs.map(({ result }) => (result as { told: string }).told).sort()).toEqual(['CONTINUE', 'too late']);
  });

  test.each(faults)(
    'joins when the first call of every kind is %s [compute-asg-lifecycle-handler]',
    async (_, fault) => {
      const [one] = await grow(1);
      wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
      expect((await pools.act.invoke(one)).error).toBeUndefined();
      expect((await members())[one.detail.EC2InstanceId]).toBe('InService');
    },
  );

  test('whose function dies with the script begun joins by the next run, which begins no second one [compute-asg-lifecycle-handler]', async () => {
    const [one] = await grow(1);
    wire.plan = (call, nth) => (call.operation === 'GetCommandInvocation' && nth === 1 ? kill : undefined);
    expect((await pools.act.invoke(one)).error).toBeDefined();
    await through(() => pools.act.invoke(one));
    expect(await commandsOf(one.detail.EC2InstanceId)).toBe(1);
    expect((await members())[one.detail.EC2InstanceId]).toBe('InService');
  });

  test('forty of them, told twice where chance has it, under throttling, lost calls, lost answers and deaths [compute-asg-lifecycle-handler]', async () => {
    const chance = new Chance(jest.getSeed());
    const all = await grow(40);
    const noisy = randomFaults(chance, { throttled: 5, lostBefore: 4, answerLost: 5 });
    wire.plan = (call, nth) =>
      call.operation === 'SendCommand' && nth === 1 && chance.happens(0.1, 'kill', call.key, call.target)
        ? kill
        : noisy(call, nth);
    const twice = all.filter((_, i) => chance.happens(0.3, 'twice', i));
    await Promise.all([...all, ...twice].map((each) => through(() => pools.act.invoke(each))));
    const after = await members();
    const joined = all.filter(({ detail }) => after[detail.EC2InstanceId] === 'InService');
    const figure = {
      what: 'elastic fleet, instances at their hook',
      in: all.length,
      once: joined.length,
      refused: 0,
      lost: all.length - joined.length,
      doubled: Math.max(0, completions() - all.length),
    };
    note('8-elastic-fleet', [figure]);
    expect(figure).toMatchObject({ once: 40, lost: 0, doubled: 0 });
  });
});

describe('a spot instance that is wanted back', () => {
  const warning = (instance: string, kind = 'EC2 Spot Instance Interruption Warning') => ({
    id: `notice-of-${instance}`,
    'detail-type': kind,
    detail: { 'instance-id': instance },
  });
  const registered = async () =>
    (await balancers.send(new DescribeTargetHealthCommand({ TargetGroupArn: pool }))).TargetHealthDescriptions!.map(
      ({ Target }) => Target!.Id!,
    );

  test('is out of its pool, told to stop, and replaced [compute-spot-interruption]', async () => {
    const [victim] = await serving();
    expect(await pools.drain.invoke(warning(victim))).toMatchObject({
      result: {
        outcome: 'drained',
        did: ['asked for another', 'stopped its application', 'took its requests away'],
      },
    });
    expect((await members())[victim]).toBe('Terminating:Wait');
    expect(await registered()).not.toContain(victim);
    expect((await heard()).map(({ detail }) => detail.LifecycleTransition).sort()).toEqual([
      'autoscaling:EC2_INSTANCE_LAUNCHING',
      'autoscaling:EC2_INSTANCE_TERMINATING',
    ]);
  });

  test.each(faults)('when the first call of every kind is %s as well [compute-spot-interruption]', async (_, fault) => {
    const [victim] = await serving();
    wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
    await through(() => pools.drain.invoke(warning(victim)));
    expect((await members())[victim]).toBe('Terminating:Wait');
    expect(await registered()).not.toContain(victim);
  });

  test('warned of three times at once, it stops its application once or is told the same again, and is replaced once [compute-spot-interruption]', async () => {
    const [victim] = await serving();
    const before = Object.keys(await members()).length;
    await Promise.all([1, 2, 3].map(() => through(() => pools.drain.invoke(warning(victim)))));
    expect(Object.keys(await members())).toHaveLength(before + 1);
  });

  test('of another group, or of none, is left alone [compute-spot-interruption]', async () => {
    expect(await pools.drain.invoke(warning('i-0123456789abcdef0'))).toMatchObject({ result: { outcome: 'ignored' } });
    expect(wire.effects('SetInstanceHealth')).toEqual([]);
  });
});

describe('an instance others found ill', () => {
  const ill = (instance: string) => ({ detail: { instance, reason: 'its disk is full' } });

  test('is replaced; one at a time, however many reports come at once [compute-asg-custom-health]', async () => {
    const [first, second] = await serving();
    const runs = await Promise.all([first, second].map((instance) => pools.report.invoke(ill(instance))));
    expect(runs.filter(({ error }) => error === undefined)).toHaveLength(1);
    expect(runs.find(({ error }) => error)).toMatchObject({ error: { errorType: 'TooMany' } });
    expect(Object.values(await members()).filter((state) => state === 'Terminating:Wait')).toHaveLength(1);
  });

  test('and the next when the first one has its successor [compute-asg-custom-health]', async () => {
    const [first, second] = await serving();
    await through(() => pools.report.invoke(ill(first)));
    await Promise.all((await heard()).map((each) => through(() => pools.act.invoke(each))));
    expect((await pools.report.invoke(ill(second))).result).toMatchObject({ outcome: 'to be replaced' });
  });

  test.each(faults)('when the first call of every kind is %s as well [compute-asg-custom-health]', async (_, fault) => {
    const [victim] = await serving();
    wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
    await through(() => pools.report.invoke(ill(victim)));
    expect((await members())[victim]).toBe('Terminating:Wait');
    expect(wire.effects('SetInstanceHealth').length).toBeLessThanOrEqual(2);
  });
});
