import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  StartInstanceRefreshCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeImagesCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { rollIn } from '../../../lambda/golden-image/roll-in';

const autoScaling = mockClient(AutoScalingClient);
const ec2 = mockClient(EC2Client);
const ssm = mockClient(SSMClient);
const clients = { autoScaling: new AutoScalingClient({}), ec2: new EC2Client({}), ssm: new SSMClient({}) };
const parameter = '/imagebuilder/page';
const image = 'ami-0123456789abcdef0';
const before = 'ami-0fedcba9876543210';
const roll = () => rollIn(clients, { group: 'web', parameter, warmupSeconds: 240 });
const started = () => autoScaling.commandCalls(StartInstanceRefreshCommand).map(({ args: [{ input }] }) => input);
const running = (...images: readonly string[]) => {
  const ids = images.map((_, i) => `i-${i}`);
  autoScaling
    .on(DescribeAutoScalingGroupsCommand)
    .resolves({ AutoScalingGroups: [{ Instances: ids.map((InstanceId) => ({ InstanceId })) } as never] });
  ec2
    .on(DescribeInstancesCommand)
    .resolves({ Reservations: [{ Instances: images.map((ImageId, i) => ({ ImageId, InstanceId: ids[i] })) }] });
};

beforeEach(() => {
  for (const client of [autoScaling, ec2, ssm]) client.reset();
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: image } });
  ec2.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: image, State: 'available' }] });
  autoScaling.on(DescribeInstanceRefreshesCommand).resolves({ InstanceRefreshes: [{ Status: 'Successful' }] });
  autoScaling.on(StartInstanceRefreshCommand).resolves({});
  running(before, image, before);
});

test('a group that runs another image is refreshed, with as many that serve as before [compute-image-consume]', async () => {
  expect(await roll()).toEqual({ outcome: 'rolls', image, why: '2 instances run another' });
  expect(started()).toEqual([
    {
      AutoScalingGroupName: 'web',
      Strategy: 'Rolling',
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110, InstanceWarmup: 240, SkipMatching: false },
    },
  ]);
});

test.each<[string, readonly string[]]>([
  ['runs it already', [image, image]],
  ['has no instances', []],
])('a group that %s is left alone [compute-image-consume]', async (_, images) => {
  running(...images);
  expect(await roll()).toEqual({ outcome: 'nothing to do', image, why: 'every instance runs it' });
  expect(started()).toEqual([]);
});

test.each(['Pending', 'InProgress', 'Cancelling', 'Baking', 'RollbackInProgress'])(
  'while a refresh is %s no other begins [compute-image-consume]',
  async (Status) => {
    autoScaling.on(DescribeInstanceRefreshesCommand).resolves({
      InstanceRefreshes: [{ Status: Status as 'Pending' }, { Status: 'Failed' }],
    });
    expect(await roll()).toMatchObject({ outcome: 'waits' });
    expect(started()).toEqual([]);
  },
);

test('one that began meanwhile is waited for as well [compute-image-consume]', async () => {
  const fault = Object.assign(new Error('An Instance Refresh is already in progress'), {
    name: 'InstanceRefreshInProgressFault',
  });
  autoScaling.on(StartInstanceRefreshCommand).rejects(fault);
  expect(await roll()).toEqual({ outcome: 'waits', image, why: 'another refresh is under way' });
  autoScaling.on(StartInstanceRefreshCommand).rejects(new Error('Rate exceeded'));
  await expect(roll()).rejects.toThrow('Rate exceeded');
});

test.each(['pending', 'failed', 'disabled', undefined])(
  'fails when the image is %s, and replaces nothing [compute-image-consume]',
  async (State) => {
    ec2.on(DescribeImagesCommand).resolves({ Images: State ? [{ ImageId: image, State: State as 'pending' }] : [] });
    await expect(roll()).rejects.toThrow(
      `${parameter} holds ${image}, which is ${State ?? 'not there'}; nothing is replaced`,
    );
    expect(started()).toEqual([]);
  },
);

test.each(['', 'page:1'])('fails when the parameter holds "%s" [compute-image-consume]', async (Value) => {
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value } });
  await expect(roll()).rejects.toThrow(
    `${parameter} holds "${Value}"; put the id of an image there, such as ami-0123456789abcdef0`,
  );
  expect(started()).toEqual([]);
});
