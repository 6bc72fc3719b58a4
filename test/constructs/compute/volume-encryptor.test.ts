import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import validate from 'asl-validator';
import { VolumeEncryptor, type VolumeEncryptorProps } from '../../../lib/constructs/compute/volume-encryptor';
import { notCovered } from '../../../lib/constructs/serverless/machine-coverage';
import type { Json } from '../../../lib/constructs/serverless/machine-paths';
import { runMachine, type FakeTask, type MachineRun } from '../../../lib/constructs/serverless/machine-run';
import { statesOf } from '../../../lib/constructs/serverless/machine-states';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { testStack } from '../../support/app';

const tag = ['groundplan:encrypt', 'yes'] as const;

function made(props: (stack: Stack) => Partial<VolumeEncryptorProps> = () => ({})) {
  const stack = testStack();
  const encryptor = new VolumeEncryptor(stack, 'Encryptor', {
    tag,
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props(stack),
  });
  return { stack, encryptor, machine: encryptor.workflow.definition };
}
const { machine } = made();
const runs: MachineRun[] = [];

interface FakeVolume {
  State: string;
  Encrypted: boolean;
  [more: string]: unknown;
}

/** As much of EC2 as the machine sees: one server, one volume, and what is made of it. */
class Ec2 {
  readonly volumes: Record<string, FakeVolume>;
  readonly snapshots: Record<string, { State: string; Encrypted: boolean }> = {};
  server = 'running';
  group: Json[] = [];
  readonly made: Json[] = [];
  /** Names of tasks that fail, and for how long; states that things are stuck in. */
  readonly failing = new Map<string, number>();
  readonly stuck: Record<string, string> = {};

  constructor(old: Record<string, unknown> = {}) {
    this.volumes = {
      'vol-old': {
        VolumeId: 'vol-old',
        State: 'in-use',
        Encrypted: false,
        AvailabilityZone: 'eu-west-1a',
        Size: 10,
        VolumeType: 'gp3',
        Iops: 3_000,
        Throughput: 125,
        MultiAttachEnabled: false,
        Attachments: [{ InstanceId: 'i-1', Device: '/dev/sdf', State: 'attached' }],
        Tags: [
          { Key: 'Name', Value: 'letters' },
          { Key: 'aws:cloudformation:stack-name', Value: 'mine' },
        ],
        ...old,
      },
    };
  }

  private readonly does: Readonly<Record<string, (given: any) => unknown>> = {
    describeVolumes: ({ VolumeIds: [id] }) => ({ Volumes: [{ ...this.volumes[id], ...this.shown(id) }] }),
    describeInstances: () => ({
      Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: this.stuck.server ?? this.server } }] }],
    }),
    describeAutoScalingInstances: () => ({ AutoScalingInstances: this.group }),
    stopInstances: () => void (this.server = 'stopped'),
    startInstances: () => void (this.server = 'running'),
    createSnapshot: (given) => this.snapshot(given, false),
    copySnapshot: (given) => this.snapshot(given, given.Encrypted),
    describeSnapshots: ({ SnapshotIds: [id] }) => ({ Snapshots: [{ ...this.snapshots[id], ...this.shown(id) }] }),
    createVolume: (given) => {
      this.made.push(given);
      this.volumes['vol-new'] = { State: 'available', Encrypted: this.snapshots[given.SnapshotId].Encrypted, Tags: [] };
      return { VolumeId: 'vol-new' };
    },
    createTags: ({ Resources: [id], Tags }) => void (this.volumes[id].Tags as Json[]).push(...Tags),
    detachVolume: ({ VolumeId }) => {
      if (this.volumes[VolumeId].State !== 'in-use') throw new Error(`${VolumeId} is not attached`);
      this.volumes[VolumeId].State = 'available';
    },
    attachVolume: ({ VolumeId, InstanceId, Device }) => {
      expect([InstanceId, Device]).toEqual(['i-1', '/dev/sdf']);
      if (Object.values(this.volumes).some(({ State }) => State === 'in-use')) throw new Error('the device is taken');
      this.volumes[VolumeId].State = 'in-use';
    },
  };

  private snapshot(given: any, Encrypted: boolean) {
    this.made.push(given);
    const SnapshotId = Encrypted ? 'snap-copy' : 'snap-plain';
    this.snapshots[SnapshotId] = { State: 'completed', Encrypted };
    return { SnapshotId };
  }

  private shown = (id: string) => (this.stuck[id] === undefined ? {} : { State: this.stuck[id] });

  get tasks(): Record<string, FakeTask> {
    return Object.fromEntries(
      statesOf(machine)
        .filter(({ state }) => state.Type === 'Task')
        .map(({ name, state }) => [
          name,
          (given: Json) => {
            const left = this.failing.get(name) ?? 0;
            if (left > 0) {
              this.failing.set(name, left - 1);
              throw Object.assign(new Error(`${name} went wrong`), { name: 'Ec2.Ec2Exception' });
            }
            return this.does[state.Resource!.split(':').at(-1)!](given) ?? {};
          },
        ]),
    );
  }

  async run(input: Json = { volume: 'vol-old' }): Promise<MachineRun> {
    const run = await runMachine(machine, { input, tasks: this.tasks });
    runs.push(run);
    return run;
  }

  /** The server runs with this volume, and with no other. */
  expectOn(volume: string): void {
    expect(this.server).toBe('running');
    expect(Object.entries(this.volumes).flatMap(([id, { State }]) => (State === 'in-use' ? [id] : []))).toEqual([
      volume,
    ]);
  }
}

const done = { old: 'vol-old', new: 'vol-new', plain: 'snap-plain', encrypted: 'snap-copy' };
const of = [{ Key: 'groundplan:encrypts', Value: 'vol-old' }];

describe('the machine', () => {
  test('a snapshot, its encrypted copy, a volume of the copy in the same zone, and the swap while the server stands still [compute-ebs-encrypt-existing]', async () => {
    const ec2 = new Ec2();
    const { output, status, steps } = await ec2.run();
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: done });
    expect(ec2.made).toEqual([
      {
        VolumeId: 'vol-old',
        Description: 'What is to be encrypted',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: of }],
      },
      {
        SourceSnapshotId: 'snap-plain',
        SourceRegion: '<AWS::Region>',
        Encrypted: true,
        Description: 'The same, encrypted',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: of }],
      },
      {
        AvailabilityZone: 'eu-west-1a',
        SnapshotId: 'snap-copy',
        VolumeType: 'gp3',
        Size: 10,
        Iops: 3_000,
        Throughput: 125,
        Encrypted: true,
        ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
        TagSpecifications: [{ ResourceType: 'volume', Tags: [...of, { Key: 'groundplan:encrypt', Value: 'yes' }] }],
      },
    ]);
    ec2.expectOn('vol-new');
    expect(ec2.volumes['vol-new']).toMatchObject({ Encrypted: true, Tags: [{ Key: 'Name', Value: 'letters' }] });
    expect(ec2.volumes['vol-old'].Tags).toContainEqual({ Key: 'groundplan:encrypted-as', Value: 'vol-new' });
    const order = steps.filter(({ what }) => what === 'entered').map(({ state }) => state);
    expect(order.indexOf('Stop the server')).toBeLessThan(order.indexOf('Take a snapshot'));
    expect(order.indexOf('Start it with the new volume')).toBeGreaterThan(order.indexOf('Await the new volume on'));
  });

  test('nothing can be deleted: no task does, and the role may not [compute-ebs-encrypt-existing]', () => {
    const calls = statesOf(machine).flatMap(({ state }) => state.Resource ?? []);
    expect(calls.filter((call) => /delete|terminate|modify/i.test(call))).toEqual([]);
    expect(JSON.stringify(Template.fromStack(made().stack).findResources('AWS::IAM::Policy'))).not.toMatch(
      /ec2:(Delete|Terminate|Modify|\*)/,
    );
  });

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['io2', { VolumeType: 'io2', Iops: 500, Throughput: undefined }, ['Iops']],
    ['gp2', { VolumeType: 'gp2', Iops: 100, Throughput: undefined }, []],
    ['st1', { VolumeType: 'st1', Iops: undefined, Throughput: undefined }, []],
  ])('of %s the speed is given that its kind takes', async (_kind, old, speeds) => {
    const ec2 = new Ec2(old);
    expect((await ec2.run()).status).toBe('SUCCEEDED');
    const refused = new Ec2(old);
    refused.failing.set(speeds.length > 0 ? 'Make it with its IOPS' : 'Make it', Infinity);
    expect((await refused.run()).status).toBe('FAILED');
    refused.expectOn('vol-old');
    expect(Object.keys(ec2.made[2] as object).filter((name) => ['Iops', 'Throughput'].includes(name))).toEqual(speeds);
  });

  test('a volume of no server becomes another of no server, and a server that stands still is not started', async () => {
    const free = new Ec2({ State: 'available', Attachments: [] });
    expect((await free.run()).output).toEqual(done);
    expect(free.volumes['vol-new'].State).toBe('available');
    const still = new Ec2();
    still.server = 'stopped';
    expect((await still.run()).output).toEqual(done);
    expect([still.server, still.volumes['vol-new'].State]).toEqual(['stopped', 'in-use']);
  });

  test('of an encrypted volume nothing is made', async () => {
    const ec2 = new Ec2({ Encrypted: true });
    expect(await ec2.run()).toMatchObject({ status: 'SUCCEEDED', output: 'vol-old' });
    expect(ec2.made).toEqual([]);
  });

  test.each<[string, () => Ec2, Json]>([
    ['NoVolume', () => new Ec2(), {}],
    ['NoVolume', () => new Ec2(), { volume: 'snap-1' }],
    ['SharedVolume', () => new Ec2({ MultiAttachEnabled: true }), { volume: 'vol-old' }],
    ['VolumeNotReady', () => new Ec2({ State: 'creating' }), { volume: 'vol-old' }],
    [
      'ServerInGroup',
      () => Object.assign(new Ec2(), { group: [{ AutoScalingGroupName: 'fleet' }] }),
      { volume: 'vol-old' },
    ],
    ['ServerNotReady', () => Object.assign(new Ec2(), { server: 'pending' }), { volume: 'vol-old' }],
  ])('fails with %s before anything is touched', async (error, world, input) => {
    const ec2 = world();
    expect(await ec2.run(input)).toMatchObject({ status: 'FAILED', error });
    expect(ec2.made).toEqual([]);
    expect(ec2.server).not.toBe('stopped');
  });

  test.each([
    ['the copy', 'Copy it encrypted'],
    ['the attachment', 'Attach the new volume'],
  ])(
    'when %s fails, the server runs again with its old volume, and the execution says what EC2 said [compute-ebs-encrypt-existing]',
    async (_what, task) => {
      const ec2 = new Ec2();
      ec2.failing.set(task, Infinity);
      expect(await ec2.run()).toMatchObject({
        status: 'FAILED',
        error: 'Ec2.Ec2Exception',
        cause: `${task} went wrong`,
      });
      ec2.expectOn('vol-old');
    },
  );

  const swapped = ['Mark the old volume', 'See the old volume on', 'Start it as it was'];
  const tasks = statesOf(machine).flatMap(({ name, state }) => (state.Type === 'Task' ? [name] : []));
  test.each(tasks.filter((task) => !swapped.includes(task)))(
    'whichever call fails for good, the server ends up running with one volume: %s',
    async (task) => {
      const ec2 = new Ec2();
      ec2.failing.set(task, Infinity);
      const { status } = await ec2.run();
      ec2.expectOn(status === 'SUCCEEDED' ? 'vol-new' : 'vol-old');
    },
  );

  test.each(tasks)('a call that fails twice is tried again: %s', async (task) => {
    const ec2 = new Ec2();
    ec2.failing.set(task, 2);
    expect((await ec2.run()).status).toBe('SUCCEEDED');
    ec2.expectOn('vol-new');
  });

  test.each([
    ['snap-plain', 'pending', 'the snapshot is pending after 360 looks, and was to be completed', 359 * 60],
    ['snap-copy', 'error', 'the copy is error after 1 looks, and was to be completed', 0],
    ['vol-new', 'creating', 'the new volume is creating after 40 looks, and was to be available', 39 * 15],
  ])('%s that stays %s is given up, and the old volume back in its place', async (id, state, cause, seconds) => {
    const ec2 = new Ec2();
    ec2.stuck[id] = state;
    expect(await ec2.run()).toMatchObject({ status: 'FAILED', error: 'NotInTime', cause, seconds });
    ec2.expectOn('vol-old');
  });

  /** Runs it in a world that becomes another when a task begins. */
  async function runWhile(ec2: Ec2, task: string, happens: () => void): Promise<MachineRun> {
    const { tasks } = ec2;
    const original = tasks[task];
    tasks[task] = (...given) => {
      const answer = original(...given);
      happens();
      return answer;
    };
    const run = await runMachine(machine, { input: { volume: 'vol-old' }, tasks });
    runs.push(run);
    return run;
  }

  test('a server that does not start with the new volume gets the old one back', async () => {
    const ec2 = new Ec2();
    // It may not use the key, and stops at once.
    const run = await runWhile(ec2, 'Start it with the new volume', () => (ec2.server = 'stopped'));
    expect(run).toMatchObject({ status: 'FAILED', error: 'NotInTime' });
    ec2.expectOn('vol-old');
  });

  test('a volume that is never quite attached is taken off again', async () => {
    const ec2 = new Ec2();
    const run = await runWhile(ec2, 'Attach the new volume', () => (ec2.stuck['vol-new'] = 'busy'));
    expect(run).toMatchObject({ status: 'FAILED', error: 'NotInTime' });
    ec2.expectOn('vol-old');
  });

  test('what comes in time is waited for', async () => {
    const ec2 = new Ec2();
    ec2.stuck['snap-copy'] = 'pending';
    let looks = 0;
    const slow = { ...ec2.tasks };
    const see = slow['See the copy'];
    slow['See the copy'] = (...given) => {
      if (++looks > 90) delete ec2.stuck['snap-copy'];
      return see(...given);
    };
    const start = slow['Start it with the new volume'];
    slow['Start it with the new volume'] = (...given) => {
      ec2.stuck.server = 'pending';
      return start(...given);
    };
    const saw = slow['See the start'];
    slow['See the start'] = (...given) => {
      const answer = saw(...given);
      delete ec2.stuck.server;
      return answer;
    };
    const run = await runMachine(machine, { input: { volume: 'vol-old' }, tasks: slow });
    runs.push(run);
    expect(run).toMatchObject({ status: 'SUCCEEDED', seconds: 90 * 60 + 15 });
    ec2.expectOn('vol-new');
  });

  test('what is done stays done when only the mark on the old volume is missing', async () => {
    const ec2 = new Ec2();
    ec2.failing.set('Mark the old volume', Infinity);
    expect((await ec2.run()).status).toBe('FAILED');
    ec2.expectOn('vol-new');
  });

  test('what cannot be put back is said so', async () => {
    for (const more of ['Start it as it was', 'See the old volume on']) {
      const ec2 = new Ec2();
      ec2.failing.set('Attach the new volume', Infinity);
      ec2.failing.set(more, Infinity);
      expect(await ec2.run()).toMatchObject({ status: 'FAILED', error: 'NotPutBack' });
    }
  });

  test.each([
    ['server', 'Stop the server', 'stopping', 'NotInTime'],
    ['vol-old', 'Detach the old volume', 'busy', 'NotPutBack'],
  ])('%s that hangs is given up', async (id, task, state, error) => {
    const ec2 = new Ec2();
    expect((await runWhile(ec2, task, () => (ec2.stuck[id] = state))).error).toBe(error);
  });

  test('its definition is what Step Functions takes', () => {
    const written = JSON.stringify(machine).replaceAll('<AWS::Partition>', 'aws');
    expect(validate(JSON.parse(written))).toMatchObject({ isValid: true });
  });

  afterAll(() => {
    expect(notCovered(machine, runs)).toEqual([]);
  });
});

describe('VolumeEncryptor', () => {
  test('it touches volumes and servers with its tag alone, and makes encrypted volumes alone [compute-ebs-encrypt-existing]', () => {
    const template = Template.fromStack(made().stack);
    const carried = { StringEquals: { 'ec2:ResourceTag/groundplan:encrypt': 'yes' } };
    for (const Action of [
      ['ec2:StartInstances', 'ec2:StopInstances'],
      ['ec2:AttachVolume', 'ec2:DetachVolume'],
      ['ec2:CreateSnapshot', 'ec2:CreateTags'],
    ])
      template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action, Condition: carried })]) },
      });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'ec2:CreateVolume',
            Condition: {
              StringEquals: { 'aws:RequestTag/groundplan:encrypt': 'yes' },
              Bool: { 'ec2:Encrypted': 'true' },
            },
          }),
        ]),
      },
    });
  });

  test('with a key of its own it copies with that key, and lets EC2 use it', () => {
    const { stack, machine: own } = made((scope) => ({ key: new Key(scope, 'Key') }));
    expect(own.States['Copy it encrypted'].Parameters).toMatchObject({ KmsKeyId: expect.stringMatching(/^<Key/) });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'kms:CreateGrant',
            Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
          }),
        ]),
      },
    });
  });

  test.each<[string, Partial<VolumeEncryptorProps>]>([
    ['tag is "a" = "", which nothing carries; name both', { tag: ['a', ''] }],
    ['tag has the key aws:a, which AWS keeps to itself; take another', { tag: ['aws:a', 'b'] }],
    ['patience is 9 minutes', { patience: Duration.minutes(9) }],
    ['patience is 13 hours', { patience: Duration.hours(13) }],
  ])('fails when %s', (fault, props) => {
    expect(() => made(() => props)).toThrow(`Stack/Encryptor:\n  ${fault}`);
  });
});
