import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type Image,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { retireImages } from '../../../lambda/golden-image/retire-images';

const autoScaling = mockClient(AutoScalingClient);
const ec2 = mockClient(EC2Client);
const ssm = mockClient(SSMClient);
const clients = { autoScaling: new AutoScalingClient({}), ec2: new EC2Client({}), ssm: new SSMClient({}) };
const settings = { tag: 'golden-image', name: 'page', parameter: '/imagebuilder/page', keep: 2 };
const retire = (keep = 2) => retireImages(clients, { ...settings, keep });
let images: Image[];
let snapshots: Map<string, boolean>;
/** What was changed, in order. */
const changes = () =>
  ec2
    .calls()
    .map(({ args }) => args[0])
    .flatMap((command) => {
      if (command instanceof CreateTagsCommand) return [`mark ${command.input.Resources!.join(' ')}`];
      if (command instanceof DeregisterImageCommand) return [`deregister ${command.input.ImageId}`];
      if (command instanceof DeleteSnapshotCommand) return [`delete ${command.input.SnapshotId}`];
      return [];
    });
const image = (day: number, ...ids: readonly string[]): Image => ({
  ImageId: `ami-${day}`,
  CreationDate: `2026-11-0${day}T03:00:00.000Z`,
  BlockDeviceMappings: ids.map((SnapshotId) => ({ Ebs: { SnapshotId } })),
});

beforeEach(() => {
  for (const client of [autoScaling, ec2, ssm]) client.reset();
  // Not in the order of time, as EC2 gives them.
  images = [
    image(2, 'snap-2'),
    image(5, 'snap-5'),
    image(1, 'snap-1', 'snap-1-data'),
    image(4, 'snap-4'),
    image(3, 'snap-3'),
  ];
  snapshots = new Map(
    images.flatMap(({ BlockDeviceMappings }) => BlockDeviceMappings!.map(({ Ebs }) => [Ebs!.SnapshotId!, false])),
  );
  ec2.on(DescribeImagesCommand).callsFake(({ Filters: [{ Name, Values }] }) => ({
    Images:
      Name === 'tag:golden-image'
        ? images
        : images.filter(({ BlockDeviceMappings }) =>
            BlockDeviceMappings!.some(({ Ebs }) => Values.includes(Ebs!.SnapshotId)),
          ),
  }));
  ec2.on(DescribeInstancesCommand).resolves({});
  autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({});
  ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({});
  ec2.on(CreateTagsCommand).callsFake(({ Resources }) => {
    for (const id of Resources) snapshots.set(id, true);
  });
  ec2.on(DeregisterImageCommand).callsFake(({ ImageId }) => {
    images = images.filter((one) => one.ImageId !== ImageId);
  });
  ec2.on(DescribeSnapshotsCommand).callsFake(() => ({
    Snapshots: [...snapshots].filter(([, marked]) => marked).map(([SnapshotId]) => ({ SnapshotId })),
  }));
  ec2.on(DeleteSnapshotCommand).callsFake(({ SnapshotId }) => {
    snapshots.delete(SnapshotId);
  });
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'ami-5' } });
});

test('all but the newest go: first the image, then its snapshots [compute-image-retire]', async () => {
  expect(await retire()).toEqual({
    images: ['ami-3', 'ami-2', 'ami-1'],
    snapshots: ['snap-2', 'snap-1', 'snap-1-data', 'snap-3'],
    kept: [
      { image: 'ami-5', why: 'it is one of the 2 newest' },
      { image: 'ami-4', why: 'it is one of the 2 newest' },
    ],
  });
  for (const day of [1, 2, 3])
    expect(changes().indexOf(`deregister ami-${day}`)).toBeLessThan(changes().indexOf(`delete snap-${day}`));
  expect([...snapshots.keys()]).toEqual(['snap-5', 'snap-4']);
});

test('an image that instances run, a template names or the parameter holds stays, however old [compute-image-retire]', async () => {
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'ami-1' } });
  ec2
    .on(DescribeInstancesCommand)
    .resolves({ Reservations: [{ Instances: [{ ImageId: 'ami-2', InstanceId: 'i-1' }] }] });
  ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({
    LaunchTemplateVersions: [
      { LaunchTemplateId: 'lt-0', LaunchTemplateData: { ImageId: 'resolve:ssm:/imagebuilder/page' } },
      { LaunchTemplateId: 'lt-1', LaunchTemplateData: { ImageId: 'ami-3' } },
    ],
  });
  const { images: gone, kept } = await retire(1);
  expect(gone).toEqual(['ami-4']);
  expect(kept).toEqual([
    { image: 'ami-5', why: 'it is one of the 1 newest' },
    { image: 'ami-3', why: 'the launch template lt-1 names it' },
    { image: 'ami-2', why: 'i-1 was started from it' },
    { image: 'ami-1', why: 'it is that of /imagebuilder/page' },
  ]);
});

describe('a group that launches an older version of a template', () => {
  const pin = (id: string, Version: string) => ({ LaunchTemplateId: id, Version });
  const groups = (...all: AutoScalingGroup[]) =>
    autoScaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: all });
  /** The versions of templates, as `lt-1 2`, and their images. */
  const versions = (all: Record<string, string>) =>
    ec2.on(DescribeLaunchTemplateVersionsCommand).callsFake(({ LaunchTemplateId: id, Versions: [version] }) => {
      if (id === undefined) return {};
      const found = all[`${id} ${version}`];
      if (found === undefined)
        throw Object.assign(new Error('none'), { name: 'InvalidLaunchTemplateId.VersionNotFound' });
      return { LaunchTemplateVersions: [{ LaunchTemplateId: id, LaunchTemplateData: { ImageId: found } }] };
    });

  test('keeps the image, also without an instance [compute-image-retire]', async () => {
    versions({ 'lt-1 2': 'ami-3', 'lt-2 7': 'ami-2', 'lt-3 1': 'ami-1' });
    groups(
      { AutoScalingGroupName: 'web', LaunchTemplate: pin('lt-1', '2') } as AutoScalingGroup,
      {
        AutoScalingGroupName: 'mixed',
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: pin('lt-2', '7'),
            Overrides: [{ InstanceType: 't4g.small' }, { LaunchTemplateSpecification: pin('lt-3', '1') }],
          },
        },
      } as AutoScalingGroup,
    );
    const { images: gone, kept } = await retire(1);
    expect(gone).toEqual(['ami-4']);
    expect(kept.slice(1)).toEqual([
      { image: 'ami-3', why: 'version 2 of lt-1 names it, which the group web launches' },
      { image: 'ami-2', why: 'version 7 of lt-2 names it, which the group mixed launches' },
      { image: 'ami-1', why: 'version 1 of lt-3 names it, which the group mixed launches' },
    ]);
  });

  test('keeps none where the version is gone; what else fails is told, and takes nothing [compute-image-retire]', async () => {
    versions({});
    groups({ AutoScalingGroupName: 'web', LaunchTemplate: pin('lt-1', '2') } as AutoScalingGroup);
    expect((await retire(4)).images).toEqual(['ami-1']);
    autoScaling.on(DescribeAutoScalingGroupsCommand).rejects(new Error('not allowed'));
    await expect(retire(1)).rejects.toThrow('not allowed');
    expect(images).toHaveLength(4);
  });
});

test('of more images than a filter of EC2 takes, all are looked for [compute-image-retire]', async () => {
  images = Array.from({ length: 450 }, (_, n) => ({ ...image(1), ImageId: `ami-${n}` }));
  ec2.on(DescribeInstancesCommand).callsFake(({ Filters: [{ Values }] }) => {
    if (Values.length > 200) throw new Error('FilterLimitExceeded');
    return Values.includes('ami-430')
      ? { Reservations: [{ Instances: [{ ImageId: 'ami-430', InstanceId: 'i-1' }] }] }
      : {};
  });
  const { kept } = await retire(1);
  expect(kept.map(({ why }) => why)).toContain('i-1 was started from it');
  const asked = ec2.commandCalls(DescribeInstancesCommand).flatMap(({ args }) => args[0].input.Filters![0].Values!);
  expect(new Set(asked).size).toBe(450);
});

test('what every template launches by default, or launches newest, counts [compute-image-retire]', async () => {
  await retire();
  expect(ec2.commandCalls(DescribeLaunchTemplateVersionsCommand)[0].args[0].input).toMatchObject({
    Versions: ['$Latest', '$Default'],
  });
});

test('instances that stand still count, those that are gone do not [compute-image-retire]', async () => {
  await retire();
  expect(ec2.commandCalls(DescribeInstancesCommand)[0].args[0].input.Filters).toEqual([
    { Name: 'image-id', Values: ['ami-5', 'ami-4', 'ami-3', 'ami-2', 'ami-1'] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
  ]);
});

test('a snapshot that another image is made of stays [compute-image-retire]', async () => {
  images.push({ ...image(6, 'snap-1-data'), ImageId: 'ami-6' });
  await retire(3);
  expect([...snapshots.keys()].sort()).toEqual(['snap-1-data', 'snap-4', 'snap-5']);
});

test('snapshots that a run which was cut off has left behind go with the next one [compute-image-retire]', async () => {
  ec2.on(DeleteSnapshotCommand).rejects(new Error('Rate exceeded'));
  await expect(retire()).rejects.toThrow('Rate exceeded');
  expect(images.map(({ ImageId }) => ImageId)).toEqual(['ami-5', 'ami-4']);
  ec2.on(DeleteSnapshotCommand).callsFake(({ SnapshotId }) => {
    snapshots.delete(SnapshotId);
  });
  expect((await retire()).snapshots).toEqual(['snap-2', 'snap-1', 'snap-1-data', 'snap-3']);
});

test('what went meanwhile is gone; what else fails is told', async () => {
  const named = (name: string) => Object.assign(new Error(name), { name });
  ec2.on(DeregisterImageCommand).callsFake(({ ImageId }) => {
    images = images.filter((one) => one.ImageId !== ImageId);
    throw named('InvalidAMIID.Unavailable');
  });
  ec2.on(DeleteSnapshotCommand).rejects(named('InvalidSnapshot.NotFound'));
  expect(await retire()).toMatchObject({ images: ['ami-3', 'ami-2', 'ami-1'], snapshots: [] });
  ec2.on(DeregisterImageCommand).rejects(named('UnauthorizedOperation'));
  await expect(retire(1)).rejects.toThrow('UnauthorizedOperation');
});

test('without a parameter, and with none to keep, all go that nothing uses [compute-image-retire]', async () => {
  ssm.on(GetParameterCommand).rejects(Object.assign(new Error('none'), { name: 'ParameterNotFound' }));
  expect((await retire(0)).images).toHaveLength(5);
  expect(snapshots.size).toBe(0);
});
