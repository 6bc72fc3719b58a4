import {
  DescribeInstanceTypesCommand,
  DescribeSnapshotTierStatusCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  EC2Client,
  ModifySnapshotTierCommand,
  ModifyVolumeCommand,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
  RestoreSnapshotTierCommand,
  RestoreVolumeFromRecycleBinCommand,
  type SnapshotTierStatus,
} from '@aws-sdk/client-ec2';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { spawnSync } from 'node:child_process';
import { run } from '../../../tools/servers';
import { growScript } from '../../../tools/servers/volume-grow';
import { listening } from '../../support/console';

jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const ec2 = mockClient(EC2Client);
const ssm = mockClient(SSMClient);
const said = listening();
const did: string[] = [];
const note =
  <T>(what: string, answer: T) =>
  (): T => (did.push(what), answer);
const ask = (...args: readonly string[]) =>
  run(args, () => ({ ec2: () => new EC2Client({}), ssm: () => new SSMClient({}) }));

beforeEach(() => {
  ec2.reset();
  ssm.reset();
  did.length = 0;
});

describe('groundplan servers volume-grow', () => {
  const volume = 'vol-0123456789abcdef0';
  const instance = 'i-0123456789abcdef0';
  const grow = (...args: readonly string[]) => ask('volume-grow', volume, ...args);

  beforeEach(() => {
    ec2
      .on(DescribeVolumesCommand)
      .callsFake(note('look', { Volumes: [{ Size: 100, Attachments: [{ InstanceId: instance }] }] }));
    ec2.on(ModifyVolumeCommand).callsFake(({ Size }) => void did.push(`grow to ${Size}`));
    const states = ['modifying', 'optimizing'];
    ec2.on(DescribeVolumesModificationsCommand).callsFake(() => {
      const state = states.shift();
      did.push(state!);
      return { VolumesModifications: [{ ModificationState: state }] };
    });
    ssm.on(SendCommandCommand).callsFake(({ InstanceIds, Parameters }) => {
      did.push(`run on ${InstanceIds[0]}`);
      expect(Parameters.commands).toEqual([growScript(volume)]);
      return { Command: { CommandId: 'c' } };
    });
    ssm.on(GetCommandInvocationCommand).callsFake(note('success', { Status: 'Success' }));
  });

  test('grows the volume, waits until it is optimizing, then has the instance grow partition and file system [compute-ebs-grow]', async () => {
    expect(await grow('200', '--apply')).toBe(0);
    expect(did).toEqual(['look', 'grow to 200', 'modifying', 'optimizing', `run on ${instance}`, 'success']);
    expect(said.join()).toContain(`${volume} has 200 GiB now, and ${instance} sees them.`);
  });

  test('changes nothing without --apply [compute-ebs-grow]', async () => {
    expect(await grow('200')).toBe(0);
    expect(did).toEqual(['look']);
    expect(said.join()).toContain(`1. make ${volume} 200 GiB instead of 100`);
  });

  test('fails when it is to become smaller [compute-ebs-grow]', async () => {
    expect(await grow('99', '--apply')).toBe(1);
    expect(did).toEqual(['look']);
    expect(said.join()).toBe(
      `${volume} has 100 GiB, and no volume becomes smaller; copy what it holds to a new one of 99 GiB`,
    );
  });

  test('fails when EC2 or the instance does, saying what was done', async () => {
    ssm.on(GetCommandInvocationCommand).resolves({ Status: 'Failed', StandardErrorContent: 'no growpart' });
    expect(await grow('200', '--apply')).toBe(1);
    expect(said.join()).toBe(`${volume} grew, but its file system on ${instance} did not: no growpart`);
    ec2.on(DescribeVolumesModificationsCommand).resolves({
      VolumesModifications: [{ ModificationState: 'failed', StatusMessage: 'full' }],
    });
    expect(await grow('200', '--apply')).toBe(1);
    expect(said.join()).toContain(`${volume} did not grow: full`);
  });

  test('fails when the size is none', async () => {
    expect(await grow('big')).toBe(2);
    expect(said.join()).toContain('"big" is no size; write whole GiB, such as 100');
  });

  test('what the instance runs is clean shell', () => {
    expect(spawnSync('sh', ['-n'], { input: growScript(volume), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(growScript(volume)).toContain('nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0');
  });
});

describe('groundplan servers snapshot-archive and snapshot-restore', () => {
  const snapshot = 'snap-0123456789abcdef0';
  let status: SnapshotTierStatus;

  beforeEach(() => {
    status = { StorageTier: 'standard' };
    ec2.on(DescribeSnapshotTierStatusCommand).callsFake(() => ({ SnapshotTierStatuses: [status] }));
    ec2.on(ModifySnapshotTierCommand).callsFake(({ StorageTier }) => {
      did.push(`to ${StorageTier}`);
      status = { ...status, LastTieringOperationStatus: 'archival-in-progress', LastTieringProgress: 3 };
    });
    ec2.on(RestoreSnapshotTierCommand).callsFake(({ PermanentRestore, TemporaryRestoreDays }) => {
      did.push(PermanentRestore ? 'back for good' : `back for ${TemporaryRestoreDays}`);
      status = { ...status, LastTieringOperationStatus: 'temporary-restore-in-progress' };
    });
  });

  test('moves one to the archive once, and tells how far it is [compute-snapshot-archive]', async () => {
    expect(await ask('snapshot-archive', snapshot)).toBe(0);
    expect(did).toEqual([]);
    expect(await ask('snapshot-archive', snapshot, '--apply')).toBe(0);
    expect(await ask('snapshot-archive', snapshot, '--apply')).toBe(0);
    expect(did).toEqual(['to archive']);
    expect(said.at(-1)).toBe(`${snapshot}: archival-in-progress, 3 %. Run the command again to see how far it is.`);
  });

  test.each([
    [[], 'back for good'],
    [['--days', '180'], 'back for 180'],
  ])('takes one back: %j [compute-snapshot-archive]', async (options, done) => {
    status = { StorageTier: 'archive', LastTieringOperationStatus: 'archival-completed' };
    expect(await ask('snapshot-restore', snapshot, ...options)).toBe(0);
    expect(said.join()).toContain('after 24 to 72 hours');
    expect(await ask('snapshot-restore', snapshot, ...options, '--apply')).toBe(0);
    expect(await ask('snapshot-restore', snapshot, ...options, '--apply')).toBe(0);
    expect(did).toEqual([done]);
  });

  test('does nothing where there is nothing to do', async () => {
    expect(await ask('snapshot-restore', snapshot, '--apply')).toBe(0);
    status = { StorageTier: 'archive' };
    expect(await ask('snapshot-archive', snapshot, '--apply')).toBe(0);
    expect(did).toEqual([]);
  });

  test('fails when the days are none [compute-snapshot-archive]', async () => {
    expect(await ask('snapshot-restore', snapshot, '--days', '181')).toBe(2);
    expect(said.join()).toContain('--days is 181; write 1 to 180, or leave it out to have the snapshot back for good');
  });
});

describe('groundplan servers undelete', () => {
  test.each([
    ['snap-0123456789abcdef0', RestoreSnapshotFromRecycleBinCommand, { SnapshotId: 'snap-0123456789abcdef0' }],
    ['ami-0123456789abcdef0', RestoreImageFromRecycleBinCommand, { ImageId: 'ami-0123456789abcdef0' }],
    ['vol-0123456789abcdef0', RestoreVolumeFromRecycleBinCommand, { VolumeId: 'vol-0123456789abcdef0' }],
  ])('takes %s back from the bin, and nothing without --apply [compute-recycle-bin]', async (id, _, input) => {
    expect(await ask('undelete', id)).toBe(0);
    expect(ec2.calls()).toHaveLength(0);
    expect(await ask('undelete', id, '--apply')).toBe(0);
    expect(ec2.calls().map(({ args }) => [args[0].constructor.name, args[0].input])).toEqual([[_.name, input]]);
  });

  test('fails when it is of no kind that goes to the bin', async () => {
    expect(await ask('undelete', 'i-0123456789abcdef0')).toBe(2);
    expect(said.join()).toContain('is neither a snapshot, an image nor a volume; write an id with snap-, ami- or vol-');
  });
});

describe('groundplan servers ebs-limits', () => {
  const type = (InstanceType: string, iops: number) => ({
    InstanceType: InstanceType as 't4g.micro',
    EbsInfo: {
      EbsOptimizedInfo: {
        BaselineIops: 500,
        BaselineThroughputInMBps: 10.875,
        MaximumIops: iops,
        MaximumThroughputInMBps: 260.625,
      },
    },
  });

  test('tells rows of the table that EC2 sees otherwise, over all pages [compute-ebs-instance-cap]', async () => {
    ec2
      .on(DescribeInstanceTypesCommand)
      .resolvesOnce({ InstanceTypes: [type('t4g.micro', 11_800)], NextToken: 'more' })
      .resolves({ InstanceTypes: [type('t9g.micro', 12_000)] });
    expect(await ask('ebs-limits', 't*.micro')).toBe(0);
    expect(said.join('\n')).toBe("  't9g.micro': [500, 10.875, 12000, 260.625],");
  });

  test('says when the table is right, and when there is no such type [compute-ebs-instance-cap]', async () => {
    ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [type('t4g.micro', 11_800)] });
    expect(await ask('ebs-limits', 't4g.micro')).toBe(0);
    expect(said.at(-1)).toBe('The table is right about 1 types.');
    ec2.on(DescribeInstanceTypesCommand).resolves({ InstanceTypes: [] });
    expect(await ask('ebs-limits', 'q1.micro')).toBe(1);
    expect(said.at(-1)).toContain('no type is called q1.micro in this Region');
  });
});
